import { beforeAll, describe, expect, test } from 'vitest';
import { type DrillReport, drillReport } from '../../core/contracts/drill.ts';
import { drillOfReport } from '../../core/model/keys.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { redrill } from '../e2e/redrill.ts';
import { HOUR_MS, MIDNIGHT, World } from '../e2e/world.ts';

/** On a plan whose drills choose at random, in a window that holds both slots. */
const CACHE = 'orders';
const PLAN = 'event-log';
const SLOTS: readonly Slot[] = [MIDNIGHT, slotAt(new Date(Date.UTC(2026, 10, 4, 2)))];

const reports: DrillReport[] = [];

let world: World;

beforeAll(async () => {
  world = await World.start({ readings: { 'capacity-refusal': 'late' } });
  await world.create([{ id: CACHE }]);
  await world.fill(CACHE, 50);
  for (const slot of SLOTS) await world.runSlot(PLAN, slot);
  const error = { code: 'InsufficientCacheClusterCapacity', message: 'None left', status: 400 };
  const creating = { service: 'elasticache', operation: 'CreateReplicationGroup' } as const;
  for (const _ of SLOTS) {
    await world.pass(HOUR_MS);
    if (reports.length === 0) world.aws.faults.arm({ kind: 'error', ...creating, times: 1, error });
    else
      world.aws.elasticache.lackCapacityFor({
        nodeType: 'cache.r7g.large',
        zone: `${world.demo.vault.region}a`,
      });
    await world.deliver(`drill-${PLAN}`);
    const keys = (await world.vaultKeys()).filter((key) => drillOfReport(key) !== undefined).sort();
    reports.push(await world.document(world.demo.vaultBucket, keys.at(-1) ?? '', drillReport));
  }
  world.aws.elasticache.lackCapacityFor();
  expect(world.alerts.filter(({ severity }) => severity !== 'alarm')).toEqual([]);
  expect(world.drillClusters).toEqual([]);
  return () => world.close();
});

describe('redrill drill', () => {
  test('starts a drill of the slot that was asked for, follows it, and tells what it has shown', async () => {
    const [oldest = MIDNIGHT] = SLOTS;
    const { out, err, status } = await redrill(world, 'drill', CACHE, '--choose', oldest);
    expect(err).toMatch(/^Started the drill orders-\d{8}T\d{6}Z\.$/m);
    expect(err).toMatch(/^ {2}[a-z ]+$/m);
    expect(out).toMatch(/^orders: the drill PASSED, of the monthly recovery point of 2026-11-04 00:00 UTC$/m);
    expect(out).toMatch(/^ {2}compared {2}\d+ keys, \d+ more had expired, 0 parts of the digest differ$/m);
    expect(status).toBe(0);
  });
});

describe('drills that choose at random', () => {
  test('prove one recovery point after the other', () => {
    expect(reports.map(({ verdict, startedBy }) => ({ verdict, startedBy }))).toEqual([
      { verdict: 'passed', startedBy: 'schedule' },
      { verdict: 'passed', startedBy: 'schedule' },
    ]);
    expect(reports.map(({ point }) => point?.slot).sort()).toEqual([...SLOTS].sort());
  });

  test('restore onto the plan’s next node type when AWS has none of the first, at the call or late', () => {
    expect(reports.map(({ cluster }) => cluster?.nodeType)).toEqual(['cache.m7g.xlarge', 'cache.m7g.xlarge']);
    const [atTheCall, late] = reports.map(({ phases }) => phases.createSeconds ?? 0);
    expect(late).toBeGreaterThan(1.5 * (atTheCall ?? 0));
  });
});
