import type { Hold, RegistryEntry } from '../contracts/recovery-point.ts';
import type { Slot } from '../model/slot.ts';
import type { Tier, Verdict } from '../model/tier.ts';

export interface ReleaseCandidate {
  readonly slot: Slot;
  readonly tier: Tier;
  readonly verdict: Verdict;
}

export interface ReleaseDecision<Point extends ReleaseCandidate> {
  readonly keep: readonly { readonly point: Point; readonly why: string }[];
  readonly release: readonly { readonly point: Point; readonly why: string }[];
}

export interface ReleaseRules {
  /** Verified points that stay whatever their age. */
  readonly minimumRedundancy: number;
  readonly holds?: readonly Pick<Hold, 'slot' | 'by' | 'why'>[];
}

/**
 * Which recovery points S3 may expire once their tier's days are over. A point is released when enough newer verified ones
 * exist; age plays no part here, so if backups stop, nothing more is released and the last good ones stay for ever.
 * While anything newer than the newest verified point is suspect, nothing is released: the suspicion may be that the data
 * was destroyed, and then the older points are what is left.
 */
export function decideReleases<Point extends ReleaseCandidate>(
  points: readonly Point[],
  { minimumRedundancy, holds = [] }: ReleaseRules,
): ReleaseDecision<Point> {
  const newestFirst = [...points].sort((one, other) => (one.slot < other.slot ? 1 : -1));
  const suspect = suspectOf(newestFirst);
  const keep: { point: Point; why: string }[] = [];
  const release: { point: Point; why: string }[] = [];
  let newerVerified = 0;
  for (const point of newestFirst) {
    const hold = holds.find(({ slot }) => slot === point.slot);
    if (hold !== undefined) keep.push({ point, why: `held by ${hold.by}: ${hold.why}` });
    else if (suspect !== undefined)
      keep.push({ point, why: `releases are stopped: ${suspect.slot} is suspect` });
    else if (newerVerified >= minimumRedundancy)
      release.push({ point, why: `${newerVerified} newer verified ones exist` });
    else
      keep.push({ point, why: `only ${newerVerified} newer verified, ${minimumRedundancy} are asked for` });
    if (point.verdict === 'verified') newerVerified++;
  }
  return { keep, release };
}

function suspectOf<Point extends ReleaseCandidate>(newestFirst: readonly Point[]): Point | undefined {
  const newestVerified = newestFirst.findIndex(({ verdict }) => verdict === 'verified');
  const newer = newestVerified < 0 ? newestFirst : newestFirst.slice(0, newestVerified);
  return newer.find(({ verdict }) => verdict === 'suspect');
}

/** Whether S3 expires a point on its day, whatever is decided now. */
export function isReleased(
  { holds, releasedThrough }: Pick<RegistryEntry, 'holds' | 'releasedThrough'>,
  slot: Slot,
): boolean {
  return (
    releasedThrough !== undefined && slot <= releasedThrough && !holds.some((hold) => hold.slot === slot)
  );
}

/** Up to this slot every point was released, so the next run need not look at older ones. */
export function releasedThrough<Point extends ReleaseCandidate>({
  release,
}: ReleaseDecision<Point>): Slot | undefined {
  return release
    .map(({ point }) => point.slot)
    .sort()
    .at(-1);
}
