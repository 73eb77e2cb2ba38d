import type {
  EarlierLineage,
  PointSummary,
  RecoveryPoint,
  RegistryEntry,
} from '../contracts/recovery-point.ts';
import { WARNINGS } from '../ingest/content-warnings.ts';
import { SETTINGS_CHANGED } from '../ingest/settings-changed.ts';
import { AppError } from '../model/errors.ts';
import { type LineageId, lineageIn, readableLineage } from '../model/lineage.ts';
import type { ReleaseCandidate, ReleaseDecision } from './decide-releases.ts';
import { passingOver } from './passing-over.ts';

/** Which caches a name has had, one after the other, and what became of the points of the earlier ones. */

/** A recovery point in a line. */
export function summaryOf(point: RecoveryPoint): PointSummary {
  const { slot, tier, verdict, totals, reasons, accepted, keptFor } = point;
  const lineage = lineageIn(point);
  const isTold = (code: string) => WARNINGS.has(code) || code === SETTINGS_CHANGED;
  const odd = reasons.filter(({ code }) => verdict === 'verified' && !accepted && isTold(code));
  return {
    slot,
    tier,
    verdict,
    totals,
    ...(lineage && { lineage }),
    ...(keptFor && { keptFor }),
    ...(odd.length > 0 && { warnings: odd }),
  };
}

type Lineages = Pick<RegistryEntry, 'lineage' | 'earlier'>;

/** The entry as it is once a person has let go an earlier lineage. @throws AppError `NotReleasable` */
export function withReleased(
  entry: RegistryEntry,
  lineage: LineageId,
  released: EarlierLineage['released'],
): RegistryEntry {
  const { earlier = [], cache } = entry;
  const chosen = earlier.find((each) => each.lineage === lineage);
  if (chosen !== undefined)
    return {
      ...passingOver(entry, chosen.last),
      earlier: earlier.map((each) => (each.lineage === lineage ? { ...each, released } : each)),
    };
  const known = earlier.map((each) => each.lineage).join(', ');
  throw new AppError(
    'NotReleasable',
    lineage === entry.lineage
      ? `${cache} created ${readableLineage(lineage)} is the newest cache of that name: its plan says when its points are released`
      : `'${lineage}' is not an earlier lineage of ${cache}; ${known === '' ? 'it has none' : `it has ${known}`}`,
  );
}

/** The lineages of a cache with another point. One that is newer than all begins; an older one may be told of late. */
export function lineagesWith(
  { lineage, earlier = [], releasedThrough, recent }: RegistryEntry,
  point: Pick<PointSummary, 'slot' | 'lineage'>,
): Lineages {
  if (point.lineage === undefined) return present(lineage, earlier);
  if (lineage === undefined || lineage === point.lineage) return present(point.lineage, earlier);
  if (point.lineage > lineage) {
    const last = recent.find((each) => each.lineage === lineage)?.slot ?? point.slot;
    const ended: EarlierLineage = { lineage, last, ...(releasedThrough && { releasedThrough }) };
    return present(point.lineage, [ended, ...earlier]);
  }
  const known = earlier.find((each) => each.lineage === point.lineage);
  const last = known !== undefined && known.last > point.slot ? known.last : point.slot;
  const others = earlier.filter((each) => each !== known);
  const told = [{ ...known, lineage: point.lineage, last }, ...others];
  return present(
    lineage,
    told.sort((one, other) => (one.lineage < other.lineage ? 1 : -1)),
  );
}

function present(lineage: LineageId | undefined, earlier: readonly EarlierLineage[]): Lineages {
  return { ...(lineage && { lineage }), ...(earlier.length > 0 && { earlier: [...earlier] }) };
}

/** The earlier lineages of an entry once what was decided is released: up to where, of each. */
export function earlierAfter(
  earlier: readonly EarlierLineage[],
  { release }: ReleaseDecision<ReleaseCandidate>,
): EarlierLineage[] {
  return earlier.map((each) => {
    const slots = release.flatMap(({ point }) => (lineageIn(point) === each.lineage ? [point.slot] : []));
    const through = [...slots, ...(each.releasedThrough === undefined ? [] : [each.releasedThrough])]
      .sort()
      .at(-1);
    return { ...each, ...(through && { releasedThrough: through }) };
  });
}
