import { len, payload, str } from '@redrill/rdb/testing';
import { describe, expect, it } from 'vitest';
import { holdsAlready } from '../../../../live/recover/own-writes.ts';

const KEY = Buffer.from('k');
const OURS = { key: KEY, payload: payload(10, 0, str('v')), expiresAtMs: undefined };

/** A server that answers DUMP with this, and knows no expiry. */
const holding = (dumped: Uint8Array | undefined) => ({
  askAbout: async (_slot: number, _database: number, [command]: readonly unknown[]) =>
    command === 'DUMP' ? dumped : -1,
  serverTimeMs: async () => 0,
});

describe('a key that is there', () => {
  it.each([
    ['the same value', true, payload(10, 0, str('v'))],
    ['the same value in a payload of another version', true, payload(80, 0, str('v'))],
    ['another value', false, payload(10, 0, str('w'))],
    ['nothing any more', false, undefined],
    ['the same value in a payload of RDB 13 (Redis 8.6)', true, payload(13, 0, str('v'))],
    ['a payload of RDB 14 (Redis 8.8)', false, payload(14, 0, str('v'))],
    ['a payload of RDB 81 (Valkey 9.2)', false, payload(81, 0, str('v'))],
    ['a value of a type that is not known', false, payload(12, 30, len(1))],
  ])('%s: is known to be our own: %s', async (_, isOwn, dumped) => {
    expect(await holdsAlready(holding(dumped), 0, OURS)).toBe(isOwn);
  });

  it('a payload that is damaged is no matter of versions', async () => {
    const damaged = payload(10, 0, str('v')).fill(0xff, -1);
    await expect(holdsAlready(holding(damaged), 0, OURS)).rejects.toMatchObject({ code: 'BadChecksum' });
  });
});
