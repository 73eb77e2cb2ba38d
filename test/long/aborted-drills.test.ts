import { statesOf } from '@redrill/local-aws/states-language';
import { beforeAll, describe, expect, test } from 'vitest';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, MIDNIGHT, MINUTE_MS, type StartedDrill, UNWATCHED, World } from '../e2e/world.ts';

/** Every task of the Drill workflow, in order. */
const STEPS = [
  'PlanDrill',
  'StageShard',
  'CreateCluster',
  'CheckCluster',
  'RemoveFailedCluster',
  'VerifyRestore',
  'RecordDrill',
  'TearDown',
] as const;
/** Hours after the last drill at which `sweep-drills` runs: a cluster lives four hours at most, its files nine. */
const SWEEPS = [2.5, 3, 3.5, 4, 4.5, 9.5];

let world: World;
const drills: StartedDrill[] = [];
/** Clusters that were there when their drill was aborted. */
let orphans = 0;

beforeAll(async () => {
  world = await World.start({ readings: { 'capacity-refusal': 'late' } });
  await world.create([{ id: 'jobs', tags: { [PLAN_TAG]: 'rate-limits' } }]);
  await world.fill('jobs', 20);
  await world.runSlot('rate-limits', MIDNIGHT);
  for (const step of STEPS) {
    const lacking = step === 'RemoveFailedCluster' ? [{ nodeType: 'cache.t4g.medium' }] : [];
    world.aws.elasticache.lackCapacityFor(...lacking);
    const drill = await world.startDrill('jobs');
    const entered = () => drill.execution.history.events.some(({ details }) => details.name === step);
    await world.until(`a drill is at ${step}`, entered);
    const input = { executionArn: drill.execution.arn, cause: 'somebody pressed the button' };
    await world.demo.call('states', 'StopExecution', world.demo.vault.region, input);
    orphans += world.drillClusters.includes(drill.clusterId) ? 1 : 0;
    drills.push(drill);
    await world.pass(10 * MINUTE_MS);
  }
  const last = world.now;
  for (const hours of SWEEPS) {
    await world.passUntil(last + hours * HOUR_MS);
    await world.deliver('sweep-drills');
  }
  return () => world.close();
});

describe('a drill that is killed at any of its steps', () => {
  test('was killed at each of them', () => {
    const tasks = drills.flatMap(({ execution }) =>
      statesOf(execution.settings.machine.definition).flatMap(([name, { Type }]) =>
        Type === 'Task' ? [name] : [],
      ),
    );
    expect([...new Set(tasks)].filter((name) => !name.startsWith('Raise')).sort()).toEqual([...STEPS].sort());
    expect(drills.map(({ execution }) => execution.status)).toEqual(STEPS.map(() => 'ABORTED'));
  });

  test('leaves nothing behind', async () => {
    expect(orphans).toBeGreaterThanOrEqual(3);
    expect(world.drillClusters).toEqual([]);
    expect((await world.stagedKeys()).filter((key) => key.startsWith('drills/'))).toEqual([]);
    expect(world.statusOf('jobs')).toBe('available');
  });

  test('is told once each', () => {
    expect(world.alerts.filter(({ code }) => !UNWATCHED.includes(code))).toEqual(
      STEPS.map(() => ({ code: 'redrill-drill-aborted', cache: '', severity: 'alarm' })),
    );
  });
});
