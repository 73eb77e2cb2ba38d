import { warningsOf } from '@redrill/rdb';
import { read, startServer } from '@redrill/rdb/testing';
import { describe, expect, test } from 'vitest';
import { seed } from '../../../cli/doctor/rehearse/seed.ts';

const NOW = new Date('2040-01-01T00:00:00Z');

describe('the RDB file that a rehearsal’s cache is made from', () => {
  test('is sound, without a warning, and of every type, with expiries and two databases', () => {
    const summary = read(seed(NOW));
    expect(summary).toMatchObject({ withExpiry: 8, byDatabase: { 0: 248, 3: 1 } });
    expect(summary.byType).toMatchObject({ string: 45, list: 40, set: 40, zset: 40, hash: 44, stream: 40 });
    expect(warningsOf(summary)).toEqual([]);
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
