import type { ContentDigest } from '@redrill/rdb';
import { DAY_MS, HOUR_MS } from '../../core/model/time.ts';

/** Ends of the stretches of time, counted from now; `later` is what is beyond the last. */
const STRETCHES = [
  ['expired', 0],
  ['withinHour', HOUR_MS],
  ['withinDay', DAY_MS],
  ['withinWeek', 7 * DAY_MS],
  ['withinMonth', 30 * DAY_MS],
  ['later', Number.POSITIVE_INFINITY],
] as const;

/** Keys by when they expire, each counted once; `withinMonth` is 30 days. */
export type ExpirySpread = Readonly<Record<(typeof STRETCHES)[number][0], number>> & {
  /** An expiry is known to this precision: the width of the digest's bins. */
  readonly precisionSeconds: number;
};

/** A bin that lies on a border counts by its beginning. */
export function expirySpread({ bins }: ContentDigest, now: Date): ExpirySpread {
  const spread = { expired: 0, withinHour: 0, withinDay: 0, withinWeek: 0, withinMonth: 0, later: 0 };
  for (const { index, keys } of bins.sorted()) {
    const left = index * bins.widthMs - now.getTime();
    const [stretch] = STRETCHES.find(([, until]) => left < until) ?? STRETCHES[5];
    spread[stretch] += keys;
  }
  return { ...spread, precisionSeconds: bins.widthSeconds };
}
