import { beforeAll, expect, test } from 'vitest';
import { isProtected } from '../../core/contracts/plan.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { PLAN_OBJECT_TAG, PLAN_TAG, RELEASE_TAG } from '../../core/model/tags.ts';
import { decideReleases } from '../../core/retention/decide-releases.ts';
import { HOUR_MS, World } from '../e2e/world.ts';

const PLAN = 'job-queue';
const CACHE = 'jobs';

/** A Sunday evening, the first of a month; the plan has a slot every two hours. */
const FIRST_SLOT = Date.parse('2026-11-01T20:00:00Z');
const SLOTS: readonly Slot[] = Array.from({ length: 15 }, (_, at) =>
  slotAt(new Date(FIRST_SLOT + at * 2 * HOUR_MS)),
);

interface Look {
  readonly slot: Slot;
  readonly released: readonly Slot[];
  readonly expected: readonly Slot[];
  readonly snapshots: readonly string[];
}

let world: World;
const looks: Look[] = [];

/** The schedules do not run: between two slots there is nothing that this looks at. */
beforeAll(async () => {
  world = await World.start({ startsAt: FIRST_SLOT - HOUR_MS });
  await world.create([{ id: CACHE, tags: { [PLAN_TAG]: PLAN } }]);
  await world.fill(CACHE, 100);
  for (const slot of SLOTS) {
    await world.runSlot(PLAN, slot);
    looks.push(await look(slot));
  }
  return () => world.close();
});

async function look(slot: Slot): Promise<Look> {
  const points = await world.points(CACHE);
  const tags = await Promise.all(points.map(tagsOf));
  const released = points.filter((_, at) => tags[at]?.every(isReleased)).map((point) => point.slot);
  const untouched = points.filter((_, at) => tags[at]?.every((each) => each.size === 0));
  // A point is released as a whole or not at all.
  expect(released.length + untouched.length).toBe(points.length);
  return { slot, released, expected: decided(points), snapshots: await snapshots() };
}

function isReleased(tags: ReadonlyMap<string, string>): boolean {
  return tags.get(RELEASE_TAG.key) === RELEASE_TAG.value && tags.get(PLAN_OBJECT_TAG) === PLAN;
}

/** Tags of every object of a point. */
async function tagsOf(point: RecoveryPoint): Promise<readonly ReadonlyMap<string, string>[]> {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  const keys = (await world.vaultKeys()).filter((key) => key.startsWith(vaultKeys.point(point)));
  return Promise.all(
    keys.map(async (Key) => {
      const { TagSet } = (await call('s3', 'GetObjectTagging', vault.region, { Bucket, Key })) as {
        TagSet: { Key: string; Value: string }[];
      };
      return new Map(TagSet.map((tag) => [tag.Key, tag.Value]));
    }),
  );
}

function decided(points: readonly RecoveryPoint[]): readonly Slot[] {
  const plan = world.demo.config.plans[PLAN];
  if (plan === undefined || !isProtected(plan)) throw new Error(`${PLAN} protects nothing`);
  return decideReleases(points, plan)
    .release.map(({ point }) => point.slot)
    .sort();
}

const snapshots = () => world.snapshotsOf(CACHE);

test('the first verified point of a month, a week and a day earns its tier; the others are hourly', async () => {
  const points = await world.points(CACHE);
  expect(points.map(({ slot }) => slot)).toEqual(SLOTS);
  expect(points.every(({ verdict }) => verdict === 'verified')).toBe(true);
  const earned = Object.fromEntries(
    points.flatMap(({ slot, tier }) => (tier === 'hourly' ? [] : [[slot, tier]])),
  );
  expect(earned).toEqual({
    '20261101T200000Z': 'monthly',
    '20261102T000000Z': 'weekly',
    '20261103T000000Z': 'daily',
  });
});

test('after each slot the vault’s tags say what was decided: all but the newest two are released', () => {
  for (const { released, expected } of looks) expect(released).toEqual(expected);
  expect(looks.map(({ released }) => released.length)).toEqual(SLOTS.map((_, at) => Math.max(0, at - 1)));
  expect(looks.at(-1)?.released).toEqual(SLOTS.slice(0, -2));
});

test('snapshots stay for 25 hours, and then go one by one', () => {
  const names = SLOTS.map((slot) => snapshotNameOf(CACHE, slot));
  // Each run tidies up after itself: at the fourteenth slot the first snapshot is 26 h old, at the fifteenth the second.
  const kept = SLOTS.map((_, at) => names.slice(Math.max(0, at - 12), at + 1));
  expect(looks.map(({ snapshots }) => snapshots)).toEqual(kept);
});

test('every execution succeeded, once per slot', () => {
  expect(world.ends).toEqual(
    ['backup', 'ingest'].flatMap((workflow) => SLOTS.map((slot) => `${workflow} ${CACHE}-${slot} SUCCEEDED`)),
  );
  expect(world.refusals).toEqual([]);
  expect(world.leaks).toEqual([]);
});
