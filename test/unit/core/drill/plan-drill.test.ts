import { describe, expect, it } from 'vitest';
import { drillPlan } from '../../../../core/contracts/steps.ts';
import { drillEngineVersion, memoryNeedBytes, planDrill } from '../../../../core/drill/plan-drill.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { PLAN, pointOf, SLOT, soundShard, TOPOLOGY } from '../facts.ts';

const DRILL = parseSlot('20261122T023000Z');
const INPUT = { cache: 'sessions', drill: DRILL, startedBy: 'schedule', choose: 'latest' } as const;
const MIB = 1024 ** 2;
const ON_PLAN = { name: 'jobs', plan: PLAN };

describe('planDrill', () => {
  it('builds the source’s engine and shards on the node of the plan it is on now, named after the drill', () => {
    const shards = [
      { shard: 1, slots: '0-8191' },
      { shard: 2, slots: '8192-16383' },
    ];
    const topology = { ...TOPOLOGY, clusterMode: true, shards };
    const plan = planDrill(INPUT, pointOf({ topology }), ON_PLAN);
    expect(plan).toEqual({
      point: { tier: 'daily', slot: SLOT },
      plan: 'jobs',
      clusterId: 'redrill-drill-sessions-202611220230',
      nodeType: 'cache.t4g.medium',
      fallbackNodeTypes: [],
      engine: 'valkey',
      engineVersion: '8.0',
      clusterMode: true,
      shards,
    });
    expect(drillPlan.parse(plan)).toEqual(plan);
  });

  it.each([
    ['what was set', { databases: '32', timeout: '60' }, [0], { databases: '32' }],
    ['enough for the keys, if nothing was recorded', {}, [0, 40], { databases: '41' }],
    ['enough for the keys, though less was recorded', { databases: '20' }, [30], { databases: '31' }],
    ['nothing, if the engine’s own do', { timeout: '60' }, [0, 15], undefined],
    [
      'of Bloom filters what was set',
      { 'bf.bloom-memory-usage-limit': '9' },
      [0],
      { 'bf.bloom-memory-usage-limit': '9' },
    ],
  ])(
    'takes of the parameters those without which no server loads the files: %s',
    (_what, parameters, used, wanted) => {
      const byDatabase = Object.fromEntries(used.map((database) => [`${database}`, 1]));
      const shards = [soundShard(1, used.length, { byDatabase })];
      const plan = planDrill(INPUT, pointOf({ topology: { ...TOPOLOGY, parameters }, shards }), ON_PLAN);
      expect(plan.parameters).toEqual(wanted);
      expect(drillPlan.parse(plan)).toEqual(plan);
    },
  );

  it.each([
    ['redis', '6.2.14', 9, { engine: 'redis', engineVersion: '7.0' }],
    ['redis', '7.0.15', 10, { engine: 'redis', engineVersion: '7.0' }],
    ['redis', '7.2.4', 11, { engine: 'valkey', engineVersion: '8.0' }],
    ['valkey', '8.0.1', 11, { engine: 'valkey', engineVersion: '8.0' }],
  ])(
    'a server’s %s %s on an engine of ElastiCache that loads its files',
    (engine, engineVersion, version, wanted) => {
      const topology = { ...TOPOLOGY, engine, engineVersion };
      const [shard] = [soundShard(1, 1)];
      const rdb = { ...shard.content.rdb, version };
      const point = pointOf({ topology, shards: [{ ...shard, content: { ...shard.content, rdb } }] });
      expect(planDrill(INPUT, point, ON_PLAN)).toMatchObject(wanted);
    },
  );

  it('refuses what no engine of ElastiCache loads', () => {
    const [shard] = [soundShard(1, 1)];
    const rdb = { ...shard.content.rdb, version: 12 };
    const topology = { ...TOPOLOGY, engine: 'redis', engineVersion: '7.4.1' };
    const point = pointOf({ topology, shards: [{ ...shard, content: { ...shard.content, rdb } }] });
    expect(() => planDrill(INPUT, point, ON_PLAN)).toThrow(
      `no engine of ElastiCache loads the files of sessions/${SLOT}: Redis 7.4.1 wrote them, in RDB version 12`,
    );
  });

  it.each([
    ['as much as is allowed', 2, { serverless: { storageGb: 2, ecpuPerSecond: 1_000 } }],
    [
      'more than is allowed',
      1,
      {
        insteadOfServerless:
          'the data needs about 2 GB, more than the 1 GB of plans.jobs.drill.serverless.storageGb',
      },
    ],
  ])('of a serverless cache whose data needs %s', (_what, storageGb, wanted) => {
    const topology = { ...TOPOLOGY, clusterMode: true, serverless: { subnets: [] } };
    const shards = [soundShard(1, 1, { bytes: 400e6 }), soundShard(2, 1, { bytes: 400e6 })];
    const drill = { ...PLAN.drill, serverless: { storageGb, ecpuPerSecond: 1_000 } };
    const plan = planDrill(INPUT, pointOf({ topology, shards }), { name: 'jobs', plan: { ...PLAN, drill } });
    const { serverless, insteadOfServerless } = plan;
    expect({ serverless, insteadOfServerless }).toEqual(wanted);
    expect(drillPlan.parse(plan)).toEqual(plan);
  });

  it('compares a part of a cache that is larger than the plan reads whole', () => {
    const shards = [soundShard(1, 1, { bytes: 100 * MIB })];
    const totals = { ...pointOf().totals, bytes: 100 * MIB };
    const drill = { ...PLAN.drill, sample: { aboveGib: 0.05, share: 0.25 } };
    const plan = planDrill(INPUT, pointOf({ shards, totals }), { name: 'jobs', plan: { ...PLAN, drill } });
    expect(plan.part).toEqual({ groups: 4, group: expect.any(Number) });
    expect(drillPlan.parse(plan)).toEqual(plan);
    const doubted = { name: 'jobs', plan: { ...PLAN, drill }, isDoubted: true };
    expect(planDrill(INPUT, pointOf({ shards, totals }), doubted)).not.toHaveProperty('part');
  });

  it('knows no slots with cluster mode off', () =>
    expect(planDrill(INPUT, pointOf(), ON_PLAN).shards).toEqual([{ shard: 1 }]));

  it('refuses a node that its largest shard does not fit on, and names one that it does', () => {
    const unread = { sound: false, shard: 3, key: 'k', problem: { code: 'c', message: 'm' } } as const;
    const shards = [soundShard(1, 0, { bytes: 100 * MIB }), soundShard(2, 0, { bytes: 1_500 * MIB }), unread];
    const refusal = {
      code: 'DrillNodeTooSmall',
      message:
        "the largest shard of sessions needs about 3000 MiB, more than 'cache.t4g.medium' provides; " +
        "set plans.jobs.drill.nodeType to 'cache.m6g.large'",
    };
    expect(() => planDrill(INPUT, pointOf({ shards }), ON_PLAN)).toThrow(expect.objectContaining(refusal));
  });

  it('falls back to those of the plan’s other nodes that hold the data', () => {
    const drill = { ...PLAN.drill, fallbackNodeTypes: ['cache.t4g.small', 'cache.m7g.large'] };
    const shards = [soundShard(1, 0, { bytes: 1_000 * MIB })];
    const plan = planDrill(INPUT, pointOf({ shards }), { name: 'jobs', plan: { ...PLAN, drill } });
    expect(plan.fallbackNodeTypes).toEqual(['cache.m7g.large']);
  });

  it('refuses what no node holds, and a node that it does not know', () => {
    const shards = [soundShard(1, 0, { bytes: 400 * 1024 * MIB })];
    expect(() => planDrill(INPUT, pointOf({ shards }), ON_PLAN)).toThrow("to 'a larger type'");
    const plan = { ...PLAN, drill: { ...PLAN.drill, nodeType: 'cache.x9.large' } };
    expect(() => planDrill(INPUT, pointOf(), { name: 'jobs', plan })).toThrow(
      "more than 'cache.x9.large' provides",
    );
  });

  it('counts the elements of large collections, which take more than their file does', () => {
    const small = { bytes: 200 * MIB, keys: 1 };
    const few = [soundShard(1, 1, { ...small, elements: 10_000_000 })];
    expect(planDrill(INPUT, pointOf({ shards: few }), ON_PLAN).nodeType).toBe('cache.t4g.medium');
    const many = [soundShard(1, 1, { ...small, elements: 40_000_000 })];
    expect(() => planDrill(INPUT, pointOf({ shards: many }), ON_PLAN)).toThrow('needs about 2842 MiB');
  });

  it('expects twice the file, 100 bytes a key and 64 an element', () =>
    expect(memoryNeedBytes({ bytes: 1_000, keys: 7, elements: 3 })).toBe(2_892));
});

describe('drillEngineVersion', () => {
  it.each([
    ['8.0.1', '8.0'],
    ['7.2', '7.2'],
    ['7.0.15', '7.0'],
    ['7', '7.0'],
    ['6.2.6', '7.0'],
    ['5.0.6', '7.0'],
    ['10.1.0', '10.1'],
    ['', '7.0'],
  ])('%s is drilled with %s', (recorded, version) => expect(drillEngineVersion(recorded)).toBe(version));
});
