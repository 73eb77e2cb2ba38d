import { describe, expect, it } from 'vitest';
import { ELASTICACHE_KEY, RestoreStream } from '../index.ts';
import { file, key, len, read, str } from '../testing/build.ts';
import { held, NOW_MS } from '../testing/restorable.ts';
import { readFile } from './oracle/read-file.ts';
import { restoreCommands } from './oracle/restore.ts';

/** ElastiCache writes a key of this name into its clusters; https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.Create.html */
const own = (value: string) => key(0, ELASTICACHE_KEY, str(value));
const MINE = [key(0, 'a', str('1')), key(4, 'h', len(1), str('f'), str('v'))];
const without = file('REDIS0010', [0xfe, 0], ...MINE);
const withOwn = (value = '2026-11-22T00:00:00Z') => file('REDIS0010', [0xfe, 0], own(value), ...MINE);

const DEPTHS = ['deep', 'structural'] as const;

describe('ElastiCache’s own key in database 0', () => {
  it.each(DEPTHS)('is in no count of a reading that is %s', (depth) => {
    const { keys, byType, slots } = read(without, { depth });
    const expected = {
      keys,
      byType,
      ...(slots && { slots }),
      elastiCacheKeys: 1,
      emptyKeys: 0,
      withExpiry: 0,
    };
    expect(read(withOwn(), { depth })).toMatchObject(expected);
    expect(readFile(withOwn(), depth)).toMatchObject(expected);
  });

  it.each(DEPTHS)('is left out the same when the file comes in pieces, %s', (depth) => {
    for (const pieceBytes of [1, 7, 40])
      expect(read(withOwn(), { depth }, pieceBytes)).toMatchObject({ keys: 2, elastiCacheKeys: 1 });
  });

  it('is not in the digest, whatever its value is', () => {
    const { digest } = read(without);
    for (const value of ['', 'x'.repeat(3), '2026-11-22T00:00:00Z', 'y'.repeat(70_000)])
      expect(read(withOwn(value)).digest?.total).toBe(digest?.total);
  });

  it('becomes no RESTORE, and is in no count of those', async () => {
    const stream = new RestoreStream(held(withOwn()), { nowMs: NOW_MS });
    const texts: string[] = [];
    for await (const { bytes } of stream) texts.push(Buffer.from(bytes).toString('latin1'));
    expect(texts.join('')).not.toContain(ELASTICACHE_KEY);
    expect(stream.counts).toMatchObject({ emitted: 2, filtered: 0, empty: 0, expired: 0, tooBig: 0 });
    expect(restoreCommands(withOwn(), NOW_MS)).toEqual(restoreCommands(without, NOW_MS));
  });

  it('that comes twice is a file that no server loads', () => {
    const twice = file('REDIS0010', [0xfe, 0], own('1'), own('2'));
    expect(() => read(twice)).toThrow('expected every key of a database once');
  });
});

describe('a key that is not ElastiCache’s own is content:', () => {
  it.each([
    ['in another database', file('REDIS0010', [0xfe, 1], own('1'))],
    ['of another type', file('REDIS0010', [0xfe, 0], key(1, ELASTICACHE_KEY, len(1), str('v')))],
    ['of a longer name', file('REDIS0010', [0xfe, 0], key(0, `${ELASTICACHE_KEY}s`, str('1')))],
    [
      'of another name of its length',
      file('REDIS0010', [0xfe, 0], key(0, 'x'.repeat(ELASTICACHE_KEY.length), str('1'))),
    ],
  ])('%s', (_, content) => {
    for (const depth of DEPTHS)
      expect(read(content, { depth })).toMatchObject({ keys: 1, elastiCacheKeys: 0 });
  });
});
