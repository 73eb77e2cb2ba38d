import { beforeAll, describe, expect, test } from 'vitest';
import { restorePlan, restoreReport } from '../../core/contracts/restore.ts';
import { RESTORED_FROM_TAG } from '../../core/model/tags.ts';
import type { RunOptions } from './redrill.ts';
import { refusals } from './restore-refusals.ts';
import { KEYS, keysOf, restore, restoreWorld, stagedForRestores, WITH_TOKEN } from './restore-world.ts';
import { HOUR_MS, MIDNIGHT, type World } from './world.ts';

/* A recovery point of each cache is in the vault; then the source region is lost. */
let world: World;

beforeAll(async () => {
  world = await restoreWorld();
  return () => world.close();
});

describe('with both regions', () => refusals(() => world));

const statusOf = (id: string) => world.statusOf(id, world.demo.vault);
const apply = (words: readonly string[], options?: RunOptions) =>
  restore(world, [...words, '--apply'], options);

async function applied(words: readonly string[], options?: RunOptions) {
  const { out, err, status } = await apply([...words, '--json'], options);
  if (out === '') throw new Error(err);
  return { report: restoreReport.parse(JSON.parse(out)), status };
}

describe('with the source region switched off', () => {
  beforeAll(() => world.aws.fabric.setRegionDown(world.demo.source.region, true));

  test('a plan says what is missing, and makes nothing', async () => {
    const { out, err, status } = await restore(world, ['sessions', '--to', 'sessions-restored', '--json']);
    expect(err).toBe('');
    expect(restorePlan.parse(JSON.parse(out))).toMatchObject({
      point: { cache: 'sessions', slot: MIDNIGHT },
      creates: { engine: 'valkey', engineVersion: '8.0', replicas: 1, clusterMode: false },
      differences: [],
      needs: [{ setting: 'access', message: expect.stringContaining('--auth-token-from env:<NAME>') }],
    });
    expect(status).toBe(1);
    expect(statusOf('sessions-restored')).toBeUndefined();
    expect(await stagedForRestores(world)).toEqual([]);
  });

  test('a cache without cluster mode is restored over TLS and behind its new token, and every key compared', async () => {
    const { out, err, status } = await apply(['sessions', '--to', 'sessions-restored', ...WITH_TOKEN]);
    expect(err).toBe('  stage\n  create cluster\n  compare\n');
    expect(out).toMatch(
      /^sessions-restored is available in eu-central-1, from the \w+ recovery point of sessions of 2026-11-04 00:00 UTC\n {2}endpoint {2}127\.0\.0\.1:\d+ \(TLS\)\n {2}compared {2}[\d,]+ keys, .* all match the record\n {2}RPO .*\n {2}RTO .*available after/,
    );
    expect(out).toContain("new CfnReplicationGroup(this, 'SessionsRestored'");
    expect(status).toBe(0);
    expect(await keysOf(world, 'sessions-restored')).toBeGreaterThan(KEYS / 2);
    expect(await stagedForRestores(world)).toEqual([]);
  });

  test('a cluster of three shards is restored, and every key compared', async () => {
    const { report, status } = await applied(['orders/latest', '--to', 'orders-restored']);
    expect(report).toMatchObject({
      compared: 'matched',
      outcome: 'created',
      comparison: { mismatches: 0 },
      availableAfterSeconds: expect.any(Number),
      rtoSeconds: expect.any(Number),
    });
    expect(status).toBe(0);
  });

  test('its RPO and RTO are measured by AWS’s clock, and not by this machine’s', async () => {
    const { report } = await applied(['orders/latest', '--to', 'orders-timed']);
    const { rpoSeconds, rtoSeconds, availableAfterSeconds, plan, startedAt } = report;
    const age = (Date.parse(startedAt) - Date.parse(plan.point.takenAt)) / 1000;
    expect(Math.abs(world.now - Date.parse(startedAt))).toBeLessThan(HOUR_MS);
    expect(rpoSeconds).toBe(age);
    // The local AWS takes six minutes and more to create a cluster, in seconds of this machine's.
    expect(availableAfterSeconds).toBeGreaterThanOrEqual(5 * 60);
    expect(rtoSeconds).toBeGreaterThanOrEqual(Number(availableAfterSeconds));
  });

  test('a cache without cluster mode becomes a cluster of one shard', async () => {
    const words = ['sessions', '--to', 'sessions-sharded', '--cluster-mode', 'on', ...WITH_TOKEN];
    const { report } = await applied(words);
    expect(report).toMatchObject({
      compared: 'matched',
      plan: { creates: { clusterMode: true, parameterGroup: 'default.valkey8.cluster.on' } },
    });
  });
});

describe('a restore that was interrupted', () => {
  const words = ['orders', '--to', 'orders-again'];

  test('while it staged is gone on with', async () => {
    const { err, signal } = await apply(words, {
      meanwhile: async (interrupt) => (await stagedForRestores(world)).length > 1 && interrupt(),
    });
    expect(signal).toBe('SIGINT');
    expect(err).toContain('run the same command again');
  });

  test('while its cluster was created finds it again, and measures from its first beginning', async () => {
    const { signal } = await apply(words, {
      meanwhile: (interrupt) => statusOf('orders-again') === 'creating' && interrupt(),
    });
    expect(signal).toBe('SIGINT');
    const interruptedAt = world.now;
    const { report, status } = await applied(words);
    expect(report).toMatchObject({ compared: 'matched', outcome: 'adopted', rtoSeconds: expect.any(Number) });
    expect(Date.parse(report.startedAt)).toBeLessThan(interruptedAt);
    expect(status).toBe(0);
    expect(await stagedForRestores(world)).toEqual([]);
  });

  test('and is run again after its end compares again, and measures no RTO', async () => {
    const { report } = await applied(words);
    expect(report).toMatchObject({ compared: 'matched', outcome: 'adopted', rtoSeconds: null });
  });

  test('by a lost answer of AWS finds its own order', async () => {
    world.aws.faults.arm({
      kind: 'lost-reply',
      service: 'elasticache',
      operation: 'CreateReplicationGroup',
      resource: 'orders-lost',
    });
    const { report } = await applied(['orders', '--to', 'orders-lost']);
    expect(report).toMatchObject({ compared: 'matched', outcome: 'adopted', rtoSeconds: expect.any(Number) });
  });
});

describe('what a restore reports as bad', () => {
  test('a restored cluster that differs', async () => {
    let isChanged = false;
    const { report, status } = await applied(['orders', '--to', 'orders-changed'], {
      meanwhile: async () => {
        if (isChanged || statusOf('orders-changed') !== 'available') return;
        isChanged = true;
        const [node] = world.nodesOf('orders-changed', world.demo.vault);
        await node?.server.control(async (redis) => redis.del((await redis.randomkey()) ?? ''));
      },
    });
    expect(report).toMatchObject({ compared: 'differs', comparison: { mismatches: expect.any(Number) } });
    expect(status).toBe(1);
  });

  test('a cluster that cannot be reached from here, plainly', async () => {
    const { out, status } = await apply(['sessions', '--to', 'sessions-far', ...WITH_TOKEN], {
      environment: { NODE_EXTRA_CA_CERTS: '' },
    });
    expect(out).toMatch(
      /compared {2}NO: 127\.0\.0\.1:\d+ cannot be read: self-signed certificate in certificate chain\. It is unproven that the cluster holds what was recorded\. Run the same command again where sessions-far can be reached/,
    );
    expect(out).toContain('not compared');
    expect(status).toBe(2);
  });

  test('nothing, if it was not to compare, but what stays unproven', async () => {
    const { out, err, status } = await apply(['orders', '--to', 'orders-unread', '--no-compare']);
    expect(err).toBe('  stage\n  create cluster\n');
    expect(out).toContain(
      'compared  NO, as requested. It is unproven that the cluster holds what was recorded.',
    );
    expect(status).toBe(0);
  });

  test('nodes that AWS has none of', async () => {
    const error = { code: 'InsufficientCacheClusterCapacity', message: 'no such nodes', status: 400 };
    const order = { service: 'elasticache', operation: 'CreateReplicationGroup' };
    world.aws.faults.arm({ kind: 'error', ...order, resource: 'orders-none', times: 3, error });
    const { err, status } = await apply(['orders', '--to', 'orders-none']);
    expect(err).toContain('AWS has no capacity for cache.t4g.small in eu-central-1');
    expect(status).toBe(2);
  });

  test('a cluster that does not come up, with what ElastiCache says and the command that deletes it', async () => {
    const freeze = { kind: 'freeze', service: 'elasticache', operation: 'CreateReplicationGroup' } as const;
    world.aws.faults.arm({ ...freeze, resource: 'orders-stuck' });
    const { out, err, status } = await apply(['orders', '--to', 'orders-stuck']);
    expect(out).toBe('');
    expect(err).toContain(
      "'orders-stuck' is 'create-failed': Failed to create replication group orders-stuck: it did not come up in time; delete it with: aws elasticache delete-replication-group --region eu-central-1 --replication-group-id orders-stuck",
    );
    expect(status).toBe(2);
  });
});

test('the new cluster says what it was restored from', async () => {
  const { ReplicationGroups } = (await world.demo.call(
    'elasticache',
    'DescribeReplicationGroups',
    world.demo.vault.region,
    { ReplicationGroupId: 'orders-restored' },
  )) as { ReplicationGroups: { ARN: string }[] };
  const { TagList } = (await world.demo.call('elasticache', 'ListTagsForResource', world.demo.vault.region, {
    ResourceName: ReplicationGroups[0]?.ARN,
  })) as { TagList: { Key: string; Value: string }[] };
  expect(TagList).toContainEqual({ Key: RESTORED_FROM_TAG, Value: `orders/${MIDNIGHT}` });
});

test('no secret and no data got anywhere', () => expect(world.leaks).toEqual([]));
