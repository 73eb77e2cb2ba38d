import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { instantOf } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { regionOf } from '../../simulate/lambdas.ts';
import { MIDNIGHT, MINUTE_MS, World } from '../e2e/world.ts';

/** For each Lambda, a call after which it is killed once: accepted by AWS, unknown to everybody else. */
const DEATHS: Readonly<Record<string, readonly [service: string, operation: string]>> = {
  'start-backups': ['states', 'StartExecution'],
  'create-snapshot': ['elasticache', 'CreateSnapshot'],
  'check-snapshot': ['elasticache', 'DescribeSnapshots'],
  'export-snapshot': ['elasticache', 'CopySnapshot'],
  'check-export': ['s3', 'ListObjectsV2'],
  'seal-export': ['s3', 'PutObject'],
  'prune-snapshots': ['elasticache', 'DescribeSnapshots'],
  'find-exports': ['states', 'StartExecution'],
  'copy-shard': ['s3', 'CopyObject'],
  'verify-shard': ['s3', 'PutObject'],
  'admit-recovery-point': ['s3', 'PutObject'],
  'release-superseded': ['s3', 'ListObjectsV2'],
  'start-drills': ['states', 'StartExecution'],
  'plan-drill': ['s3', 'GetObject'],
  'stage-shard': ['s3', 'CopyObject'],
  'create-drill-cluster': ['elasticache', 'CreateReplicationGroup'],
  'check-drill-cluster': ['elasticache', 'DescribeReplicationGroups'],
  'verify-restore': ['s3', 'GetObject'],
  'record-drill': ['s3', 'PutObject'],
  'tear-down-drill': ['elasticache', 'DeleteReplicationGroup'],
  'watch-vault': ['s3', 'PutObject'],
  'watch-source': ['monitoring', 'DescribeAlarms'],
  'publish-fleet': ['s3', 'PutObject'],
  'sweep-drills': ['elasticache', 'DescribeReplicationGroups'],
  'send-canary': ['sns', 'Publish'],
};

/** Runs only when something has failed: see the test of its own below. */
const ONLY_ON_FAILURE = 'raise-alert';

/** The configuration here has no PagerDuty. */
const NOT_DEPLOYED = 'page-pagerduty';

const LAMBDAS = readdirSync(join(import.meta.dirname, '../../lambdas'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => basename(file, '.ts'));

let world: World;

beforeAll(async () => {
  world = await World.start({ environmentsPerFunction: Number.POSITIVE_INFINITY });
  await world.create([{ id: 'jobs', clusterMode: 'on', shards: 2, tags: { [PLAN_TAG]: 'rate-limits' } }]);
  await world.fill('jobs', 100);
  for (const [lambda, [service, operation]] of Object.entries(DEATHS)) {
    const place = world.demo[regionOf(lambda, {})];
    const caller = await world.roleOf(lambda, place);
    world.aws.faults.arm({ kind: 'kill', service, operation, caller });
  }
  // The schedules of the other plans stay out: a kill hits every process that runs with the role at that moment.
  await world.passUntil(instantOf(MIDNIGHT).getTime() + 1);
  world.aws.scheduler.start();
  await world.deliver('backup-rate-limits', instantOf(MIDNIGHT).getTime());
  await world.pass(30 * MINUTE_MS);
  await world.deliver('canary-vault');
  await world.deliver('drill-rate-limits');
  await world.pass(20 * MINUTE_MS);
  return () => world.close();
});

test('every Lambda is killed here', () => {
  expect([...Object.keys(DEATHS), ONLY_ON_FAILURE, NOT_DEPLOYED].sort()).toEqual(LAMBDAS.sort());
});

describe('with every Lambda killed once after a call that was accepted', () => {
  test.each(Object.keys(DEATHS))('%s was killed, and repeated', async (lambda) => {
    const place = world.demo[regionOf(lambda, {})];
    const caller = await world.roleOf(lambda, place);
    expect(world.struck.filter((fault) => fault.caller === caller)).toHaveLength(1);
    const group = { ...place, name: `/aws/lambda/redrill-${lambda}` };
    const lines = world.aws.logs.lines(group).map(({ message }) => message);
    const killed = lines.filter((line) => line.includes('signal: killed')).length;
    expect(killed).toBeGreaterThanOrEqual(1);
    expect(lines.filter((line) => line.startsWith('START ')).length).toBeGreaterThan(killed);
  });

  test('the workflows succeed, once each', async () => {
    expect(world.ends).toEqual([
      expect.stringMatching(/^backup jobs-\w+ SUCCEEDED$/),
      expect.stringMatching(/^drill jobs-\w+ SUCCEEDED$/),
      expect.stringMatching(/^ingest jobs-\w+ SUCCEEDED$/),
    ]);
    const points = await world.points('jobs');
    expect(points.map(({ verdict, tier }) => [verdict, tier])).toEqual([['verified', 'monthly']]);
    expect(points[0]?.shards).toHaveLength(2);
  });

  test('nobody is alerted, and nothing is left', async () => {
    expect(world.alerts.filter(({ code }) => code !== 'AlertCanary')).toEqual([]);
    expect(world.drillClusters).toEqual([]);
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
    expect(world.refusals).toEqual([]);
    expect(world.leaks).toEqual([]);
  });
});
