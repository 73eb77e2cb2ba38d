import {
  type Hold,
  type PointSummary,
  RECENT_POINTS,
  RECENT_WEEKS,
  type RecoveryPoint,
  type RegistryEntry,
} from '../contracts/recovery-point.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { earnedWith } from '../watch/overdue-tiers.ts';
import { lineagesWith, summaryOf } from './lineages.ts';
import { passingOver } from './passing-over.ts';
import { retentionWith } from './retention-history.ts';

/** A cache that was forgotten, and of which a later slot comes in, is watched again. */
export function remembered(entry: RegistryEntry, slot: Slot): RegistryEntry {
  const { forgotten, ...watched } = entry;
  return forgotten !== undefined && instantOf(slot).getTime() > Date.parse(forgotten.at) ? watched : entry;
}

/**
 * The entry with this point among its recent ones, newest first; the same point twice counts once. One that is older than what
 * was released was passed over.
 */
export function withPoint(entry: RegistryEntry, point: PointSummary): RegistryEntry {
  const newestFirst = [point, ...entry.recent.filter(({ slot }) => slot !== point.slot)].sort((one, other) =>
    one.slot < other.slot ? 1 : -1,
  );
  const kept = new Set([
    ...newestFirst.filter(({ verdict }) => verdict === 'verified').slice(0, RECENT_POINTS),
    ...newestFirst.filter(({ verdict }) => verdict !== 'verified').slice(0, RECENT_POINTS),
  ]);
  const isLate = entry.releasedThrough !== undefined && point.slot < entry.releasedThrough;
  return {
    ...(isLate ? passingOver(entry, point.slot) : entry),
    ...lineagesWith(entry, point),
    recent: newestFirst.filter((each) => kept.has(each)),
    weekly: firstsOfWeeks([...entry.weekly, point]),
    earned: earnedWith(entry.earned, point),
    ...retentionWith(entry.kept, point),
  };
}

/** A week's first verified point has earned the tier of its week, or of its month. */
function firstsOfWeeks(points: readonly PointSummary[]): PointSummary[] {
  const firsts = points.filter(
    ({ verdict, tier }) => verdict === 'verified' && (tier === 'weekly' || tier === 'monthly'),
  );
  const bySlot = new Map(firsts.map((point) => [point.slot, point]));
  return [...bySlot.values()].sort((one, other) => (one.slot < other.slot ? 1 : -1)).slice(0, RECENT_WEEKS);
}

export function freshEntry({ cache, plan, admittedAt: registeredAt }: RecoveryPoint): RegistryEntry {
  return { version: 1, cache, plan, registeredAt, recent: [], weekly: [], holds: [] };
}

/**
 * A registry entry as a cache's points have it: everything that an ingest writes into it, and what people have accepted, which
 * their records say. What no record says is not in it: who holds a point and why, that the cache was forgotten, and up to
 * which slot points were released; without that, every point is looked at again.
 *
 * @param holds what the objects' tags have shown
 * @returns undefined without a point
 */
export function entryFromPoints(
  points: readonly RecoveryPoint[],
  holds: readonly Hold[] = [],
): RegistryEntry | undefined {
  const oldestFirst = [...points].sort((one, other) => (one.slot < other.slot ? -1 : 1));
  const [oldest, newest] = [oldestFirst[0], oldestFirst.at(-1)];
  if (oldest === undefined || newest === undefined) return undefined;
  const fresh = { ...freshEntry(oldest), plan: newest.plan };
  const entry = oldestFirst.reduce<RegistryEntry>(
    (sofar, point) => withPoint(sofar, summaryOf(point)),
    fresh,
  );
  const accepted = oldestFirst.findLast((point) => point.accepted !== undefined);
  return { ...entry, holds: [...holds], ...(accepted && { acceptedSlot: accepted.slot }) };
}
