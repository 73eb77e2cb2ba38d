import { beforeAll, describe, expect, it } from 'vitest';
import { globOf } from '../../../adapters/redis/glob.ts';
import { type ListeningServer, listening } from './running.ts';

const PARTS = [
  'a',
  'b',
  '*',
  '?',
  '[ab]',
  '[^a]',
  '[a-c]',
  '[c-a]',
  '[',
  ']',
  '\\',
  '\\*',
  '-',
  '^',
  '[]',
  '[^]',
  '[a-',
  '[\\]]',
];
/** Not the empty name: `**` does not find it in Redis 7.0, and `*` does. */
const NAMES = [
  'a',
  'b',
  'ab',
  'aab',
  'abc',
  '*',
  'a*b',
  '[',
  ']',
  '-',
  '^',
  '\\',
  'ä',
  'aä',
  'a]b',
  'a-b',
  'c',
  'ba\\',
  'abab',
];

let server: ListeningServer;

beforeAll(async () => {
  server = await listening();
  for (const name of NAMES) await server.client.set(name, 'v');
});

describe('a pattern', () => {
  it('fits the names that the server’s KEYS finds with it', async () => {
    const one = PARTS.map((part) => [part]);
    const two = one.flatMap(([part = '']) => PARTS.map((other) => [part, other]));
    const three = two.flatMap((parts, at) => [[...parts, PARTS[(at * 7) % PARTS.length] ?? '', '*']]);
    for (const parts of [...one, ...two, ...three, ['ä'], ['?ä'], ['[ä]?'], ['a??']]) {
      const pattern = parts.join('');
      const fits = globOf(pattern);
      const found = NAMES.filter((name) => fits(Buffer.from(name)));
      expect([pattern, found.sort()]).toEqual([pattern, (await server.client.keys(pattern)).sort()]);
    }
  });

  it('with many stars takes no time to speak of', () => {
    const fits = globOf(`${'*a'.repeat(40)}b`);
    const startedAt = performance.now();
    expect(fits(Buffer.from('a'.repeat(2_000)))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
