import { KEY_TYPES } from '../contracts/fields.ts';
import type { ContentGate } from '../contracts/plan.ts';
import type { ContentTotals, PointSummary, Reason, RegistryEntry } from '../contracts/recovery-point.ts';
import { instantOf, type Slot } from '../model/slot.ts';

/** What the registry knows of a cache's earlier points. */
export type GateHistory = Pick<RegistryEntry, 'recent' | 'weekly' | 'acceptedSlot'>;

export const NO_HISTORY: GateHistory = { recent: [], weekly: [] };

const WEEK_MS = 7 * 86_400_000;

/** A count that can shrink, in the words of the reason. */
interface Measure {
  readonly noun: string;
  readonly of: (totals: ContentTotals) => number;
}

const KEYS: Measure = { noun: 'keys', of: ({ keys }) => keys };
const KEYS_BY_TYPE: readonly Measure[] = KEY_TYPES.map((type) => ({
  noun: `keys of type ${type}`,
  of: ({ byType }) => byType[type],
}));

/**
 * Why a point that reads well looks wrong: it is empty, has shrunk against the cache's last verified week or, more
 * slowly, against the weeks before, or its keys expire in quite another share than usual. What a person has accepted
 * begins the history anew, and a cache that is small or new is not suspicious.
 */
export function suspicionsOf(
  slot: Slot,
  totals: ContentTotals,
  history: GateHistory,
  gate: ContentGate,
): readonly Reason[] {
  if (totals.keys === 0) return [{ code: 'Empty', message: 'it holds no keys at all' }];
  const week = lastWeek(slot, history);
  const fewer = [
    ...shrinkages([KEYS], totals, { before: week, when: 'the last verified week' }, gate),
    ...shrinkages([KEYS], totals, { before: earlierWeeks(slot, history), when: 'the weeks before' }, gate),
  ];
  // With fewer keys, everything else is less as well.
  if (fewer.length > 0) return fewer.slice(0, 1);
  return [
    ...shrinkages(KEYS_BY_TYPE, totals, { before: week, when: 'the last verified week' }, gate),
    ...bytesShrunk(totals, week, gate),
    ...expiriesMoved(totals, week, gate),
  ];
}

/**
 * The verified points of the 7 days that end with the newest of them. Not with this slot: a cache that stays shrunk would
 * become the usual by waiting a week, and only a person may decide that.
 */
function lastWeek(slot: Slot, { recent, acceptedSlot }: GateHistory): readonly ContentTotals[] {
  const verified = counting(recent, slot, acceptedSlot);
  const newestMs = Math.max(...verified.map(atMs));
  return verified.filter((point) => atMs(point) >= newestMs - WEEK_MS).map(({ totals }) => totals);
}

/** The first verified points of earlier weeks: against them, a decline shows that no single day does. */
function earlierWeeks(slot: Slot, { weekly, acceptedSlot }: GateHistory): readonly ContentTotals[] {
  const before = instantOf(slot).getTime() - WEEK_MS;
  return counting(weekly, slot, acceptedSlot)
    .filter((point) => atMs(point) < before)
    .map(({ totals }) => totals);
}

function counting(points: readonly PointSummary[], slot: Slot, since: Slot | undefined) {
  return points.filter(
    (point) =>
      point.verdict === 'verified' && point.slot < slot && (since === undefined || point.slot >= since),
  );
}

function atMs({ slot }: PointSummary): number {
  return instantOf(slot).getTime();
}

function shrinkages(
  measures: readonly Measure[],
  totals: ContentTotals,
  { before, when }: { readonly before: readonly ContentTotals[]; readonly when: string },
  { shrinkShare, fromKeys }: ContentGate,
): readonly Reason[] {
  return measures.flatMap(({ noun, of }): readonly Reason[] => {
    const usual = median(before.map(of));
    if (usual === undefined || usual < fromKeys || of(totals) >= usual * (1 - shrinkShare)) return [];
    return [
      {
        code: 'Shrunk',
        message: `it holds ${of(totals)} ${noun}, ${lostPercent(of(totals), usual)} % fewer than the median of ${usual} of ${when}`,
      },
    ];
  });
}

/** Values that were emptied or cut short leave every key in its place. */
function bytesShrunk(
  { bytes }: ContentTotals,
  before: readonly ContentTotals[],
  { shrinkShare, fromKeys }: ContentGate,
): readonly Reason[] {
  const usual = median(before.map((each) => each.bytes));
  const keys = median(before.map((each) => each.keys));
  if (usual === undefined || keys === undefined || keys < fromKeys) return [];
  if (bytes >= usual * (1 - shrinkShare)) return [];
  return [
    {
      code: 'Shrunk',
      message: `its files have ${bytes} bytes, ${lostPercent(bytes, usual)} % fewer than the median of ${usual} of the last verified week`,
    },
  ];
}

/** Keys that were given a time to live by mistake are still there, and will not be for long. */
function expiriesMoved(
  totals: ContentTotals,
  before: readonly ContentTotals[],
  { shrinkShare, fromKeys }: ContentGate,
): readonly Reason[] {
  const keys = median(before.map((each) => each.keys));
  const usual = median(before.filter((each) => each.keys > 0).map(expiringPercent));
  if (usual === undefined || keys === undefined || keys < fromKeys) return [];
  const now = expiringPercent(totals);
  if (Math.abs(now - usual) <= shrinkShare * 100) return [];
  return [
    {
      code: 'ExpiriesMoved',
      message: `${now} % of its keys have an expiry, against ${usual} % in the median of the last verified week`,
    },
  ];
}

function expiringPercent({ withExpiry, keys }: ContentTotals): number {
  return Math.round((withExpiry / keys) * 100);
}

function lostPercent(count: number, usual: number): number {
  return Math.round((1 - count / usual) * 100);
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
