import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test } from 'vitest';
import { drillClusterIdOf } from '../../core/model/names.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, type StartedDrill, UNWATCHED, World } from '../e2e/world.ts';

/** After so long a drill's cluster is swept; a look every quarter of an hour may come that much later. */
const TTL_MS = 4 * HOUR_MS;
const LOOK_MS = 15 * MINUTE_MS;
/** Staged files and parameter groups are kept for so long. */
const LONGEST_DRILL_MS = 9 * HOUR_MS;

/** In the vault region: called like production, and called like a drill's cluster but without its tag. */
const DECOYS = ['jobs', 'redrill-drill-not-ours'] as const;

let world: World;
let drill: StartedDrill;
/** What the decoys processed while the drill ran and was swept, and what one look at that costs itself. */
let commandsInBetween: number;
let commandsOfALook: number;
/** States of the drill's cluster: when its drill was aborted, just before its time is up, one look after, and later. */
const states: (string | undefined)[] = [];

/** Parameter groups of drills: while its cluster was there, and after all was swept. */
const groups: (readonly (string | undefined)[])[] = [];

beforeAll(async () => {
  world = await World.start();
  const tags = { [PLAN_TAG]: 'rate-limits' };
  await world.create([{ id: 'jobs', tags, parameters: { databases: '32' } }]);
  await world.fill('jobs', 20);
  await writeInto('jobs', 31);
  await world.runSlot('rate-limits', MIDNIGHT);
  await world.create(
    DECOYS.map((id) => ({ id })),
    world.demo.vault,
  );
  const first = await commandsSeen();
  const counted = await commandsSeen();
  commandsOfALook = counted - first;
  drill = await world.startDrill('jobs');
  const createdAt = world.now;
  const state = () => world.statusOf(drill.clusterId, world.demo.vault);
  await world.until('the restored cluster is there', () => state() === 'available');
  groups.push(await drillParameterGroups());
  const input = { executionArn: drill.execution.arn, cause: 'somebody pressed the button' };
  await world.demo.call('states', 'StopExecution', world.demo.vault.region, input);
  for (const instant of [0, TTL_MS - LOOK_MS, TTL_MS + LOOK_MS, TTL_MS + 2 * LOOK_MS]) {
    await world.passUntil(createdAt + instant);
    await world.deliver('sweep-drills');
    states.push(state());
  }
  await world.passUntil(createdAt + LONGEST_DRILL_MS + LOOK_MS);
  await world.deliver('sweep-drills');
  groups.push(await drillParameterGroups());
  commandsInBetween = (await commandsSeen()) - counted;
  return () => world.close();
});

/** Writes a key into a database that a server has only if its parameters say so. */
async function writeInto(id: string, db: number): Promise<void> {
  const [node] = world.nodesOf(id, world.demo.source);
  if (node === undefined) throw new Error(`${id} has no node`);
  const { host, port, ca, password } = node.customer;
  const redis = new Redis({ host, port, password, db, ...(ca && { tls: { ca } }) });
  await redis.set('in-a-high-database', '1');
  redis.disconnect();
}

/** Names of the parameter groups of drills. */
async function drillParameterGroups(): Promise<readonly (string | undefined)[]> {
  const { call, vault } = world.demo;
  const answer = await call('elasticache', 'DescribeCacheParameterGroups', vault.region, {});
  const { CacheParameterGroups } = answer as {
    readonly CacheParameterGroups: readonly { readonly CacheParameterGroupName?: string }[];
  };
  return CacheParameterGroups.map((group) => group.CacheParameterGroupName).filter((name) =>
    name?.startsWith('redrill-drill-'),
  );
}

/** Commands that the decoys have processed since they were started, the one that asks included. */
async function commandsSeen(): Promise<number> {
  let seen = 0;
  for (const { customer } of DECOYS.flatMap((id) => world.nodesOf(id, world.demo.vault))) {
    const { host, port, ca, password } = customer;
    const redis = new Redis({ host, port, password, enableReadyCheck: false, ...(ca && { tls: { ca } }) });
    seen += Number(/^total_commands_processed:(\d+)/m.exec(await redis.info('stats'))?.[1]);
    redis.disconnect();
  }
  return seen;
}

describe('a drill of a cache with more than 16 databases', () => {
  test('has its files loaded, with a parameter group of its own, which is swept after its cluster', () => {
    expect(states[0]).toBe('available');
    expect(groups).toEqual([[drill.clusterId], []]);
  });
});

describe('a drill that was aborted', () => {
  test('leaves a cluster, which is swept within its time to live and one look', async () => {
    expect(drill.execution.status).toBe('ABORTED');
    expect(states.slice(0, 2)).toEqual(['available', 'available']);
    expect([undefined, 'deleting']).toContain(states[2]);
    expect(states[3]).toBeUndefined();
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
  });

  test('is told once; that its cluster could be swept is no news', () => {
    const alerts = world.alerts.filter(({ code }) => !UNWATCHED.includes(code));
    expect(alerts).toEqual([{ code: 'redrill-drill-aborted', cache: '', severity: 'alarm' }]);
  });

  test('costs nobody else their cache', () => {
    for (const decoy of DECOYS) expect(world.statusOf(decoy, world.demo.vault)).toBe('available');
    expect(world.statusOf('jobs')).toBe('available');
    const deletions = world.aws.fabric.decisions.filter(
      ({ action, allowed }) => action === 'elasticache:DeleteReplicationGroup' && allowed,
    );
    const ofDrills = world.executions('drill').map(({ settings }) => {
      const input = JSON.parse(settings.input);
      return drillClusterIdOf(input.cache, input.drill);
    });
    expect(ofDrills).toContain(drill.clusterId);
    expect(new Set(deletions.map(({ resource }) => resource.split(':').at(-1)))).toEqual(new Set(ofDrills));
  });

  test('and no other server sees a single command', () => {
    expect(commandsOfALook).toBeGreaterThan(0);
    expect(commandsInBetween).toBe(commandsOfALook);
  });

  test.each(DECOYS)('gives nobody a permission to delete %s', async (ReplicationGroupId) => {
    for (const lambda of ['sweep-drills', 'tear-down-drill', 'create-drill-cluster']) {
      const { account, region } = world.demo.vault;
      const principal = { kind: 'role', arn: await world.roleOf(lambda, world.demo.vault), account } as const;
      const call = { service: 'elasticache', operation: 'DeleteReplicationGroup', region, principal };
      await expect(world.aws.fabric.call({ ...call, input: { ReplicationGroupId } })).rejects.toMatchObject({
        code: 'AccessDenied',
      });
    }
  });
});

describe('a drill whose Lambda in the VPC was idle for weeks', () => {
  test('waits until Lambda has made its network again, and succeeds', async () => {
    const { account, region } = world.demo.vault;
    const MINUTES = 8;
    world.aws.lambda.sleep(
      `arn:aws:lambda:${region}:${account}:function:redrill-verify-restore`,
      MINUTES * MINUTE_MS,
    );
    await world.pass(MINUTE_MS);
    const before = world.alerts.length;
    const late = await world.startDrill('jobs');
    await world.until('it is over', () => late.execution.status !== 'RUNNING');
    expect(late.execution.status).toBe('SUCCEEDED');
    const failures = late.execution.history.events.flatMap(
      (event) => JSON.stringify(event).match(/Lambda\.Resource\w+/g) ?? [],
    );
    expect(new Set(failures)).toEqual(
      new Set(['Lambda.ResourceNotReadyException', 'Lambda.ResourceConflictException']),
    );
    expect(world.alerts.slice(before).filter(({ cache }) => cache === 'jobs')).toEqual([]);
  });
});
