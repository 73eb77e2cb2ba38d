import type { ContentGate } from '../contracts/plan.ts';
import type { ContentLoss, ContentTotals, PointSummary } from '../contracts/recovery-point.ts';
import type { Slot } from '../model/slot.ts';
import { bestOf, type GateHistory, type Suspicion, verifiedBefore } from './gate-content.ts';

/** A copy with so much of the best is one from before a slow loss: counts move a little by themselves. */
const AS_GOOD_AS_BEST = 0.96;
/** Lines of the series: more are no clearer. */
const SERIES_MAX = 12;

/** What there is besides to decide by. */
export interface LossFacts {
  readonly history: GateHistory;
  readonly gate: Pick<ContentGate, 'shrinkShare'>;
  /** Slots of which the vault has a copy now: S3 may have expired what the registry remembers. @default all */
  readonly kept?: ReadonlySet<Slot> | undefined;
}

/**
 * How what a suspicion is about came to be less: the last verified copy before the loss began, and the counts since. After
 * a sudden loss that is the copy before this one. A slow loss has passed the gate a few times, and copies of that time lack
 * data too; if nothing older is left, it is the fullest of them.
 */
export function lossOf(
  { slot, totals }: { readonly slot: Slot; readonly totals: ContentTotals },
  suspicions: readonly Suspicion[],
  { history, gate, kept }: LossFacts,
): ContentLoss | undefined {
  const measure = suspicions.find((each) => each.measure !== undefined)?.measure;
  const before = verifiedBefore(slot, history);
  const usable = before.filter((point) => kept?.has(point.slot) ?? true);
  const newest = usable.at(-1);
  if (measure === undefined || newest === undefined) return undefined;
  const countOf = (point: Pick<PointSummary, 'totals'>) => measure.of(point.totals);
  const most = Math.max(...before.map(countOf));
  const isGood = (point: PointSummary) => countOf(point) >= most * AS_GOOD_AS_BEST;
  const isSudden = countOf({ totals }) <= countOf(newest) * (1 - gate.shrinkShare);
  const chosen = isSudden ? newest : (usable.findLast(isGood) ?? bestOf(usable, measure) ?? newest);
  const began = before.findLastIndex(isGood);
  const shown = isSudden ? before.slice(-SERIES_MAX) : before.slice(Math.min(began, before.indexOf(chosen)));
  const counts = [...shown, { slot, totals }].map((point) => ({ slot: point.slot, count: countOf(point) }));
  return { noun: measure.noun, lastGood: chosen.slot, counts: thinned(counts) };
}

/** So many of them at most, evenly, with the first and the last. */
function thinned<Item>(items: readonly Item[]): Item[] {
  if (items.length <= SERIES_MAX) return [...items];
  const step = (items.length - 1) / (SERIES_MAX - 1);
  return Array.from({ length: SERIES_MAX }, (_, at) => items[Math.round(at * step)] as Item);
}
