import { KEY_TYPES } from '../contracts/fields.ts';
import type { ContentGate } from '../contracts/plan.ts';
import type { ContentTotals, PointSummary, Reason, RegistryEntry } from '../contracts/recovery-point.ts';
import { isSameLineage, type LineageId } from '../model/lineage.ts';
import { percentText } from '../model/percent.ts';
import { instantOf, readableSlot, type Slot } from '../model/slot.ts';
import { DAY_MS } from '../model/time.ts';

/** What the registry knows of a cache's earlier points. */
export type GateHistory = Pick<RegistryEntry, 'recent' | 'weekly' | 'acceptedSlot'>;

export const NO_HISTORY: GateHistory = { recent: [], weekly: [] };

/** The history that one cache has left: another one that had the name before may have held anything. */
export function historyOf(
  { recent, weekly, ...others }: GateHistory,
  lineage: LineageId | undefined,
): GateHistory {
  const own = (point: PointSummary) => isSameLineage(point.lineage, lineage);
  return { ...others, recent: recent.filter(own), weekly: weekly.filter(own) };
}

const WEEK_MS = 7 * DAY_MS;

/** A count that can shrink, in the words of the reason. */
export interface Measure {
  readonly noun: string;
  readonly of: (totals: ContentTotals) => number;
}

/** Why a point looks wrong, and what of it has shrunk, if anything. */
export interface Suspicion extends Reason {
  readonly measure?: Measure;
}

const KEYS: Measure = { noun: 'keys', of: ({ keys }) => keys };
const KEYS_BY_TYPE: readonly Measure[] = KEY_TYPES.map((type) => ({
  noun: `keys of type ${type}`,
  of: ({ byType }) => byType[type],
}));
const BYTES: Measure = { noun: 'bytes', of: ({ bytes }) => bytes };

/**
 * Why a point that reads well looks wrong: it is empty or not what the plan expects, has shrunk against the cache's last
 * verified week or, more slowly, against the weeks before or the best of them, or its keys expire in quite another share
 * than usual. What a person has accepted begins the history anew, and a cache that is small or new is not suspicious.
 */
export function suspicionsOf(
  slot: Slot,
  totals: ContentTotals,
  history: GateHistory,
  gate: ContentGate,
): readonly Suspicion[] {
  if (totals.keys === 0) return [{ code: 'Empty', message: 'it holds no keys', measure: KEYS }];
  const week = lastWeek(slot, history);
  const judged: Judged = { totals, week, peers: sameTimeOfDay(slot, history), gate };
  const fewer = [
    ...shrinkages(KEYS, judged),
    ...belowMedian(KEYS, judged, { before: earlierWeeks(slot, history), when: 'the weeks before' }),
  ];
  // With fewer keys, everything else is less as well.
  if (fewer.length > 0) return [...unexpected(totals, gate), ...fewer.slice(0, 1)];
  return [
    ...unexpected(totals, gate),
    ...KEYS_BY_TYPE.flatMap((measure) => shrinkages(measure, judged)),
    ...bytesShrunk(judged),
    ...expiriesMoved(judged),
  ];
}

interface Judged {
  readonly totals: ContentTotals;
  readonly week: readonly ContentTotals[];
  /** Verified points of other days at the same time of day. */
  readonly peers: readonly PointSummary[];
  readonly gate: ContentGate;
}

/**
 * The verified points of the 7 days that end with the newest of them. Not with this slot: a cache that stays shrunk would
 * become the usual by waiting a week, and only a person may decide that.
 */
export function lastWeek(slot: Slot, { recent, acceptedSlot }: GateHistory): readonly ContentTotals[] {
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

/** All that is remembered of verified points before a slot, oldest first. */
export function verifiedBefore(
  slot: Slot,
  { recent, weekly, acceptedSlot }: GateHistory,
): readonly PointSummary[] {
  const bySlot = new Map([...weekly, ...recent].map((point) => [point.slot, point]));
  const found = counting([...bySlot.values()], slot, acceptedSlot);
  return found.sort((one, other) => (one.slot < other.slot ? -1 : 1));
}

/** Many caches are half empty every night: what is best in weeks is asked for at the same time of day only. */
function sameTimeOfDay(slot: Slot, history: GateHistory): readonly PointSummary[] {
  const timeOf = (each: Slot) => each.slice(each.indexOf('T'));
  return verifiedBefore(slot, history).filter((point) => timeOf(point.slot) === timeOf(slot));
}

function counting(points: readonly PointSummary[], slot: Slot, since: Slot | undefined): PointSummary[] {
  return points.filter(
    (point) =>
      point.verdict === 'verified' && point.slot < slot && (since === undefined || point.slot >= since),
  );
}

function atMs({ slot }: PointSummary): number {
  return instantOf(slot).getTime();
}

/** Against the last week's median; a loss too slow for that, against the best of the last weeks. */
function shrinkages(measure: Measure, judged: Judged): readonly Suspicion[] {
  const sudden = belowMedian(measure, judged, { before: judged.week, when: 'the last verified week' });
  return sudden.length > 0 ? sudden : belowBest(measure, judged);
}

function belowMedian(
  measure: Measure,
  { totals, gate }: Judged,
  { before, when }: { readonly before: readonly ContentTotals[]; readonly when: string },
): readonly Suspicion[] {
  const usual = median(before.map(measure.of));
  return usual === undefined
    ? []
    : shrunk(measure, totals, gate, { usual, than: `the median of ${usual} of ${when}` });
}

function belowBest(measure: Measure, { totals, peers, gate }: Judged): readonly Suspicion[] {
  const best = bestOf(peers, measure);
  if (best === undefined) return [];
  const usual = measure.of(best.totals);
  return shrunk(measure, totals, gate, { usual, than: `the ${usual} of ${readableSlot(best.slot)}` });
}

function shrunk(
  measure: Measure,
  totals: ContentTotals,
  { shrinkShare, fromKeys }: ContentGate,
  { usual, than }: { readonly usual: number; readonly than: string },
): readonly Suspicion[] {
  const count = measure.of(totals);
  if (usual < fromKeys || count > usual * (1 - shrinkShare)) return [];
  const message = `it holds ${count} ${measure.noun}, ${lostText(count, usual)} fewer than ${than}`;
  return [{ code: 'Shrunk', message, measure }];
}

/** The newest of those that have the most. */
export function bestOf(points: readonly PointSummary[], { of }: Measure): PointSummary | undefined {
  return points.reduce<PointSummary | undefined>(
    (best, point) => (best === undefined || of(point.totals) >= of(best.totals) ? point : best),
    undefined,
  );
}

/** Values that were emptied or cut short leave every key in its place. */
function bytesShrunk({ totals: { bytes }, week, peers, gate }: Judged): readonly Suspicion[] {
  const keys = median(week.map((each) => each.keys));
  if (keys === undefined || keys < gate.fromKeys) return [];
  const usual = median(week.map((each) => each.bytes)) ?? 0;
  const best = bestOf(peers, BYTES);
  const than =
    bytes <= usual * (1 - gate.shrinkShare)
      ? { most: usual, words: `the median of ${usual} of the last verified week` }
      : best && { most: best.totals.bytes, words: `the ${best.totals.bytes} of ${readableSlot(best.slot)}` };
  if (than === undefined || bytes > than.most * (1 - gate.shrinkShare)) return [];
  return [
    {
      code: 'Shrunk',
      message: `its files have ${bytes} bytes, ${lostText(bytes, than.most)} fewer than ${than.words}`,
      measure: BYTES,
    },
  ];
}

/** Keys that were given a time to live by mistake are still there, and will not be for long. */
function expiriesMoved({ totals, week, gate: { shrinkShare, fromKeys } }: Judged): readonly Suspicion[] {
  const keys = median(week.map((each) => each.keys));
  const usual = median(week.filter((each) => each.keys > 0).map(expiringShare));
  if (usual === undefined || keys === undefined || keys < fromKeys) return [];
  const now = expiringShare(totals);
  if (Math.abs(pointsOf(now) - pointsOf(usual)) <= shrinkShare * 100) return [];
  return [
    {
      code: 'ExpiriesMoved',
      message: `${percentText(now)} of its keys have an expiry, against ${percentText(usual)} in the median of the last verified week`,
    },
  ];
}

/** What the plan expects of every copy, and this one has not. */
function unexpected(totals: ContentTotals, { expect = {} }: ContentGate): readonly Suspicion[] {
  const share = expiringShare(totals);
  const expiring = `${percentText(share)} of its keys have an expiry`;
  const { keys = 0, bytes = 0, expiringAtLeast = 0, expiringAtMost = Number.POSITIVE_INFINITY } = expect;
  const of = (what: string, expected: string, measure?: Measure): readonly Suspicion[] => [
    { code: 'Unexpected', message: `${what}, and its plan expects ${expected}`, ...(measure && { measure }) },
  ];
  return [
    ...(totals.keys < keys ? of(`it holds ${totals.keys} keys`, `at least ${keys}`, KEYS) : []),
    ...(totals.bytes < bytes ? of(`its files have ${totals.bytes} bytes`, `at least ${bytes}`, BYTES) : []),
    ...(share < expiringAtLeast
      ? of(expiring, `at least ${percentText(expiringAtLeast, { decimals: 1 })}`)
      : []),
    ...(share > expiringAtMost
      ? of(expiring, `at most ${percentText(expiringAtMost, { decimals: 1 })}`)
      : []),
  ];
}

export const expiringShare = ({ withExpiry, keys }: ContentTotals): number => withExpiry / keys;

/** Whole percentage points, by which shares are compared. */
export const pointsOf = (share: number): number => Math.round(share * 100);

const lostText = (count: number, usual: number): string => percentText(1 - count / usual);

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) / 2)];
}
