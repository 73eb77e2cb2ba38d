import { describe, expect, it, vi } from 'vitest';
import { landingKeys } from '../../../core/model/keys.ts';
import { hostsSeen } from '../../../vault/host-heartbeats.ts';
import { MemoryStore } from '../adapters/memory-store.ts';

const SERVERS = { events: { plan: 'jobs', shards: 1, shippers: [], largestFileGib: 1 } };
const HEARTBEAT = {
  version: 1,
  redrill: '0.1.0',
  server: 'events',
  shard: 1,
  host: 'events-1',
  every: '2h',
  nextWithinSeconds: 30,
};

async function seen(written: Readonly<Record<string, object | string>>) {
  const landing = new MemoryStore('landing');
  for (const [key, body] of Object.entries(written))
    await landing.write(key, typeof body === 'string' ? body : JSON.stringify(body));
  return hostsSeen(landing, SERVERS);
}
const own = landingKeys.serverHeartbeat('events', HEARTBEAT);

describe('hostsSeen', () => {
  it('has what hosts said last, and when S3 got it', async () => {
    expect(await seen({ [own]: HEARTBEAT })).toEqual([
      { ...HEARTBEAT, at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) },
    ]);
  });

  it.each([
    ['is no JSON', own, '{'],
    ['does not fit', own, { ...HEARTBEAT, shard: 'one' }],
    ['has control characters', own, { ...HEARTBEAT, redrill: '\u001b' }],
    ['speaks of another server', own, { ...HEARTBEAT, server: 'orders' }],
    ['speaks of another host', own, { ...HEARTBEAT, host: 'events-2' }],
    ['speaks of another shard', own, { ...HEARTBEAT, shard: 2 }],
    ['is large', own, { ...HEARTBEAT, more: 'x'.repeat(5_000) }],
    ['is of a server that is not configured', landingKeys.serverHeartbeat('orders', HEARTBEAT), HEARTBEAT],
  ])('leaves out one that %s', async (_what, key, body) => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    expect(await seen({ [key]: body })).toEqual([]);
  });

  it('tells the shards that one host has from each other', async () => {
    const other = { ...HEARTBEAT, shard: 2 };
    const both = await seen({ [own]: HEARTBEAT, [landingKeys.serverHeartbeat('events', other)]: other });
    expect(both.map(({ shard }) => shard).sort()).toEqual([1, 2]);
  });

  it('reads a limited number of them, the newest', async () => {
    const hosts = Array.from({ length: 40 }, (_, at) => `host-${at}`);
    const all = hosts.map((host) => [
      landingKeys.serverHeartbeat('events', { shard: 1, host }),
      { ...HEARTBEAT, host },
    ]);
    expect(await seen(Object.fromEntries(all))).toHaveLength(22);
  });
});
