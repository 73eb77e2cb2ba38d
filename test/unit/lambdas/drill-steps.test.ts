import { describe, expect, it } from 'vitest';
import { drillHistory, drillReport } from '../../../core/contracts/drill.ts';
import { parseConfig } from '../../../core/contracts/parse-config.ts';
import { presets } from '../../../core/contracts/presets.ts';
import { type DrillOutcome, type DrillToCreate, recorded } from '../../../core/contracts/steps.ts';
import { vaultKeys } from '../../../core/model/keys.ts';
import { parseSlot } from '../../../core/model/slot.ts';
import type { ClusterView, DrillClusterOrder } from '../../../core/ports.ts';
import { run as checkDrillCluster } from '../../../lambdas/check-drill-cluster.ts';
import { run as createDrillCluster } from '../../../lambdas/create-drill-cluster.ts';
import { run as planDrill } from '../../../lambdas/plan-drill.ts';
import { run as recordDrill } from '../../../lambdas/record-drill.ts';
import { run as tearDownDrill } from '../../../lambdas/tear-down-drill.ts';
import { Catalogue } from '../../../vault/catalogue.ts';
import { MemoryStore } from '../adapters/memory-store.ts';
import { pointOf, SLOT } from '../core/facts.ts';
import { MemoryEvents, MemoryMetrics } from './memory-world.ts';

const DRILL = parseSlot('20261122T023000Z');
const INPUT = { cache: 'sessions', drill: DRILL, startedBy: 'schedule', choose: 'latest' } as const;
const configOf = (caches: Readonly<Record<string, string>>) =>
  parseConfig({
    source: { region: 'eu-west-1' },
    vault: { region: 'eu-central-1' },
    plans: { jobs: presets.jobQueue, logs: presets.eventLog, none: presets.pureCache },
    caches,
  });

async function planned(pointPlan: string, caches: Readonly<Record<string, string>> = {}) {
  const catalogue = new Catalogue(new MemoryStore());
  await catalogue.enter(pointOf({ plan: pointPlan }));
  return planDrill(INPUT, { catalogue, config: configOf(caches) });
}

describe('plan-drill', () => {
  it('drills on the node of the plan that the point was made on', async () =>
    expect(await planned('jobs')).toMatchObject({ plan: 'jobs', nodeType: 'cache.t4g.medium' }));

  it('or of the plan that the configuration names for the cache: its RTO is what counts now', async () =>
    expect(await planned('jobs', { sessions: 'logs' })).toMatchObject({
      plan: 'logs',
      nodeType: 'cache.r7g.large',
    }));

  it.each([
    ['none', {}],
    ['gone', {}],
    ['none', { sessions: 'none' }],
  ])('refuses plan %s, which protects nothing', async (name, caches) => {
    await expect(planned(name, caches)).rejects.toMatchObject({
      code: 'UnknownPlan',
      message: `sessions is on plan '${name}', which the configuration does not define as a protected one`,
    });
  });
});

const PLANNED: DrillToCreate = {
  ...INPUT,
  tried: { nodeTypes: [] },
  plan: {
    point: { tier: 'daily', slot: SLOT },
    plan: 'jobs',
    clusterId: 'redrill-drill-sessions-202611220230',
    nodeType: 'cache.t4g.medium',
    fallbackNodeTypes: [],
    engine: 'valkey',
    engineVersion: '8.0',
    clusterMode: true,
    shards: [
      { shard: 1, slots: '0-8191' },
      { shard: 2, slots: '8192-16383' },
    ],
  },
};

describe('create-drill-cluster', () => {
  const CLUSTER = {
    arn: 'arn',
    status: 'available',
    createdAt: new Date('2026-11-15T02:31:00Z'),
    nodeType: undefined,
    endpoint: undefined,
  };

  function world(others: readonly string[] = [], as: Partial<ClusterView> = {}) {
    const orders: DrillClusterOrder[] = [];
    const staging = new MemoryStore('staging');
    let tokens = 0;
    const elasticache = {
      createCluster: async (order: DrillClusterOrder) => {
        orders.push(order);
        return orders.length === 1 ? ('created' as const) : ('exists' as const);
      },
      createServerless: () => Promise.reject(new Error('the plan asks for none')),
      listClusters: async (prefix: string) =>
        others.filter((id) => id.startsWith(prefix)).map((id) => ({ ...CLUSTER, ...as, id })),
    };
    const create = () =>
      createDrillCluster(PLANNED, {
        elasticache,
        staging,
        subnetGroup: 'drills',
        subnets: ['subnet-1'],
        securityGroupId: 'sg-1',
        newToken: () => `token-${++tokens}`,
        now: () => new Date('2026-11-22T02:31:00Z'),
      });
    return { orders, create };
  }

  it('seeds every shard from its staged file, and says by a tag which drill of which cache owns it', async () => {
    const { orders, create } = world();
    expect(await create()).toEqual({ requestedAt: '2026-11-22T02:31:00.000Z' });
    expect(orders).toEqual([
      {
        id: 'redrill-drill-sessions-202611220230',
        description: 'Redrill drill of sessions, recovery point 20261121T060000Z',
        engine: 'valkey',
        engineVersion: '8.0',
        nodeType: 'cache.t4g.medium',
        clusterMode: true,
        shards: PLANNED.plan.shards,
        snapshotArns: [1, 2].map(
          (shard) => `arn:aws:s3:::staging/drills/sessions/20261122T023000Z/shard-000${shard}.rdb`,
        ),
        authToken: 'token-1',
        subnetGroup: 'drills',
        securityGroupId: 'sg-1',
        tags: { 'redrill:drill': 'sessions/20261122T023000Z' },
      },
    ]);
  });

  it('asked again keeps the token: the cluster of the first try may be on the way', async () => {
    const { orders, create } = world();
    await create();
    await create();
    expect(orders.map(({ authToken }) => authToken)).toEqual(['token-1', 'token-1']);
  });

  it('is refused while a cluster that an earlier drill left cannot be deleted: they would pile up', async () => {
    const { orders, create } = world(['redrill-drill-sessions-202611150230']);
    await expect(create()).rejects.toMatchObject({
      code: 'DrillLeftOver',
      message:
        "redrill-drill-sessions-202611150230 of an earlier drill is still 'available' after 7 d 0 h; no second cluster is created",
    });
    expect(orders).toHaveLength(0);
  });

  it('does not wait for one that is being deleted, or whose drill may still go on', async () => {
    for (const other of [{ status: 'deleting' }, { createdAt: new Date('2026-11-21T22:32:00Z') }]) {
      const { orders, create } = world(['redrill-drill-sessions-202611150230'], other);
      await create();
      expect(orders).toHaveLength(1);
    }
  });

  it('takes neither its own cluster nor one of another cache for it', async () => {
    const { orders, create } = world([
      'redrill-drill-sessions-202611220230',
      'redrill-drill-sessions-eu-202611150230',
    ]);
    await create();
    expect(orders).toHaveLength(1);
  });
});

describe('create-drill-cluster without capacity', () => {
  const FALLBACKS = ['cache.m7g.large', 'cache.r7g.large'];
  function create(
    outcomes: readonly ('created' | 'exists' | 'no-capacity')[],
    failed: readonly string[] = [],
  ) {
    const asked: string[] = [];
    const elasticache = {
      createCluster: async ({ nodeType }: DrillClusterOrder) =>
        outcomes[asked.push(nodeType) - 1] ?? ('created' as const),
      createServerless: () => Promise.reject(new Error('the plan asks for none')),
      listClusters: async () => [],
    };
    const plan = { ...PLANNED.plan, fallbackNodeTypes: FALLBACKS };
    const world = {
      elasticache,
      staging: new MemoryStore('staging'),
      subnetGroup: 'drills',
      subnets: ['subnet-1'],
      securityGroupId: 'sg-1',
      newToken: () => 'token',
      now: () => new Date('2026-11-22T02:31:00Z'),
    };
    return {
      asked,
      created: createDrillCluster({ ...PLANNED, plan, tried: { nodeTypes: [...failed] } }, world),
    };
  }

  it('asks for the next node type of the plan', async () => {
    const { asked, created } = create(['no-capacity', 'created']);
    await created;
    expect(asked).toEqual(['cache.t4g.medium', 'cache.m7g.large']);
  });

  it('finds the cluster that an earlier try got', async () => {
    const { asked, created } = create(['exists']);
    await created;
    expect(asked).toEqual(['cache.t4g.medium']);
  });

  it('of any of them says which were tried', async () => {
    const { asked, created } = create(['no-capacity', 'no-capacity', 'no-capacity']);
    await expect(created).rejects.toMatchObject({
      code: 'DrillCapacityMissing',
      message: 'AWS has no capacity for cache.t4g.medium, cache.m7g.large, cache.r7g.large at the moment',
    });
    expect(asked).toHaveLength(3);
  });

  it('does not ask again for a node type whose cluster was accepted and then failed', async () => {
    const { asked, created } = create(['created'], ['cache.t4g.medium', 'cache.m7g.large']);
    await created;
    expect(asked).toEqual(['cache.r7g.large']);
  });
});

describe('a cluster that was accepted and then failed', () => {
  const STARTED_AT = '2026-11-22T02:30:00.000Z';
  const FAILED_AT = '2026-11-22T02:40:00.000Z';
  const [FIRST, SECOND, THIRD] = ['cache.t4g.medium', 'cache.m7g.large', 'cache.r7g.large'] as const;

  function check(nodeType: string | undefined, nodeTypes: readonly string[], as: object = {}) {
    const plan = { ...PLANNED.plan, fallbackNodeTypes: [SECOND, THIRD] };
    const {
      now = FAILED_AT,
      nodes = 'create-failed',
      status = 'create-failed',
    } = as as Record<string, string>;
    const elasticache = {
      findCluster: async (id: string) => ({
        id,
        arn: 'arn',
        status,
        createdAt: new Date(STARTED_AT),
        nodeType,
        endpoint: undefined,
      }),
      nodeStatuses: async () => [nodes],
    };
    const cluster = { requestedAt: '2026-11-22T02:31:00.000Z' };
    const tried =
      nodeTypes.length === 0 ? { nodeTypes: [] } : { nodeTypes: [...nodeTypes], since: STARTED_AT };
    const input = { ...PLANNED, plan, startedAt: STARTED_AT, tried, cluster };
    return checkDrillCluster(input, { elasticache, now: () => new Date(now) });
  }

  it.each([
    ['the plan’s own', FIRST, [], { nodeTypes: [FIRST], since: '2026-11-22T02:31:00.000Z' }],
    ['a fallback', SECOND, [FIRST], { nodeTypes: [FIRST, SECOND], since: STARTED_AT }],
    [
      'the second, after the first was refused',
      SECOND,
      [],
      { nodeTypes: [SECOND], since: '2026-11-22T02:31:00.000Z' },
    ],
    ['one that is not told', undefined, [], { nodeTypes: [FIRST], since: '2026-11-22T02:31:00.000Z' }],
  ])('is told, so that the next node type is tried: %s', async (_what, nodeType, before, tried) => {
    expect(await check(nodeType, before)).toEqual({
      status: 'failed',
      waitSeconds: 1,
      failedAt: FAILED_AT,
      tried,
    });
  });

  it('is the end on the last node type, and all of them are named', async () => {
    await expect(check(THIRD, [FIRST, SECOND])).rejects.toMatchObject({
      code: 'DrillClusterFailed',
      message: `redrill-drill-sessions-202611220230 is 'create-failed' on ${THIRD}, as it was on ${FIRST}, ${SECOND}`,
    });
  });

  it('is the end three hours after the drill began', async () => {
    await expect(check(FIRST, [], { now: '2026-11-22T05:30:01.000Z' })).rejects.toMatchObject({
      code: 'DrillClusterFailed',
    });
  });

  it.each([
    ['could not load its file', { nodes: 'restore-failed' }, 'RestoreNotLoaded'],
    ['is deleted by somebody', { status: 'deleting' }, 'DrillClusterFailed'],
  ])('of which a node %s is the end, whatever node types are left', async (_what, as, code) => {
    await expect(check(FIRST, [], as)).rejects.toMatchObject({ code });
  });

  it.each([
    [{ keep: 'files' as const }, 2],
    [{}, 0],
  ])('is deleted with %j, and so many staged files stay: %i', async (keep, left) => {
    const staging = new MemoryStore('staging');
    for (const file of ['shard-0001.rdb', 'auth-token'])
      await staging.write(`drills/sessions/${DRILL}/${file}`, 'x');
    const elasticache = {
      findCluster: async () => undefined,
      deleteCluster: async () => 'gone' as const,
      deleteParameterGroup: async () => 'gone' as const,
    };
    const input = { cache: 'sessions', drill: DRILL, startedAt: FAILED_AT, ...keep };
    expect(
      await tearDownDrill(input, { elasticache, staging, now: () => new Date(FAILED_AT) }),
    ).toMatchObject({
      status: 'ready',
    });
    expect(await staging.list('drills/')).toHaveLength(left);
  });
});

describe('record-drill', () => {
  const KEY = 'reports/sessions/20261122T023000Z.json';
  const outcomeAt = (finishedAt: string, mismatches = 0): DrillOutcome => ({
    ...PLANNED,
    startedAt: '2026-11-22T02:30:00.000Z',
    comparison: {
      keysExpected: 2,
      keysCompared: 2,
      keysExpired: 0,
      mismatches,
      mismatched: [],
      serverTime: '2026-11-22T02:41:10.000Z',
      seconds: 1,
      finishedAt,
    },
  });
  async function record(outcome: DrillOutcome, vault = new MemoryStore()) {
    const metrics = new MemoryMetrics();
    const events = new MemoryEvents();
    const now = () => new Date('2026-11-22T06:00:00Z');
    const result = await recordDrill(outcome, {
      catalogue: new Catalogue(vault),
      metrics,
      events,
      now,
      config: configOf({}),
    });
    expect(recorded.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    const written = await vault.read(vaultKeys.report('sessions', outcome.drill));
    const report = drillReport.parse(JSON.parse(new TextDecoder().decode(written?.body)));
    return { result, report, vault, events: events.events, measured: metrics.measured };
  }

  it('of a drill that passed has no failure, so no alert is sent', async () => {
    const { result, report, measured } = await record(outcomeAt('2026-11-22T02:42:00.000Z'));
    expect(result).toEqual({ verdict: 'passed', report: KEY });
    expect(report).toMatchObject({ verdict: 'passed', achievedRtoSeconds: 720, targetRtoSeconds: 3_600 });
    expect(measured).toEqual(['DrillsFailed{cache=sessions} 0', 'DrillRtoSeconds{cache=sessions} 720']);
  });

  it.each([
    ['wrong', outcomeAt('2026-11-22T02:42:00.000Z', 3), 'RestoreDiffers', 720],
    ['late', outcomeAt('2026-11-22T04:30:00.000Z'), 'RtoMissed', 7_200],
  ])('of a drill that was %s has the failure that the alert tells', async (_what, outcome, code, rto) => {
    const { result, report, measured } = await record(outcome);
    expect(result).toMatchObject({
      verdict: 'failed',
      report: KEY,
      failure: { Error: code, Cause: expect.stringMatching(`the drill of sessions failed: .*${KEY}`) },
    });
    expect(report.reasons).toMatchObject([{ code }]);
    expect(measured).toEqual(['DrillsFailed{cache=sessions} 1', `DrillRtoSeconds{cache=sessions} ${rto}`]);
  });

  it('is followed by an event with the summary and where the report is', async () => {
    const { events } = await record(outcomeAt('2026-11-22T02:42:00.000Z', 3));
    expect(events).toMatchObject([
      {
        name: 'DrillEnded',
        detail: {
          id: expect.stringMatching(/^drill\/sessions\/2026/),
          verdict: 'failed',
          proof: 'differs',
          codes: ['RestoreDiffers'],
          report: { bucket: 'vault', key: KEY },
        },
      },
    ]);
  });

  it('of a drill that compared nothing measures no RTO', async () => {
    const { comparison: _, ...ended } = outcomeAt('2026-11-22T02:42:00.000Z');
    const { result, measured } = await record(ended);
    expect(result.failure?.Error).toBe('NotCompared');
    expect(measured).toEqual(['DrillsFailed{cache=sessions} 1']);
  });

  const textOf = async (vault: MemoryStore, key: string) =>
    new TextDecoder().decode((await vault.read(key))?.body);

  it('writes the page beside the report, with the recovery point and the drills before', async () => {
    const vault = new MemoryStore();
    await new Catalogue(vault).enter(pointOf());
    const earlier = parseSlot('20261115T023000Z');
    await record({ ...outcomeAt('2026-11-22T02:42:00.000Z'), drill: earlier }, vault);
    const { report } = await record(outcomeAt('2026-11-22T02:42:00.000Z'), vault);
    expect(report).toMatchObject({ recorded: { takenAt: pointOf().takenAt }, achievedRpoSeconds: 86_400 });
    const page = await textOf(vault, 'reports/sessions/20261122T023000Z.html');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain(`href="${earlier}.html"`);
    const history = drillHistory.parse(JSON.parse(await textOf(vault, 'reports/sessions/history.json')));
    expect(history.drills.map(({ drill }) => drill)).toEqual([DRILL, earlier]);
  });

  it('writes a report although the recovery point is gone', async () => {
    const { report } = await record(outcomeAt('2026-11-22T02:42:00.000Z'));
    expect(report).not.toHaveProperty('recorded');
    expect(report).not.toHaveProperty('achievedRpoSeconds');
  });
});
