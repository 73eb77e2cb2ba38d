import { beforeAll, expect, test } from 'vitest';
import { snapshotNameOf } from '../../core/model/names.ts';
import { slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, World } from '../e2e/world.ts';

/*
 * A tier is earned, not scheduled: whatever becomes of the first slot of a month, the month has its monthly. Each of these
 * caches loses that slot in another way; the plan has one every two hours.
 */

const PLAN = 'job-queue';
const FIRST_MS = Date.parse('2026-12-01T00:00:00Z');
const LAST_OF_NOVEMBER = slotAt(new Date(FIRST_MS - 2 * HOUR_MS));
const [FIRST, SECOND, THIRD] = [0, 2, 4].map((hours) => slotAt(new Date(FIRST_MS + hours * HOUR_MS)));

/** By cache: the verdicts of December’s slots, and what people are told. */
const LOST = {
  'never-exported': { verdicts: [undefined, 'verified', 'verified'], told: 'RefusedByAws' },
  damaged: { verdicts: ['corrupt', 'verified', 'verified'], told: 'RecoveryPointCorrupt' },
  emptied: { verdicts: ['suspect', 'verified', 'verified'], told: 'RecoveryPointSuspect' },
} as const;
const CACHES = Object.keys(LOST) as (keyof typeof LOST)[];

let world: World;

beforeAll(async () => {
  world = await World.start({ startsAt: FIRST_MS - 3 * HOUR_MS });
  await world.create(CACHES.map((id) => ({ id, tags: { [PLAN_TAG]: PLAN } })));
  for (const id of CACHES) await world.fill(id, 50);
  await world.runSlot(PLAN, LAST_OF_NOVEMBER);
  loseTheFirstSlot();
  await world.flush('emptied');
  for (const slot of [FIRST, SECOND, THIRD]) {
    if (slot === undefined) continue;
    await world.runSlot(PLAN, slot);
    if (slot === FIRST) await world.fill('emptied', 50);
  }
  return () => world.close();
});

function loseTheFirstSlot(): void {
  const exporting = { service: 'elasticache', operation: 'CopySnapshot' } as const;
  const error = { code: 'InvalidParameterValue', message: 'No such bucket', status: 400 };
  const snapshot = (cache: string) => snapshotNameOf(cache, slotAt(new Date(FIRST_MS)));
  world.aws.faults.arm({ kind: 'error', ...exporting, resource: snapshot('never-exported'), error });
  world.aws.faults.arm({ kind: 'flip-byte', ...exporting, resource: snapshot('damaged') });
}

test.each(CACHES)('%s: the month’s second slot earns what its first has lost', async (cache) => {
  const points = await world.points(cache);
  const of = (slot = '') => points.find((point) => point.slot === slot);
  expect([FIRST, SECOND, THIRD].map((slot) => of(slot)?.verdict)).toEqual(LOST[cache].verdicts);
  expect([SECOND, THIRD].map((slot) => of(slot)?.tier)).toEqual(['monthly', 'hourly']);
  expect(of(LAST_OF_NOVEMBER)?.tier).toBe('monthly');
});

test('each loss was told, once', () => {
  expect(world.struck).toHaveLength(2);
  expect(
    world.alerts
      .map(({ cache, code }) => `${cache} ${code}`)
      .filter((each) => !each.includes('redrill-'))
      .sort(),
  ).toEqual(CACHES.map((cache) => `${cache} ${LOST[cache].told}`).sort());
});
