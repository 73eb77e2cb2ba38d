import { describe, expect, test } from 'vitest';
import { seed } from '../../../cli/doctor/rehearse/seed.ts';
import { warningsOf, writeRdb } from '../../../rdb/index.ts';
import { OracleReader } from '../../../rdb/oracle/reader.ts';
import { read } from './build.ts';
import { startServer } from './real-server.ts';

const NOW = new Date('2040-01-01T00:00:00Z');

describe('the RDB file that a rehearsal’s cache is made from', () => {
  test('is sound, without a warning, and of every type, with expiries and two databases', () => {
    const summary = read(seed(NOW));
    expect(summary).toMatchObject({ withExpiry: 8, byDatabase: { 0: 248, 3: 1 } });
    expect(summary.byType).toMatchObject({ string: 45, list: 40, set: 40, zset: 40, hash: 44, stream: 40 });
    expect(warningsOf(summary)).toEqual([]);
  });

  test('is the same to the second reader', () => {
    const content = seed(NOW);
    const oracle = new OracleReader({ depth: 'deep' });
    oracle.write(content);
    expect(oracle.end().digest?.total).toBe(read(content).digest?.total);
  });

  test('is loaded by a server, which saves the same content again', async () => {
    const content = seed(NOW);
    const server = await startServer([], content);
    try {
      expect(await server.client.xrange('stream:8', '-', '+')).toHaveLength(9);
      expect(await server.client.zscore('zset:3', 'element 3.2')).toBe('-2.75');
      expect(read(await server.save()).digest?.total).toBe(read(content).digest?.total);
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
