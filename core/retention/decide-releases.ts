import type { Lineage } from '../contracts/lineage.ts';
import type { EarlierLineage, Hold, RegistryEntry } from '../contracts/recovery-point.ts';
import { isSameLineage, type LineageId, lineageIn, readableLineage } from '../model/lineage.ts';
import type { Slot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import type { Verdict } from '../model/verdict.ts';

export interface ReleaseCandidate {
  readonly slot: Slot;
  readonly tier: Tier;
  readonly verdict: Verdict;
  /** Of which of the caches that had this name; what is not known counts with any of them. */
  readonly lineage?: LineageId | Lineage | undefined;
}

export interface ReleaseDecision<Point extends ReleaseCandidate> {
  readonly keep: readonly { readonly point: Point; readonly why: string }[];
  readonly release: readonly { readonly point: Point; readonly why: string }[];
}

export interface ReleaseRules {
  /** Verified points that stay whatever their age. */
  readonly minimumRedundancy: number;
  readonly holds?: readonly Pick<Hold, 'slot' | 'by' | 'why'>[];
  /** Earlier caches of the name; those that a person has released let all of their points go. */
  readonly earlier?: readonly Pick<EarlierLineage, 'lineage' | 'released'>[] | undefined;
}

/**
 * Which recovery points S3 may expire once their tier's days are over. A point is released when enough newer verified ones
 * exist; age plays no part here, so if backups stop, nothing more is released and the last good ones stay for ever.
 * While anything newer than the newest verified point is suspect, nothing is released: the suspicion may be that the data
 * was destroyed, and then the older points are what is left. All of it counts per lineage: copies of a cache that was made
 * anew under the name of a deleted one do not supersede what is left of that.
 */
export function decideReleases<Point extends ReleaseCandidate>(
  points: readonly Point[],
  { minimumRedundancy, holds = [], earlier = [] }: ReleaseRules,
): ReleaseDecision<Point> {
  const newestFirst = [...points].sort((one, other) => (one.slot < other.slot ? 1 : -1));
  const lineages = new Lineages(newestFirst);
  const keep: { point: Point; why: string }[] = [];
  const release: { point: Point; why: string }[] = [];
  for (const point of newestFirst) {
    const lineage = lineageIn(point);
    const newerVerified = lineages.verifiedSoFar(lineage);
    const suspect = lineages.suspectOf(lineage);
    const hold = holds.find(({ slot }) => slot === point.slot);
    const released = earlier.find((each) => each.lineage === lineage)?.released;
    if (hold !== undefined) keep.push({ point, why: `held by ${hold.by}: ${hold.why}` });
    else if (released !== undefined)
      release.push({ point, why: `${released.by} released the cache created ${createdText(lineage)}` });
    else if (suspect !== undefined)
      keep.push({ point, why: `releases are stopped: ${suspect.slot} is suspect` });
    else if (newerVerified >= minimumRedundancy)
      release.push({ point, why: `${newerVerified} newer verified ones exist` });
    else
      keep.push({
        point,
        why: `only ${newerVerified} newer verified${lineages.isEarlier(lineage) ? ` of the cache created ${createdText(lineage)}` : ''}, ${minimumRedundancy} are required`,
      });
    if (point.verdict === 'verified') lineages.count(lineage);
  }
  return { keep, release };
}

function createdText(lineage: LineageId | undefined): string {
  return lineage === undefined ? 'at an unknown time' : readableLineage(lineage);
}

/** What counts for the points of each lineage, while they are gone through from the newest on. */
class Lineages {
  readonly #newestFirst: readonly ReleaseCandidate[];
  readonly #newest: LineageId | undefined;
  readonly #verified = new Map<LineageId | undefined, number>();
  readonly #suspects = new Map<LineageId | undefined, ReleaseCandidate | undefined>();

  constructor(newestFirst: readonly ReleaseCandidate[]) {
    this.#newestFirst = newestFirst;
    this.#newest = newestFirst
      .flatMap((point) => lineageIn(point) ?? [])
      .sort()
      .at(-1);
  }

  isEarlier(lineage: LineageId | undefined): boolean {
    return !isSameLineage(lineage, this.#newest);
  }

  count(lineage: LineageId | undefined): void {
    this.#verified.set(lineage, (this.#verified.get(lineage) ?? 0) + 1);
  }

  verifiedSoFar(lineage: LineageId | undefined): number {
    let sum = 0;
    for (const [other, count] of this.#verified) if (isSameLineage(lineage, other)) sum += count;
    return sum;
  }

  suspectOf(lineage: LineageId | undefined): ReleaseCandidate | undefined {
    if (!this.#suspects.has(lineage))
      this.#suspects.set(
        lineage,
        suspectOf(this.#newestFirst.filter((point) => isSameLineage(lineage, lineageIn(point)))),
      );
    return this.#suspects.get(lineage);
  }
}

function suspectOf<Point extends ReleaseCandidate>(newestFirst: readonly Point[]): Point | undefined {
  const newestVerified = newestFirst.findIndex(({ verdict }) => verdict === 'verified');
  const newer = newestVerified < 0 ? newestFirst : newestFirst.slice(0, newestVerified);
  return newer.find(({ verdict }) => verdict === 'suspect');
}

/** Whether S3 expires a point on its day, whatever is decided now. */
export function isReleased(
  { holds, releasedThrough, passedOver = [], lineage, earlier = [] }: ReleaseMarks,
  point: Pick<ReleaseCandidate, 'slot' | 'lineage'>,
): boolean {
  const own = lineageIn(point);
  const through = isSameLineage(own, lineage)
    ? releasedThrough
    : earlier.find((each) => each.lineage === own)?.releasedThrough;
  const isKept = passedOver.includes(point.slot) || holds.some((hold) => hold.slot === point.slot);
  return through !== undefined && point.slot <= through && !isKept;
}

export type ReleaseMarks = Pick<
  RegistryEntry,
  'holds' | 'releasedThrough' | 'passedOver' | 'lineage' | 'earlier'
>;

/** Up to this slot every point was released, so the next run need not look at older ones. */
export function releasedThrough<Point extends ReleaseCandidate>({
  release,
}: ReleaseDecision<Point>): Slot | undefined {
  return release
    .map(({ point }) => point.slot)
    .sort()
    .at(-1);
}
