import type { ProtectedPlan } from '../contracts/plan.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import { secondsOf } from '../model/duration.ts';
import { isSameLineage, lineageIn } from '../model/lineage.ts';
import { DAY_MS } from '../model/time.ts';
import { classifyTier } from './classify-tier.ts';
import { decideReleases, isReleased, type ReleaseMarks } from './decide-releases.ts';

export interface ExplainedPoint {
  readonly point: RecoveryPoint;
  /** What earned its tier; of a point that is not verified, that it has earned none. */
  readonly tierBecause: string;
  readonly fate: 'kept' | 'released';
  readonly fateBecause: string;
  /** When S3 may expire it, at the earliest; absent while it is kept, and for what is kept for ever. */
  readonly expiresFrom?: Date;
}

/** The rules for a cache whose plan is not configured any more: nothing is released, and no rule of S3 expires it. */
const NOTHING_RELEASED = {
  keep: { hourly: '1d', daily: '1d', weekly: '1d', monthly: 'forever' },
  minimumRedundancy: Number.POSITIVE_INFINITY,
} as const;

/**
 * Why each recovery point of a cache is what it is, newest first: by the decisions that the workflows make, and have made.
 *
 * @param plan undefined if it is not configured any more
 */
export function explainPoints(
  points: readonly RecoveryPoint[],
  entry: ReleaseMarks,
  plan: Pick<ProtectedPlan, 'keep' | 'minimumRedundancy'> | undefined,
): readonly ExplainedPoint[] {
  const rules = plan ?? NOTHING_RELEASED;
  const { keep, release } = decideReleases(points, { ...rules, holds: entry.holds, earlier: entry.earlier });
  const released = (point: RecoveryPoint, why: string) => ({
    point,
    fate: 'released' as const,
    fateBecause: why,
    ...expiryOf(point, rules.keep[point.tier]),
  });
  const explained = [
    ...keep.map(({ point, why }) =>
      plan !== undefined && isReleased(entry, point)
        ? released(point, `released earlier, which only a hold reverses; now ${why}`)
        : { point, fate: 'kept' as const, fateBecause: why },
    ),
    ...release.map(({ point, why }) => released(point, why)),
  ];
  return explained
    .map((each) => ({ ...each, tierBecause: tierBecause(each.point, points) }))
    .sort((one, other) => (one.point.slot < other.point.slot ? 1 : -1));
}

function tierBecause(point: RecoveryPoint, points: readonly RecoveryPoint[]): string {
  if (point.verdict !== 'verified') return `${point.verdict}: it earns no tier`;
  const earlier = points.filter(
    (other) =>
      other.verdict === 'verified' &&
      other.slot !== point.slot &&
      other.admittedAt < point.admittedAt &&
      isSameLineage(lineageIn(other), lineageIn(point)),
  );
  const { tier, why } = classifyTier(
    point.slot,
    earlier.map(({ slot }) => slot),
  );
  // Points that decided it may have expired since.
  return tier === point.tier ? why : `earned when it was ingested, compared with points that no longer exist`;
}

/**
 * Days count from the object's creation, and S3 rounds up to the next midnight UTC.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (checked 2026-11-21)
 */
function expiryOf(
  { admittedAt }: RecoveryPoint,
  kept: ProtectedPlan['keep']['monthly'],
): { readonly expiresFrom?: Date } {
  if (kept === 'forever') return {};
  const due = Date.parse(admittedAt) + secondsOf(kept) * 1000;
  return { expiresFrom: new Date(Math.ceil(due / DAY_MS) * DAY_MS) };
}
