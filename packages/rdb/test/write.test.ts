import { describe, expect, test } from 'vitest';
import { warningsOf, writeRdb } from '../index.ts';
import { read } from '../testing/build.ts';
import { startServer } from '../testing/real-server.ts';
import { oracleOutcome, outcomeOf } from './oracle/outcome.ts';

const NOW = new Date('2040-01-01T00:00:00Z');

const CONTENT = writeRdb({
  0: [
    { type: 'string', key: 'string', value: 'value '.repeat(40) },
    { type: 'string', key: 'expiring', value: 'soon', expiresAt: NOW.getTime() + 1 },
    { type: 'list', key: 'list', elements: ['a', 'b', 'b'] },
    { type: 'set', key: 'set', elements: ['a', 'b'] },
    {
      type: 'zset',
      key: 'zset',
      members: [
        ['a', -2.75],
        ['b', 1 / 8],
      ],
    },
    {
      type: 'hash',
      key: 'hash',
      fields: [
        ['f', '1'],
        ['g', '2'],
      ],
    },
    {
      type: 'stream',
      key: 'stream',
      entries: [
        { ms: 1_000, seq: 0, fields: [['is', 'a']] },
        { ms: 1_007, seq: 2, fields: [['is', 'b']] },
      ],
    },
  ],
  3: [{ type: 'string', key: 'string', value: 'other' }],
});

describe('a file with a key of every core type', () => {
  test('is sound, without a warning', () => {
    const summary = read(CONTENT);
    expect(summary).toMatchObject({ withExpiry: 1, byDatabase: { 0: 7, 3: 1 } });
    expect(summary.byType).toMatchObject({ string: 3, list: 1, set: 1, zset: 1, hash: 1, stream: 1 });
    expect(warningsOf(summary)).toEqual([]);
  });

  test('is the same to the second reader', () => {
    expect(outcomeOf(() => read(CONTENT))).toEqual(oracleOutcome(CONTENT));
  });

  test('is loaded by a server, which saves the same content again', async () => {
    const server = await startServer([], CONTENT);
    try {
      expect(await server.client.xrange('stream', '-', '+')).toHaveLength(2);
      expect(await server.client.zscore('zset', 'a')).toBe('-2.75');
      expect(read(await server.save()).digest?.total).toBe(read(CONTENT).digest?.total);
    } finally {
      await server.stop();
    }
  });
});

test('lengths of every form are written: a text of 20,000 bytes, one of 100, an empty one', () => {
  const values = ['x'.repeat(20_000), 'y'.repeat(100), ''];
  const keys = values.map((value, at) => ({ type: 'string', key: `${at}`, value }) as const);
  expect(read(writeRdb({ 0: keys }))).toMatchObject({ keys: 3 });
});

test.each([
  ['a stream without entries', { type: 'stream', entries: [] }, 'needs an entry'],
  [
    'a number beyond 31 bits',
    { type: 'stream', entries: [0, 2 ** 31].map((ms) => ({ ms, seq: 0, fields: [] })) },
    '2147483648 cannot be written',
  ],
  [
    'a text beyond 4,095 bytes',
    { type: 'stream', entries: [{ ms: 1, seq: 0, fields: [['f', 'v'.repeat(4096)]] }] },
    'a text of 4096 bytes',
  ],
] as const)('%s is refused in a stream', (_, value, message) => {
  expect(() => writeRdb({ 0: [{ key: 'k', ...value } as never] })).toThrow(message);
});
