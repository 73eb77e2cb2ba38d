import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drillReport } from '../../core/contracts/drill.ts';
import { isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { vaultKeys } from '../../core/model/keys.ts';
import { RPO_GRACE_SECONDS } from '../../core/model/periods.ts';
import { instantOf, slotAt } from '../../core/model/slot.ts';
import { decideReleases } from '../../core/retention/decide-releases.ts';
import { HOUR_MS, MINUTE_MS, World } from '../e2e/world.ts';

/*
 * Backups for days, and then the source region is gone for good. The vault, run from the synthesised stacks on the virtual
 * clock, must keep the last good copies for ever, say so in time, and stop its heartbeat.
 *
 * Both caches have two slots a day here, midnight and 06:00, and the schedules deliver when something can have changed: an
 * hour of ticks at which nothing can is an hour of processes started for nothing. `npm run prove-silence` takes 60 days and
 * a year instead of the slice that `npm test` takes.
 */
const [DAYS = 6, SILENT_DAYS = 45] = (process.env.REDRILL_SILENCE ?? '').match(/\d+/g)?.map(Number) ?? [];

const DAY_MS = 24 * HOUR_MS;
const LOOK_MS = 15 * MINUTE_MS;
const PLANS = { orders: 'event-log', sessions: 'session-store' } as const;
const CACHES = Object.keys(PLANS) as (keyof typeof PLANS)[];
/** A Sunday: the month’s first days, a week’s first and others are all in it. */
const FIRST_DAY = Date.parse('2026-11-01T00:00:00Z');
const LAST_SLOT = FIRST_DAY + (DAYS - 1) * DAY_MS + 6 * HOUR_MS;
/** A backup takes a second on an idle machine, and several on a busy one. */
const TIMEOUT_MS = (DAYS + SILENT_DAYS) * 10_000;

let world: World;
/** Everything that was ever admitted. */
let before: readonly RecoveryPoint[];
/** How many successes the dead man’s switch had heard of when the first cache left its objective. */
let successes = 0;

const planOf = (cache: keyof typeof PLANS): ProtectedPlan => {
  const plan = world.demo.config.plans[PLANS[cache]];
  if (plan === undefined || !isProtected(plan)) throw new Error(`${cache} is not protected`);
  return plan;
};
const heard = (kind: string) => world.demo.heartbeats.pings.filter((ping) => ping.kind === kind).length;

beforeAll(async () => {
  world = await World.start({ startsAt: FIRST_DAY - HOUR_MS });
  await world.create(CACHES.map((id) => ({ id })));
  for (const id of CACHES) await world.fill(id, 40);
  const admitted = new Map<string, RecoveryPoint>();
  for (let day = 0; day < DAYS; day++) {
    for (const hour of [0, 6]) {
      await backUp(FIRST_DAY + day * DAY_MS + hour * HOUR_MS);
      for (const point of await world.points()) admitted.set(vaultKeys.point(point), point);
    }
  }
  before = [...admitted.values()];
  await fallSilent();
}, TIMEOUT_MS);
afterAll(() => world.close());

async function backUp(slotMs: number): Promise<void> {
  await world.passUntil(slotMs);
  for (const plan of Object.values(PLANS))
    await world.aws.scheduler.deliverAgain(`redrill-backup-${plan}`, slotMs);
  await world.pass(0);
  await world.deliver('find-exports');
  await world.deliver('watch-vault');
}

/**
 * The source’s region goes down: no schedule, no workflow, no landing bucket. Every look in the hours in which an alert is
 * due, every fourth one in the others, and then one a day.
 */
async function fallSilent(): Promise<void> {
  world.aws.fabric.setRegionDown(world.demo.source.region, true);
  const isNearly = (at: number) => CACHES.some((cache) => Math.abs(at - dueOf(cache)) <= HOUR_MS);
  const dense = LAST_SLOT + 10 * HOUR_MS;
  for (let at = Math.ceil(world.now / LOOK_MS) * LOOK_MS; at <= dense; at += LOOK_MS)
    if (at % HOUR_MS === 0 || isNearly(at)) await lookAt(at);
  for (let day = 1; day <= SILENT_DAYS; day++) await lookAt(LAST_SLOT + day * DAY_MS + 9 * HOUR_MS);
}

/** When an alert is due that the newest copy is too old. */
const dueOf = (cache: keyof typeof PLANS) =>
  LAST_SLOT + (secondsOf(planOf(cache).rpo) + RPO_GRACE_SECONDS) * 1000;

async function lookAt(at: number): Promise<void> {
  const isOutside = at > dueOf('orders');
  if (!isOutside) successes = heard('success');
  await world.passUntil(at);
  await world.deliver('watch-vault');
  if (!isOutside) successes = heard('success');
}

test('until then every backup was verified, and every look a success for the dead man’s switch', () => {
  expect(before.map(({ verdict }) => verdict)).toEqual(Array(CACHES.length * 2 * DAYS).fill('verified'));
  expect(successes).toBeGreaterThanOrEqual(2 * DAYS);
});

describe.each(CACHES)('%s, after the silence', (cache) => {
  const mine = () => before.filter((point) => point.cache === cache);

  test('still has its last verified points, each byte of them', async () => {
    const last = mine().slice(-planOf(cache).minimumRedundancy);
    const left = await world.points(cache);
    expect(left.map(({ slot }) => slot)).toEqual(expect.arrayContaining(last.map(({ slot }) => slot)));
    for (const { shards } of last) {
      for (const shard of shards) {
        if (!shard.sound) throw new Error(`${shard.key} is not sound`);
        expect(await sha256(shard.key)).toBe(shard.content.sha256);
      }
    }
  });

  test('has lost what was released and whose tier’s days are over, and nothing else', async () => {
    const released = new Set(decideReleases(mine(), planOf(cache)).release.map(({ point }) => point.slot));
    const { keep } = planOf(cache);
    const isOver = ({ tier, slot }: RecoveryPoint) => {
      const kept = keep[tier];
      // S3 rounds up to the next midnight; it was written minutes after its slot.
      return kept !== 'forever' && instantOf(slot).getTime() + secondsOf(kept) * 1000 + DAY_MS <= world.now;
    };
    const expected = mine().filter((point) => !(released.has(point.slot) && isOver(point)));
    expect(expected.length).toBeLessThan(mine().length);
    expect((await world.points(cache)).map(({ slot }) => slot)).toEqual(expected.map(({ slot }) => slot));
  });

  test('was locked for no longer than its lifecycle allows: of what expired no version is left', async () => {
    const left = new Set((await world.points(cache)).map(({ slot }) => slot));
    const expired = mine().filter((point) => !left.has(point.slot) && wentLongAgo(point));
    expect(expired.length).toBeGreaterThan(0);
    for (const point of expired) expect(await world.versionsOf(vaultKeys.point(point))).toBe(0);
  });

  test('was alerted about within 15 minutes of its RPO and the grace, and daily since', () => {
    const due = dueOf(cache);
    const pages = world.aws.sns.messages.filter(
      ({ attributes }) => attributes.code === 'RpoMissed' && attributes.cache === cache,
    );
    expect(pages[0]?.at).toBeGreaterThan(due);
    expect(pages[0]?.at).toBeLessThanOrEqual(due + LOOK_MS + MINUTE_MS);
    expect(pages.length).toBeGreaterThanOrEqual(SILENT_DAYS);
    expect(pages.at(-1)?.message).toContain(`of ${slotText(LAST_SLOT)}`);
  });
});

test('the heartbeat stopped with the first missed objective, and every look since was a failure', () => {
  expect(heard('success')).toBe(successes);
  expect(heard('fail')).toBeGreaterThanOrEqual(SILENT_DAYS);
});

test('a monthly is locked for as long as configured, from its writing, and S3 refuses to delete it', async () => {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  const monthly = before.find(({ cache, tier }) => cache === 'orders' && tier === 'monthly');
  const Key = monthly?.shards[0]?.key;
  const head = (await call('s3', 'HeadObject', vault.region, { Bucket, Key })) as LockedHead;
  const days = world.demo.config.vault.lock.tiers.monthly ?? 0;
  expect(head.ObjectLockMode).toBe('GOVERNANCE');
  expect(head.ObjectLockRetainUntilDate.getTime() - head.LastModified.getTime()).toBe(days * DAY_MS);
  if (head.ObjectLockRetainUntilDate.getTime() < world.now) return;
  const { VersionId } = head;
  await expect(call('s3', 'DeleteObject', vault.region, { Bucket, Key, VersionId })).rejects.toMatchObject({
    name: 'AccessDenied',
  });
});

interface LockedHead {
  readonly VersionId: string;
  readonly LastModified: Date;
  readonly ObjectLockMode: string;
  readonly ObjectLockRetainUntilDate: Date;
}

test('the last copy can still be restored, key by key, without the source', async () => {
  const { drill } = await world.startDrill('orders');
  await world.pass(0);
  const report = await world.document(world.demo.vaultBucket, vaultKeys.report('orders', drill), drillReport);
  expect(report).toMatchObject({ verdict: 'passed', point: { slot: slotAt(new Date(LAST_SLOT)) } });
});

/** Long enough for S3 to remove also what lies under the delete marker. */
function wentLongAgo({ cache, tier, slot }: RecoveryPoint): boolean {
  const kept = cache === 'orders' || cache === 'sessions' ? planOf(cache).keep[tier] : 'forever';
  return kept !== 'forever' && instantOf(slot).getTime() + secondsOf(kept) * 1000 + 6 * DAY_MS <= world.now;
}

function slotText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

async function sha256(Key: string): Promise<string> {
  const { call, vault, vaultBucket: Bucket } = world.demo;
  const { Body } = (await call('s3', 'GetObject', vault.region, { Bucket, Key })) as { Body: Readable };
  return createHash('sha256')
    .update(await buffer(Body))
    .digest('hex');
}
