import type { Duration } from 'aws-cdk-lib';
import { decidePrunes } from '../../core/backup/decide-prunes.ts';
import type { Config } from '../../core/contracts/config.ts';
import type { ProtectedPlan } from '../../core/contracts/plan.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { snapshotNameOf } from '../../core/model/names.ts';
import { type Slot, slotAt } from '../../core/model/slot.ts';
import { TIERS, type Tier } from '../../core/model/tier.ts';
import { DAY_MS } from '../../core/model/time.ts';
import { classifyTier } from '../../core/retention/classify-tier.ts';
import { decideReleases } from '../../core/retention/decide-releases.ts';
import { vaultLifecycle } from '../../lib/storage/lifecycle.ts';

/** Two years fill every tier that ends within one; the second is what is looked at. */
const DAYS = 730;
const SEEN_FROM_DAY = 366;

export interface Copies {
  /** In S3 Standard, the noncurrent versions of the days after the expiry included. */
  readonly standard: number;
  /** In S3 Glacier Instant Retrieval, at the end of the second year. */
  readonly archived: number;
}

/**
 * How many copies of a cache S3 holds on average, by tier: two years of a plan in which every backup is verified, with
 * the decisions and the lifecycle rules that are deployed.
 */
export function copiesKept(config: Config, plan: string): Readonly<Record<Tier, Copies>> {
  const chosen = config.plans[plan] as ProtectedPlan;
  const start = Date.UTC(2027, 0, 1);
  const end = start + DAYS * DAY_MS;
  const points = pointsOf(chosen, start, end);
  const rules = vaultLifecycle(config);
  const of = (tier: Tier) => {
    const rule = rules.find(({ id }) => id === `expire-${tier}-${plan}` || id === `archive-${tier}-${plan}`);
    const noncurrentDays = rule?.noncurrentVersionExpiration?.toDays() ?? 0;
    const transition = rule?.transitions?.[0]?.transitionAfter;
    const lives = points
      .filter((point) => point.tier === tier)
      .map(({ createdMs, releasedMs }) => ({
        from: createdMs,
        to: goneFromStandard(
          { createdMs, releasedMs },
          transition ?? rule?.expiration,
          transition ? 0 : noncurrentDays,
        ),
      }));
    return {
      standard: averageHeld(lives, start + SEEN_FROM_DAY * DAY_MS, end),
      archived: transition === undefined ? 0 : lives.filter(({ to }) => to < end).length,
    };
  };
  return Object.fromEntries(TIERS.map((tier) => [tier, of(tier)])) as Record<Tier, Copies>;
}

interface Point {
  readonly tier: Tier;
  readonly createdMs: number;
  /** When enough newer verified ones existed. */
  readonly releasedMs: number;
}

/** Enough of the past for a tier, a month and a week; one slot of a day speaks for all of its day's. */
const REMEMBERED_DAYS = 38;

function pointsOf(plan: ProtectedPlan, start: number, end: number): readonly Point[] {
  const everyMs = secondsOf(plan.every) * 1000;
  // The newest first: most slots find their month, week and day taken by one of the first.
  let days: readonly Slot[] = [];
  const points: { tier: Tier; slot: Slot; createdMs: number; releasedMs: number }[] = [];
  for (let at = start; at < end; at += everyMs) {
    const slot = slotAt(new Date(at));
    const { tier } = classifyTier(slot, days);
    if (at % DAY_MS === 0) days = [slot, ...days].slice(0, REMEMBERED_DAYS);
    points.push({ tier, slot, createdMs: at, releasedMs: Number.POSITIVE_INFINITY });
    const recent = points.slice(-plan.minimumRedundancy - 2);
    const decision = decideReleases(
      recent.map((point) => ({ ...point, verdict: 'verified' as const })),
      plan,
    );
    for (const { point } of decision.release) {
      const released = recent.find(({ slot: each }) => each === point.slot);
      if (released !== undefined) released.releasedMs = Math.min(released.releasedMs, at);
    }
  }
  return points;
}

/** Days round up to the next midnight UTC. https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-set-lifecycle-configuration-intro.html */
function goneFromStandard(
  { createdMs, releasedMs }: Pick<Point, 'createdMs' | 'releasedMs'>,
  after: Duration | undefined,
  noncurrentDays: number,
): number {
  const days = after?.toDays() ?? Number.POSITIVE_INFINITY;
  const expiredMs = Math.max(midnightAfter(createdMs + days * DAY_MS), releasedMs);
  return noncurrentDays === 0 ? expiredMs : midnightAfter(expiredMs + noncurrentDays * DAY_MS);
}

function midnightAfter(ms: number): number {
  return (Math.floor(ms / DAY_MS) + 1) * DAY_MS;
}

function averageHeld(lives: readonly { from: number; to: number }[], start: number, end: number): number {
  const heldMs = lives.map(({ from, to }) => Math.max(0, Math.min(to, end) - Math.max(from, start)));
  return heldMs.reduce((sum, ms) => sum + ms, 0) / (end - start);
}

/** Copies in the landing bucket, on average. */
export function landingCopies({ every }: Pick<ProtectedPlan, 'every'>, keptDays: number): number {
  const everyMs = secondsOf(every) * 1000;
  const start = Date.UTC(2027, 0, 1);
  const lives = Array.from({ length: Math.round((60 * DAY_MS) / everyMs) }, (_, at) => {
    const from = start + at * everyMs;
    return { from, to: midnightAfter(from + keptDays * DAY_MS) };
  });
  return averageHeld(lives, start + 30 * DAY_MS, start + 60 * DAY_MS);
}

/** Snapshots that ElastiCache holds once pruning has caught up, with every copy verified. */
export function snapshotsKept({ every }: Pick<ProtectedPlan, 'every'>): number {
  const everyMs = secondsOf(every) * 1000;
  let held: { readonly name: string; readonly takenAt: Date }[] = [];
  for (let at = Date.UTC(2027, 0, 1); at < Date.UTC(2027, 0, 8); at += everyMs) {
    const now = new Date(at);
    held = [...held, { name: snapshotNameOf('example', slotAt(now)), takenAt: now }];
    const views = held.map((each) => ({
      ...each,
      kind: 'replication-group' as const,
      cache: 'example',
      node: undefined,
      status: 'available',
      shards: [],
    }));
    const gone: readonly string[] = decidePrunes(views, new Set(held.map(({ name }) => name)), now);
    held = held.filter(({ name }) => !gone.includes(name));
  }
  return held.length;
}
