import { beforeAll, expect, test } from 'vitest';
import { vaultKeys } from '../../core/model/keys.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_TAG } from '../../core/model/tags.ts';
import { HOUR_MS, World } from '../e2e/world.ts';

/*
 * S3 expires the objects of a released copy on days of their own. Hourly copies of the plan are due after two days; at each
 * midnight from then on the watch looks at what is left of them.
 */

const PLAN = 'job-queue';
const CACHE = 'jobs';
const DAY_MS = 24 * HOUR_MS;
const FIRST_MS = Date.parse('2026-11-03T02:00:00Z');
const SLOTS: readonly Slot[] = [0, 2, 4, 6, 8].map((hours) => slotAt(new Date(FIRST_MS + hours * HOUR_MS)));

let world: World;
/** Each day: of every released hourly copy, how many of its objects are left. */
const looks: (readonly number[])[] = [];

beforeAll(async () => {
  world = await World.start({ startsAt: FIRST_MS - HOUR_MS, readings: { 'lifecycle-lag': 'piecemeal' } });
  await world.create([{ id: CACHE, tags: { [PLAN_TAG]: PLAN } }]);
  await world.fill(CACHE, 50);
  for (const slot of SLOTS) await world.runSlot(PLAN, slot);
  // What the schedules would do in a week is not looked at here.
  world.aws.scheduler.pause();
  for (let day = 0; day < 7; day++) {
    await world.pass(DAY_MS);
    await world.deliver('watch-vault');
    looks.push(await left());
  }
  return () => world.close();
});

async function left(): Promise<readonly number[]> {
  const keys = await world.vaultKeys();
  const hourly = SLOTS.slice(0, -2).map((slot) => vaultKeys.point({ tier: 'hourly', cache: CACHE, slot }));
  return hourly.map((folder) => keys.filter((key) => key.startsWith(folder)).length);
}

test('for days some copies are partly there, and then they are gone', () => {
  const whole = Math.max(...(looks[0] ?? []));
  expect(looks.flat().some((objects) => objects > 0 && objects < whole)).toBe(true);
  expect(Math.max(...(looks.at(-1) ?? []))).toBe(0);
});

test('the watch reports no copy as lost or damaged', () => {
  const told = world.alerts.filter(({ cache }) => cache === CACHE).map(({ code }) => code);
  // There has been no backup since: that is all there is to tell.
  expect(new Set(told)).toEqual(new Set(['RpoMissed', 'TierMissed']));
  expect(world.refusals).toEqual([]);
});
