import { beforeAll, describe, expect, test } from 'vitest';
import { resourceNames } from '../../core/contracts/resources.ts';
import { restoreReport } from '../../core/contracts/restore.ts';
import { instantOf } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { CANARIES_PER_SHARD } from './canaries.ts';
import { redrill } from './redrill.ts';
import { ADDRESS, asTemplates } from './templates.ts';
import { MIDNIGHT, MINUTE_MS, type StartedDrill, type ToldAlert, World } from './world.ts';

const tagged = (plan: string) => ({ tags: { [PLAN_TAG]: plan } });

/** `sessions` is named in redrill.config.ts, and somebody has tagged it with a plan that protects nothing. */
const CACHES = [
  { id: 'sessions', ...tagged('pure-cache') },
  { id: 'by-tag', ...tagged('rate-limits') },
  { id: 'empty', ...tagged('rate-limits') },
  { id: 'pure', ...tagged('pure-cache') },
  { id: 'single', standalone: true, ...tagged('rate-limits') },
  { id: 'carts', serverless: true, ...tagged('rate-limits') },
  { id: 'untagged', tags: { team: 'web' } },
] as const;

let world: World;
let toldOfTheSlot: readonly ToldAlert[];
let drill: StartedDrill;

beforeAll(async () => {
  world = await World.start(asTemplates());
  await world.create(CACHES);
  for (const { id } of CACHES) if (id !== 'empty') await world.fill(id, 50);
  world.aws.scheduler.start();
  await world.passUntil(instantOf(MIDNIGHT).getTime() + 30 * MINUTE_MS);
  toldOfTheSlot = world.alerts;
  drill = await world.startDrill('empty');
  await world.pass(MINUTE_MS);
  return () => world.close();
});

describe('the templates of redrill template, deployed by CloudFormation', () => {
  test('subscribe the address of the parameter to the alerts of both regions, which the watches expect', async () => {
    const { source, vault, call } = world.demo;
    for (const { account, region } of [source, vault]) {
      const TopicArn = resourceNames.alertTopic(account, region);
      const { Subscriptions } = (await call('sns', 'ListSubscriptionsByTopic', region, { TopicArn })) as {
        readonly Subscriptions: readonly { readonly Endpoint: string }[];
      };
      expect(Subscriptions.map(({ Endpoint }) => Endpoint)).toEqual([ADDRESS]);
    }
  });
});

describe('start-backups', () => {
  test('finds caches by id and by tag; the configuration outranks a tag', () => {
    expect(world.ends.filter((end) => end.startsWith('backup '))).toEqual([
      `backup by-tag-${MIDNIGHT} SUCCEEDED`,
      `backup carts-${MIDNIGHT} SUCCEEDED`,
      `backup empty-${MIDNIGHT} SUCCEEDED`,
      `backup sessions-${MIDNIGHT} SUCCEEDED`,
      `backup single-${MIDNIGHT} SUCCEEDED`,
    ]);
  });

  test('takes the plan of each from where it found it', async () => {
    const plans = Object.fromEntries((await world.points()).map(({ cache, plan }) => [cache, plan]));
    expect(plans).toEqual({
      'by-tag': 'rate-limits',
      carts: 'rate-limits',
      empty: 'rate-limits',
      sessions: 'session-store',
      single: 'rate-limits',
    });
  });

  test('misses a cache that the configuration names and that is not there, aloud', () => {
    expect(world.allAlerts.filter(({ cache }) => cache === 'orders')).toEqual([
      { code: 'UnknownCache', cache: 'orders', severity: 'page' },
    ]);
  });
});

describe('a cache without a single key', () => {
  test('gives a recovery point that is suspect, not verified', async () => {
    const [point] = await world.points('empty');
    expect(point).toMatchObject({ verdict: 'suspect', reasons: [{ code: 'Empty' }], totals: { keys: 0 } });
    expect(world.ends.filter((end) => end.startsWith('ingest '))).toEqual([
      `ingest by-tag-${MIDNIGHT} SUCCEEDED`,
      `ingest carts-${MIDNIGHT} SUCCEEDED`,
      `ingest empty-${MIDNIGHT} FAILED`,
      `ingest sessions-${MIDNIGHT} SUCCEEDED`,
      `ingest single-${MIDNIGHT} SUCCEEDED`,
    ]);
  });

  test('is the only thing that people are told of', () => {
    expect(toldOfTheSlot).toEqual([{ code: 'RecoveryPointSuspect', cache: 'empty', severity: 'page' }]);
    expect(world.refusals).toEqual([]);
    expect(world.leaks).toEqual([]);
  });

  test('is not drilled, and that is told too', () => {
    expect(drill.execution.status).toBe('FAILED');
    expect(world.alerts.at(-1)).toEqual({ code: 'NoRecoveryPoint', cache: 'empty', severity: 'page' });
  });
});

describe('a cluster of one node outside a replication group, protected by its tag', () => {
  test('is sealed with what a group of one node needs, and has the lineage of the cluster', async () => {
    const [point] = await world.points('single');
    const { account, region } = world.demo.source;
    expect(point).toMatchObject({
      verdict: 'verified',
      tier: 'monthly',
      lineage: { arn: `arn:aws:elasticache:${region}:${account}:cluster:single` },
      topology: {
        engine: 'redis',
        nodeType: 'cache.t4g.small',
        clusterMode: false,
        replicas: 0,
        shards: [{ shard: 1 }],
        tls: false,
        auth: 'none',
        automaticFailover: false,
        tags: { [PLAN_TAG]: 'rate-limits' },
      },
    });
  });

  test('is drilled in a replication group of one node, and every key matches', async () => {
    const { execution } = await world.startDrill('single');
    await world.pass(30 * MINUTE_MS);
    expect(execution.status).toBe('SUCCEEDED');
    const { out, status } = await redrill(world, 'status', 'single', '--json');
    expect(JSON.parse(out)).toMatchObject({
      caches: [{ cache: 'single', state: 'ok', lastDrill: { verdict: 'passed' } }],
    });
    expect(status).toBe(0);
  });

  test('is restored as a replication group of one node, without automatic fail-over', async () => {
    const { out, err, status } = await redrill(
      world,
      ...['restore', 'single', '--to', 'single-again', '--apply', '--json'],
    );
    expect(err).not.toContain('Error');
    expect(restoreReport.parse(JSON.parse(out))).toMatchObject({
      compared: 'matched',
      plan: { creates: { engine: 'redis', clusterMode: false, replicas: 0, automaticFailover: false } },
    });
    expect(status).toBe(0);
    expect(world.statusOf('single-again', world.demo.vault)).toBe('available');
  });

  test('raises no alert', () => {
    expect(world.allAlerts.filter(({ cache }) => cache?.startsWith('single'))).toEqual([]);
    expect(world.refusals).toEqual([]);
  });
});

describe('a serverless cache, protected by its tag', () => {
  test('is sealed with its limits, networks and users, and with what a node-based cache in its place needs', async () => {
    const [point] = await world.points('carts');
    const { account, region } = world.demo.source;
    expect(point).toMatchObject({
      kind: 'serverless',
      verdict: 'verified',
      totals: { keys: 50 + CANARIES_PER_SHARD },
      lineage: { arn: `arn:aws:elasticache:${region}:${account}:serverlesscache:carts` },
      topology: {
        engine: 'valkey',
        engineVersion: '8.0',
        nodeType: 'serverless',
        clusterMode: true,
        replicas: 1,
        shards: [{ shard: 1, slots: '0-16383' }],
        tls: true,
        auth: 'none',
        serverless: { subnets: [expect.any(String), expect.any(String), expect.any(String)] },
        tags: { [PLAN_TAG]: 'rate-limits' },
      },
    });
  });

  test('is drilled, and every key matches', async () => {
    const { execution } = await world.startDrill('carts');
    await world.pass(30 * MINUTE_MS);
    expect(execution.status).toBe('SUCCEEDED');
    const { out } = await redrill(world, 'status', 'carts', '--json');
    expect(JSON.parse(out)).toMatchObject({
      caches: [{ cache: 'carts', state: 'ok', lastDrill: { verdict: 'passed' } }],
    });
  });

  test('raises no alert', () => {
    expect(world.allAlerts.filter(({ cache }) => cache?.startsWith('carts'))).toEqual([]);
    expect(world.refusals).toEqual([]);
  });
});
