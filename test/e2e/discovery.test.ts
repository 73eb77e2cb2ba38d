import { beforeAll, describe, expect, test } from 'vitest';
import { resourceNames } from '../../core/contracts/resources.ts';
import { instantOf } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { ADDRESS, asTemplates } from './templates.ts';
import { MIDNIGHT, MINUTE_MS, type StartedDrill, type ToldAlert, World } from './world.ts';

const tagged = (plan: string) => ({ tags: { [PLAN_TAG]: plan } });

/** `sessions` is named in redrill.config.ts, and somebody has tagged it with a plan that protects nothing. */
const CACHES = [
  { id: 'sessions', ...tagged('pure-cache') },
  { id: 'by-tag', ...tagged('rate-limits') },
  { id: 'empty', ...tagged('rate-limits') },
  { id: 'pure', ...tagged('pure-cache') },
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
      `backup empty-${MIDNIGHT} SUCCEEDED`,
      `backup sessions-${MIDNIGHT} SUCCEEDED`,
    ]);
  });

  test('takes the plan of each from where it found it', async () => {
    const plans = Object.fromEntries((await world.points()).map(({ cache, plan }) => [cache, plan]));
    expect(plans).toEqual({ 'by-tag': 'rate-limits', empty: 'rate-limits', sessions: 'session-store' });
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
      `ingest empty-${MIDNIGHT} FAILED`,
      `ingest sessions-${MIDNIGHT} SUCCEEDED`,
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
