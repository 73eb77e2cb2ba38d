import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { drillReport } from '../../core/contracts/drill.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { stagingKeys, vaultKeys } from '../../core/model/keys.ts';
import { pointNameOf } from '../../core/model/point-name.ts';
import { runCommand } from '../e2e/alert-commands.ts';
import { runRedrill } from '../e2e/redrill.ts';
import { restore, restoreWorld, stagedForRestores, WITH_TOKEN } from '../e2e/restore-world.ts';
import { MINUTE_MS, type StartedDrill, type World } from '../e2e/world.ts';

/*
 * A copy that is no longer what was verified, or that a drill has shown to be bad, must not cost somebody a quarter of an
 * hour of a restore: it is refused before anything is created, and says so wherever it is looked at.
 */

let world: World;
let orders: RecoveryPoint;
let sessions: RecoveryPoint;

beforeAll(async () => {
  world = await restoreWorld();
  orders = await onlyPointOf('orders');
  sessions = await onlyPointOf('sessions');
  return () => world.close();
});

async function onlyPointOf(cache: string): Promise<RecoveryPoint> {
  const [point] = await world.points(cache);
  if (point === undefined) throw new Error(`${cache} has no recovery point`);
  return point;
}

function s3(operation: string, input: object): Promise<object> {
  const { vault, vaultBucket: Bucket } = world.demo;
  return world.demo.call('s3', operation, vault.region, { Bucket, ...input });
}

/** Writes over an object of the vault. @returns what writes the version that was there back, as the runbook does */
async function overwritten(Key: string, bytes: number): Promise<() => Promise<object>> {
  const { VersionId } = (await s3('HeadObject', { Key })) as { readonly VersionId: string };
  const Body = Buffer.alloc(bytes, 0x78);
  const ContentMD5 = createHash('md5').update(Body).digest('base64');
  await s3('PutObject', { Key, Body, ContentMD5 });
  const CopySource = `${world.demo.vaultBucket}/${Key}?versionId=${VersionId}`;
  return () => s3('CopyObject', { Key, CopySource });
}

const bytesOf = (point: RecoveryPoint, at: number) => {
  const shard = point.shards[at];
  return shard?.sound ? shard.file.bytes : 0;
};

/** Starts a drill, and waits for its end. */
async function drilled(cache: string, change?: (redis: Redis) => Promise<unknown>): Promise<StartedDrill> {
  await world.pass(MINUTE_MS);
  const drill = await world.startDrill(cache);
  const hasEnded = () => drill.execution.status !== 'RUNNING';
  if (change !== undefined) {
    const isThere = () => world.statusOf(drill.clusterId, world.demo.vault) === 'available';
    await world.until('the drill’s cluster is available', isThere);
    await world.nodesOf(drill.clusterId, world.demo.vault).at(-1)?.server.control(change);
  }
  await world.until('the drill is over', hasEnded);
  return drill;
}

const reportOf = ({ cache, drill }: StartedDrill) =>
  world.document(world.demo.vaultBucket, vaultKeys.report(cache, drill), drillReport);

/** The command of the runbook that writes a version back, as it stands there, with its variables filled in. */
async function copyCommand(point: RecoveryPoint, KEY: string, VERSION: string): Promise<string> {
  const runbook = await readFile(
    join(import.meta.dirname, '../../docs/runbooks/recovery-point-lost.md'),
    'utf8',
  );
  const { vault, vaultBucket } = world.demo;
  const values: Readonly<Record<string, string>> = {
    ...{ VAULT: vault.region, ACCOUNT: vault.account, BUCKET: vaultBucket, KEY, VERSION },
    ...{ CACHE: point.cache, SLOT: point.slot, TIER: point.tier },
  };
  const [line] = /^aws s3api copy-object .*$/m.exec(runbook) ?? [''];
  return line.replaceAll('"', '').replace(/\$([A-Z]+)/g, (_, name: string) => values[name] ?? '');
}

/** One look of the watch, and the page. @returns what people and the dead man's switch were told */
async function look() {
  const [alerts, pings] = [world.alerts.length, world.demo.heartbeats.pings.length];
  await world.pass(15 * MINUTE_MS);
  await world.deliver('watch-vault');
  await world.deliver('publish-fleet');
  return {
    // But for the alarms that the schedules do not run here.
    alerts: world.alerts
      .slice(alerts)
      .flatMap(({ code, cache, severity }) => (severity === 'alarm' ? [] : [`${code} ${cache}`])),
    heartbeat: world.demo.heartbeats.pings.slice(pings).map(({ kind }) => kind),
  };
}

const statusOf = async (...words: readonly string[]) =>
  (await runRedrill(world, ['status', ...words])).status;

test('files that were replaced are alerted until they are written back as the runbook says; then all is well everywhere', async () => {
  const [, second] = orders.shards;
  if (!second?.sound) throw new Error('shard 2 of orders is sound');
  const replaced = [
    { key: vaultKeys.shard(orders, 2), ...second.file },
    { key: vaultKeys.digest(orders, 2), ...second.digestFile },
  ];
  expect(await look()).toEqual({ alerts: [], heartbeat: ['start', 'success'] });
  expect(await statusOf()).toBe(0);
  for (const { key, bytes } of replaced) await overwritten(key, bytes);
  expect(await look()).toEqual({ alerts: ['RecoveryPointLost orders'], heartbeat: ['start', 'fail'] });
  expect([await statusOf(), await statusOf('orders'), await statusOf('sessions')]).toEqual([1, 1, 0]);

  for (const { key, versionId } of replaced) {
    // With one of the two written back, the point is not whole yet.
    if (key.endsWith('.bin')) expect(await look()).toEqual({ alerts: [], heartbeat: ['start', 'fail'] });
    await runCommand(await copyCommand(orders, key, versionId), world);
  }
  const name = pointNameOf(orders);
  for (const words of [
    ['show', name],
    ['verify', name],
    ['restore', name, '--to', 'orders-new'],
  ])
    expect({ words, status: (await runRedrill(world, words)).status }).toEqual({ words, status: 0 });
  const { out, status } = await runRedrill(world, ['status', 'orders']);
  expect(out).toMatch(/RecoveryPointLost, alerted since .*; run: npx redrill show orders\//);
  expect({ isWell: out.includes('all well'), status }).toEqual({ isWell: false, status: 1 });
  expect(await look()).toEqual({
    alerts: ['RecoveryPointLostResolved orders'],
    heartbeat: ['start', 'success'],
  });
  expect([await statusOf(), await statusOf('orders')]).toEqual([0, 0]);
  expect(await look()).toEqual({ alerts: [], heartbeat: ['start', 'success'] });
  expect(world.refusals).toEqual([]);
});

describe('a shard of the vault that was written over with as many bytes', () => {
  test('is refused by a restore, with the shard and what to do, before anything is made', async () => {
    const undo = await overwritten(vaultKeys.shard(orders, 2), bytesOf(orders, 1));
    const before = world.aws.elasticache.groupIds.length;
    for (const words of [[], ['--apply']]) {
      const { out, err, status } = await restore(world, ['orders', '--to', 'orders-new', ...words]);
      expect({ out, status }).toEqual({ out: '', status: 1 });
      expect(err).toContain(`shard 2 of ${pointNameOf(orders)} is not what was verified: shard-0002.rdb`);
      expect(err).toContain('npx redrill points orders --explain');
    }
    expect(world.aws.elasticache.groupIds).toHaveLength(before);
    expect(await stagedForRestores(world)).toEqual([]);
    await undo();
    expect((await restore(world, ['orders', '--to', 'orders-new'])).status).toBe(0);
  });

  test('ends a drill at once, whose alert names the shard; the point says so until a later drill of it passes', async () => {
    const undo = await overwritten(vaultKeys.shard(orders, 3), bytesOf(orders, 2));
    const failed = await drilled('orders');
    expect(await reportOf(failed)).toMatchObject({
      verdict: 'failed',
      reasons: [{ code: 'VaultFileChanged', message: expect.stringContaining('shard 3 of orders/') }],
    });
    expect((await reportOf(failed)).cluster?.id).toBe(failed.clusterId);
    expect(world.aws.elasticache.groupIds).not.toContain(failed.clusterId);
    expect(world.alerts.at(-1)).toMatchObject({
      code: 'VaultFileChanged',
      cache: 'orders',
      severity: 'page',
    });
    const { out, status } = await runRedrill(world, ['show', pointNameOf(orders)]);
    expect({ isSaid: out.includes('FAILED A DRILL'), status }).toEqual({ isSaid: true, status: 1 });
    await undo();
    expect((await drilled('orders')).execution.status).toBe('SUCCEEDED');
    expect((await runRedrill(world, ['show', pointNameOf(orders)])).status).toBe(0);
  });
});

test('a digest of the vault that was written over is refused by a restore that compares, and by a drill', async () => {
  const undo = await overwritten(vaultKeys.digest(sessions, 1), 100);
  const words = ['sessions', '--to', 'sessions-new', ...WITH_TOKEN, '--subnet-group', 'default'];
  const { err, status } = await restore(world, [...words, '--apply']);
  expect(status).toBe(1);
  expect(err).toContain('digest-0001.bin was replaced');
  const failed = await drilled('sessions');
  expect((await reportOf(failed)).reasons).toMatchObject([{ code: 'VaultFileChanged' }]);
  await undo();
  expect((await drilled('sessions')).execution.status).toBe('SUCCEEDED');
});

test('a point that AWS could not load is bad until a later drill of it passes', async () => {
  const failed = await drilledFrom(Buffer.from('REDIS0011, and then nothing that a server knows'));
  expect((await reportOf(failed)).reasons).toMatchObject([
    {
      code: 'RestoreNotLoaded',
      message: expect.stringContaining(`could not load ${pointNameOf(sessions)}`),
    },
  ]);
  expect((await runRedrill(world, ['show', pointNameOf(sessions)])).status).toBe(1);
  expect((await drilled('sessions')).execution.status).toBe('SUCCEEDED');
  expect((await runRedrill(world, ['show', pointNameOf(sessions)])).status).toBe(0);
});

/** A drill whose staged file is replaced before the cluster is made from it. */
async function drilledFrom(Body: Uint8Array): Promise<StartedDrill> {
  await world.pass(MINUTE_MS);
  const error = { code: 'Throttling', message: 'Rate exceeded', status: 400 };
  const creating = { service: 'elasticache', operation: 'CreateReplicationGroup' } as const;
  world.aws.faults.arm({ kind: 'error', ...creating, times: 3, error });
  const before = world.struck.length;
  const drill = await world.startDrill('sessions');
  await world.until('creating its cluster was refused', () => world.struck.length === before + 3);
  const Key = stagingKeys.shard('sessions', drill.drill, 1);
  const { vault } = world.demo;
  await world.demo.call('s3', 'PutObject', vault.region, { Bucket: world.stagingBucket, Key, Body });
  await world.until('the drill is over', () => drill.execution.status !== 'RUNNING');
  return drill;
}

test('a point in which a drill found differences is bad everywhere, until a later drill of it passes', async () => {
  const name = pointNameOf(sessions);
  const failed = await drilled('sessions', (redis) => redis.set('added', '1'));
  expect((await reportOf(failed)).reasons).toMatchObject([{ code: 'RestoreDiffers' }]);
  for (const command of [
    ['show', name],
    ['points', 'sessions'],
    ['status', 'sessions'],
  ]) {
    const { status, out } = await runRedrill(world, command);
    expect({ command, status }).toEqual({ command, status: 1 });
    expect(out).toMatch(/RestoreDiffers/);
  }
  const plan = await restore(world, [
    name,
    '--to',
    'sessions-new',
    ...WITH_TOKEN,
    '--subnet-group',
    'default',
  ]);
  expect(plan.err).toContain(`${name} is not safe to restore: the drill of`);
  expect(plan.status).toBe(1);
  expect((await drilled('sessions')).execution.status).toBe('SUCCEEDED');
  for (const command of [
    ['show', name],
    ['points', 'sessions'],
    ['status', 'sessions'],
  ])
    expect((await runRedrill(world, command)).out).not.toContain('RestoreDiffers');
  expect((await runRedrill(world, ['show', name])).status).toBe(0);
});

// The last one: its fault stays.
test('a point for whose drill AWS had no capacity is no worse for it', async () => {
  const error = { code: 'InsufficientCacheClusterCapacity', message: 'none', status: 400 };
  const creating = { service: 'elasticache', operation: 'CreateReplicationGroup' } as const;
  world.aws.faults.arm({ kind: 'error', ...creating, times: 100, error });
  expect((await reportOf(await drilled('sessions'))).reasons).toMatchObject([
    { code: 'DrillCapacityMissing' },
  ]);
  expect((await runRedrill(world, ['show', pointNameOf(sessions)])).status).toBe(0);
});
