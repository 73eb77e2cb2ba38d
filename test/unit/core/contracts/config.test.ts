import { describe, expect, it } from 'vitest';
import { type Config, defineConfig } from '../../../../core/contracts/config.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { isProtected } from '../../../../core/contracts/plan.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import { rehearsalPlan } from '../../../../core/contracts/rehearsal.ts';
import { BASE, problemsOf, withPlan } from './config-fixture.ts';

const DRILL = presets.jobQueue.drill;

describe('parseConfig accepts', () => {
  it('the least there can be, and fills in the defaults', () => {
    expect(
      parseConfig({ ...BASE, plans: { jobs: { every: '2h', rpo: '3h', rto: '1h', drill: DRILL } } }),
    ).toEqual({
      source: { region: 'eu-west-1', kmsKeys: [] },
      vault: {
        region: 'eu-central-1',
        lock: { mode: 'governance', days: 1, tiers: {} },
        seedGrant: 'policy',
        shardsAtOnce: 4,
      },
      plans: {
        jobs: {
          every: '2h',
          rpo: '3h',
          rto: '1h',
          keep: { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' },
          minimumRedundancy: 2,
          contentGate: { shrinkShare: 0.5, fromKeys: 100 },
          nodesPerCache: 1,
          drill: { ...DRILL, fallbackNodeTypes: ['cache.t3.medium'], choose: 'latest', window: '30d' },
        },
        rehearsal: rehearsalPlan({ lock: { mode: 'governance', days: 1, tiers: {} } }),
      },
      caches: {},
      servers: {},
      alerts: {
        chat: false,
        endpoints: [],
        eventBus: 'default',
        slack: [],
        teams: [],
        emails: [],
        canary: { schedule: 'weekly' },
      },
    });
  });

  it('everything at once', () => {
    const input = defineConfig({
      account: '111122223333',
      source: { region: 'us-west-2' },
      vault: {
        region: 'eu-central-1',
        account: '444455556666',
        lock: { mode: 'compliance', days: 2 },
        drillNetwork: { vpcId: 'vpc-0a1b', subnetIds: ['subnet-0a1b'], availabilityZones: ['eu-central-1a'] },
      },
      plans: {
        jobs: { ...presets.jobQueue, largestShardGib: 2.3, nodesPerCache: 6 },
        none: presets.pureCache,
      },
      caches: { orders: 'jobs', thumbnails: 'none' },
      alerts: { emails: ['ops@example.com'] },
      heartbeat: { parameter: '/redrill/heartbeat' },
    });
    expect(parseConfig(input)).toMatchObject(input);
  });

  it.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-isob-east-1', 'aws-iso-b'],
  ])('no region of another partition: %s', (region, partition) => {
    const refusal = `'${region}' belongs to the partition ${partition}, where Redrill has not been proven to work; choose`;
    expect(() => parseConfig({ ...BASE, source: { region } })).toThrow(`source.region: ${refusal}`);
    expect(() => parseConfig({ ...BASE, vault: { region } })).toThrow(`vault.region: ${refusal}`);
  });

  it.each(Object.keys(presets) as (keyof typeof presets)[])('preset %s', (name) => {
    const { plans } = parseConfig({ ...BASE, plans: { it: presets[name] } });
    expect(plans.it).toMatchObject(presets[name]);
    expect(plans.it !== undefined && isProtected(plans.it)).toBe(name !== 'pureCache');
  });

  it('what it has returned, after a way through JSON: that is what Lambdas read', () => {
    const once: Config = parseConfig({ ...BASE, plans: { jobs: presets.eventLog, none: presets.pureCache } });
    expect(parseConfig(JSON.parse(JSON.stringify(once)), 'config.json')).toEqual(once);
  });

  it('18 snapshots a day: AWS’s 20 less the two that are left to people', () => {
    expect(problemsOf(withPlan({ every: '80m', rpo: '2h' }))).toEqual([]);
    expect(problemsOf(withPlan({ every: '1h', nodesPerCache: 2 }))).toEqual([]);
    expect(problemsOf(withPlan({ every: '15m', nodesPerCache: 6 }))).toEqual([]);
  });

  it('an rpo a minute above the cadence, equal tiers, and a drill node that is just large enough', () => {
    const tiers = { hourly: '2d', daily: '2d', weekly: '2d', monthly: '48h' };
    expect(problemsOf(withPlan({ rpo: '121m', keep: tiers, largestShardGib: 2.31 }))).toEqual([]);
  });
});
