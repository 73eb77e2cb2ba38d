import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Crc64, slotOf } from '@redrill/rdb';
import { startServer } from '@redrill/rdb/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Shipment, shipment } from '../../adapters/aws/shipment.ts';
import { presets } from '../../core/contracts/presets.ts';
import { crc64Text } from '../../core/model/crc64-text.ts';
import { landingKeys } from '../../core/model/keys.ts';
import { Heartbeats } from '../../ship/host-heartbeat.ts';
import { Server } from '../../ship/server.ts';
import { type ShipOrder, type Shipped, shipSlot } from '../../ship/ship-slot.ts';
import { eventually, type ListeningServer, listening } from '../servers/recover/running.ts';
import { redrill } from './redrill.ts';
import { Runbook } from './runbook.ts';
import { asTemplates } from './templates.ts';
import { MIDNIGHT, World } from './world.ts';

/** A server of one's own beside the caches: its host saves and ships, and the vault does all the rest. */

const SERVER = 'events';
const ROLE = 'arn:aws:iam::111122223333:role/events-host';
/** Of two primaries, which nothing here introduces to each other: each knows its own hash slots. */
const CLUSTER = 'sharded';
const KEYS = 500;

let world: World;
let server: ListeningServer;
let shipped: Shipped;

const order: ShipOrder = {
  server: SERVER,
  shard: 1,
  host: 'events-1',
  folder: undefined,
  cadenceMs: 6 * 3_600_000,
  access: { tls: false, auth: 'none' },
};

/** What the host does, with the credentials of its role. */
async function ashore<Result>(work: (ship: Shipment, source: Server) => Promise<Result>, { port } = server) {
  const { source, landingBucket } = world.demo;
  const principal = { kind: 'role', arn: ROLE, account: source.account } as const;
  const from = await Server.open({ host: '127.0.0.1', port, tls: false });
  let result: Result | undefined;
  try {
    await world.actingAs(principal, source.region, async () => {
      result = await work(shipment({ bucket: landingBucket, region: source.region }), from);
    });
  } finally {
    from.close();
  }
  return result as Result;
}

const shipOnce = (more: Partial<ShipOrder> = {}, from = server) =>
  ashore(async (ship, source) => {
    const mine = { ...order, ...more };
    const { every } = mine.server === CLUSTER ? presets.sessionStore : presets.eventLog;
    const heartbeats = new Heartbeats({ ...mine, every, nextWithinSeconds: 30 }, ship);
    await heartbeats.send();
    const newId = () => randomBytes(4).toString('hex');
    return shipSlot(mine, { source, shipment: ship, sleep, newId });
  }, from);

async function primaryOf(first: number, last: number): Promise<ListeningServer> {
  const primary = await listening('--cluster-enabled', 'yes', '--cluster-require-full-coverage', 'no');
  await primary.client.call('CLUSTER', 'ADDSLOTSRANGE', `${first}`, `${last}`);
  // A cluster that has just begun takes no writes for two seconds.
  const isReady = async () =>
    String(await primary.client.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  await eventually(isReady, 'the cluster takes writes');
  for (let key = 0; key < KEYS; key++) {
    const slot = slotOf(Buffer.from(`key:${key}`));
    if (slot >= first && slot <= last) await primary.client.set(`key:${key}`, `value ${key}`);
  }
  return primary;
}

beforeAll(async () => {
  world = await World.start(
    asTemplates({
      servers: {
        [SERVER]: { plan: 'event-log', shippers: [ROLE] },
        [CLUSTER]: { plan: 'session-store', shards: 2, shippers: [ROLE] },
      },
    }),
  );
  server = await listening();
  for (let key = 0; key < KEYS; key++)
    await server.client.set(`event:${key}`, `value ${key}`, 'EX', 86_400 * 60);
  await world.passUntil(Date.parse('2026-11-04T00:01:00Z'));
  shipped = await shipOnce();
  await world.deliver('find-exports');
});
afterAll(() => world?.close());

describe('a server of one’s own', () => {
  test('is shipped, and becomes a verified recovery point', async () => {
    expect(shipped).toMatchObject({ outcome: 'sealed', slot: MIDNIGHT, keys: KEYS });
    expect(await world.points(SERVER)).toMatchObject([
      {
        kind: 'server',
        verdict: 'verified',
        slot: MIDNIGHT,
        plan: 'event-log',
        totals: { keys: KEYS },
        topology: {
          nodeType: 'server',
          server: { hosts: [{ shard: 1, host: 'events-1', role: 'primary' }] },
        },
      },
    ]);
  });

  test('is drilled in ElastiCache', async () => {
    await world.startDrill(SERVER);
    await world.pass(0);
    expect(await world.lastReport(SERVER)).toMatchObject({
      verdict: 'passed',
      comparison: { keysCompared: KEYS, mismatches: 0 },
    });
  });
});

describe('a cluster of one’s own', () => {
  test('becomes a recovery point when every shard is shipped, and is drilled with its hash slots', async () => {
    const primaries = [await primaryOf(0, 5_000), await primaryOf(5_001, 16_383)];
    for (const [at, primary] of primaries.entries()) {
      expect(await world.points(CLUSTER)).toEqual([]);
      await shipOnce({ server: CLUSTER, shard: at + 1, host: `node-${at + 1}` }, primary);
      await world.deliver('find-exports');
    }
    const shards = [
      { shard: 1, slots: '0-5000' },
      { shard: 2, slots: '5001-16383' },
    ];
    expect(await world.points(CLUSTER)).toMatchObject([
      { verdict: 'verified', totals: { keys: KEYS }, topology: { clusterMode: true, shards } },
    ]);
    await world.startDrill(CLUSTER);
    await world.pass(0);
    expect(await world.lastReport(CLUSTER)).toMatchObject({
      verdict: 'passed',
      comparison: { keysCompared: KEYS, mismatches: 0 },
    });
  });
});

describe('the commands', () => {
  test('show it beside the caches', async () => {
    const { out: status } = await redrill(world, 'status');
    expect(status).toMatch(/^events +\d+ min old +of 3 h 00 min +500 +passed/m);
    const { out: points } = await redrill(world, 'points', SERVER);
    expect(points).toMatch(/^20261104T000000Z +monthly +verified +500 /m);
    const { out: shown } = await redrill(world, 'show', `${SERVER}/latest`);
    expect(shown).toMatch(/^ {2}server +redis \d+\.\d+\.\d+, saved by events-1 \(primary\)$/m);
  });

  test('restore it, and ask for what a server does not have in AWS', async () => {
    const { out, status } = await redrill(world, 'restore', `${SERVER}/latest`, '--to', 'events-2');
    expect(out).toContain('a server of your own has none; name one with --subnet-group');
    expect(status).toBe(1);
    const choices = ['--subnet-group', 'redrill-drill', '--apply'];
    const applied = await redrill(world, 'restore', `${SERVER}/latest`, '--to', 'events-2', ...choices);
    expect(applied).toMatchObject({ status: 0 });
    expect(world.statusOf('events-2', world.demo.vault)).toBe('available');
  });
});

describe('the host', () => {
  test('does not write over what it has sealed: the first seal of a slot counts', async () => {
    expect(await shipOnce({ host: 'events-2' })).toMatchObject({ outcome: 'already', slot: MIDNIGHT });
  });

  test.each([
    ['below the prefix of another server', 'servers/other/x.rdb'],
    ['what ElastiCache exports', 'redrill-orders-202611040000-0001.rdb'],
    ['where the vault marks', 'verified/redrill-orders-202611040000.json'],
  ])('cannot write %s', async (_what, key) => {
    await expect(ashore((ship) => ship.write(key, '{}', 'absent'))).rejects.toMatchObject({
      code: 'AccessDenied',
    });
  });

  test('uploads a large file in parts, once', async () => {
    const { source, landingBucket: bucket } = world.demo;
    const bytes = randomBytes(11 * 1024 ** 2);
    const file = {
      sizeBytes: bytes.length,
      read: async function* (from: number, to: number) {
        yield bytes.subarray(from, to);
      },
    };
    const crc64nvme = new Crc64('nvme');
    crc64nvme.update(bytes);
    const key = landingKeys.serverFile(SERVER, MIDNIGHT, { host: 'events-1', save: 'large' });
    const partBytes = 5 * 1024 ** 2;
    const upload = () =>
      ashore(() =>
        shipment({ bucket, region: source.region, partBytes }).upload(
          key,
          file,
          crc64Text(crc64nvme.digest()),
        ),
      );
    expect(await upload()).toMatch(/-3"$/);
    await expect(upload()).rejects.toMatchObject({ message: expect.stringContaining('PreconditionFailed') });
  });

  test('cannot replace a file, nor write one without the condition that it is new', async () => {
    const { landingBucket: Bucket, source } = world.demo;
    const Key = landingKeys.serverSeal(SERVER, MIDNIGHT, 1);
    const put = () =>
      new S3Client({ region: source.region }).send(new PutObjectCommand({ Bucket, Key, Body: '{}' }));
    await expect(ashore(put)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('the watch of a host', () => {
  const codesAfter = async (minutes: number) => {
    await world.pass(minutes * 60_000);
    await world.deliver('find-exports');
    await world.deliver('watch-vault');
    return world.alerts.filter(({ cache }) => cache === SERVER).map(({ code }) => code);
  };

  test('reports before the RPO is missed that it falls silent, and that it returns', async () => {
    await shipOnce();
    // Time passes from timer to timer, which are up to five minutes apart.
    expect(await codesAfter(1)).toEqual([]);
    expect(await codesAfter(10)).toEqual(['ShipperSilent']);
    const { out } = await redrill(world, 'status', SERVER);
    expect(out).toContain('ShipperSilent');
    await shipOnce();
    expect(await codesAfter(1)).toEqual(['ShipperSilent', 'ShipperSilentResolved']);
  });

  test('reports a setting of its server that somebody has changed', async () => {
    await server.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await world.passUntil(Date.parse('2026-11-04T06:01:00Z'));
    await shipOnce();
    expect(await codesAfter(1)).toContain('ServerDrifted');
    const { out } = await redrill(world, 'show', `${SERVER}/latest`);
    expect(out).toMatch(/maxmemory-policy is allkeys-lru, was noeviction\s+\(SettingsChanged\)/);
    await server.client.config('SET', 'maxmemory-policy', 'noeviction');
  });
});

describe('a server of one’s own that has lost its data', () => {
  const URL = 'redis://10.0.1.7:6379';

  /** What has become of it, and the server to recover into. */
  const LOSSES: Readonly<Record<string, () => Promise<ListeningServer>>> = {
    'by FLUSHALL': async () => {
      await server.client.flushall();
      return server;
    },
    'with its host': () => listening(),
    'because its file is damaged, with which it does not start': async () => {
      const damaged = await server.save();
      damaged[damaged.length - 20] = (damaged[damaged.length - 20] ?? 0) ^ 1;
      const file = join(tmpdir(), `redrill-damaged-${process.pid}.rdb`);
      await writeFile(file, damaged);
      onTestFinished(() => rm(file, { force: true }));
      expect(await redrill(world, 'verify', file)).toMatchObject({ status: 1 });
      await expect(startServer([], damaged)).rejects.toThrow('redis-server ended with status');
      return listening();
    },
  };

  test.each(Object.keys(LOSSES))('%s gets it back from the vault, as the runbook says', async (how) => {
    const into = (await LOSSES[how]?.()) ?? server;
    const runbook = await Runbook.open(world, 'server-data-lost', { [URL]: into.url });
    await runbook.follow('npx redrill points');
    expect(await runbook.follow('npx redrill recover')).toMatchObject({ status: 0 });
    expect(await into.client.dbsize()).toBe(0);
    expect(
      await runbook.follow('npx redrill recover events/latest --into redis://10.0.1.7:6379 --apply'),
    ).toMatchObject({ status: 0 });
    expect(await into.client.dbsize()).toBe(KEYS);
    expect(await runbook.follow('npx redrill compare')).toMatchObject({ status: 0 });
    await runbook.expectAsWritten();
  });
});
