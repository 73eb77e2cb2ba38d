import { describe, expect, it, vi } from 'vitest';
import type { ServerSeal } from '../../../core/contracts/server-seal.ts';
import { landingKeys } from '../../../core/model/keys.ts';
import { snapshotNameOf } from '../../../core/model/names.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import { type SealConfig, SealedExports } from '../../../vault/sealed-exports.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { PLAN } from '../core/facts.ts';

const SLOT = parseSlot('20261121T060000Z');
const NOW = new Date('2026-11-21T06:10:00Z');
const NAME = { snapshot: snapshotNameOf('events', SLOT), of: { server: 'events', slot: SLOT } };

const CONFIG: SealConfig = {
  servers: { events: { plan: 'jobs', shards: 2, shippers: [], largestFileGib: 1 } },
  plans: { jobs: PLAN },
  source: { region: 'eu-west-1', kmsKeys: [] },
};

function sealOf(shard: number, more: Partial<ServerSeal> = {}): ServerSeal {
  const host = `events-${shard}`;
  return {
    version: 1,
    server: 'events',
    slot: SLOT,
    shard,
    host,
    file: {
      key: landingKeys.serverFile('events', SLOT, { host, save: 'ab12' }),
      bytes: 100,
      etag: `"${shard}"`,
      sha256: 'a'.repeat(64),
    },
    takenAt: `2026-11-21T06:0${shard}:00.000Z`,
    sealedAt: `2026-11-21T06:0${shard}:30.000Z`,
    facts: {
      engine: 'valkey',
      engineVersion: '8.0.1',
      role: 'replica',
      slots: shard === 1 ? '0-8191' : '8192-16383',
      databases: 1,
      maxmemoryBytes: 0,
      maxmemoryPolicy: 'noeviction',
      modules: [],
      save: '',
      appendOnly: false,
      tls: true,
      auth: 'users',
    },
    ...more,
  };
}

async function sealed(...seals: readonly (ServerSeal | string)[]) {
  const landing = new MemoryStore('redrill-landing-111122223333-eu-west-1-an');
  for (const [at, seal] of seals.entries())
    await landing.write(
      landingKeys.serverSeal('events', SLOT, at + 1),
      typeof seal === 'string' ? seal : JSON.stringify(seal),
    );
  return new SealedExports(landing, CONFIG);
}

describe('SealedExports', () => {
  it('has a slot of a server once every shard is sealed, as one export', async () => {
    const exports = await sealed(sealOf(1), sealOf(2));
    expect(await exports.names(NOW)).toEqual([NAME]);
    expect(await exports.read(NAME)).toMatchObject({
      cache: 'events',
      kind: 'server',
      plan: 'jobs',
      slot: SLOT,
      source: { region: 'eu-west-1', account: '111122223333' },
      takenAt: '2026-11-21T06:01:00.000Z',
      sealedAt: '2026-11-21T06:02:30.000Z',
      shards: [
        { shard: 1, etag: '"1"' },
        { shard: 2, etag: '"2"' },
      ],
      topology: {
        clusterMode: true,
        nodeType: 'server',
        shards: [
          { shard: 1, slots: '0-8191' },
          { shard: 2, slots: '8192-16383' },
        ],
        parameters: { databases: '1' },
        server: { hosts: [{ shard: 1, host: 'events-1', role: 'replica' }, { shard: 2 }] },
      },
    });
  });

  it('waits for the last shard', async () => {
    expect(await (await sealed(sealOf(1))).names(NOW)).toEqual([]);
  });

  it.each([
    ['a slot that has not begun', parseSlot('20261121T080000Z')],
    ['an instant that is no slot of the plan', parseSlot('20261121T061000Z')],
    [
      'a slot of more than a week ago, of which a host could make up any number',
      parseSlot('20261114T060000Z'),
    ],
  ])('has nothing of %s', async (_what, slot) => {
    const landing = new MemoryStore('landing');
    for (const shard of [1, 2])
      await landing.write(
        landingKeys.serverSeal('events', slot, shard),
        JSON.stringify(sealOf(shard, { slot })),
      );
    expect(await new SealedExports(landing, CONFIG).names(NOW)).toEqual([]);
  });

  it.each([
    ['speaks of another server', { server: 'orders' }],
    ['speaks of another slot', { slot: parseSlot('20261120T060000Z') }],
    ['speaks of a shard that there is not', { shard: 3 }],
    ['speaks of another shard', { shard: 1 }],
    [
      'names a file of another server',
      { file: { ...sealOf(2).file, key: 'servers/orders/20261121T060000Z/x.rdb' } },
    ],
    [
      'names what ElastiCache has exported',
      { file: { ...sealOf(2).file, key: 'redrill-orders-202611210600-0001.rdb' } },
    ],
    ['names a file that is too large', { file: { ...sealOf(2).file, bytes: 1024 ** 3 + 1 } }],
  ] as const)('has no export if a seal %s', async (_what, wrong) => {
    expect(await (await sealed(sealOf(1), sealOf(2, wrong))).read(NAME)).toBeUndefined();
  });

  it('takes a seal that is no seal for none, so that one host cannot stop the ingests of others', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue(undefined);
    const escaping = JSON.stringify(sealOf(2)).replace('8.0.1', '\\u001b[2J');
    for (const text of ['no JSON', '{"version":2}', '[]', escaping])
      expect(await (await sealed(sealOf(1), text)).read(NAME)).toBeUndefined();
    expect(warn).toHaveBeenCalledTimes(4);
    warn.mockRestore();
  });

  it('does not read what is too large to be a seal', async () => {
    const exports = await sealed(sealOf(1), ' '.repeat(64 * 1024 + 1));
    expect(await exports.names(NOW)).toEqual([]);
  });

  it('has nothing of a server that the configuration does not name', async () => {
    const landing = new MemoryStore('landing');
    await landing.write(landingKeys.serverSeal('gone', SLOT, 1), '{}');
    expect(await new SealedExports(landing, CONFIG).names(NOW)).toEqual([]);
  });
});
