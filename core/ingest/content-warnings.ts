import type { ContentGate } from '../contracts/plan.ts';
import type { ContentTotals, Reason } from '../contracts/recovery-point.ts';
import { percentText } from '../model/percent.ts';
import type { Slot } from '../model/slot.ts';
import {
  expiringShare,
  type GateHistory,
  lastWeek,
  median,
  pointsOf,
  verifiedBefore,
} from './gate-content.ts';

/** Keys against the most of the last weeks: twice as many, but for a few that have expired. */
const GROWN = 1.8;
/** So many copies say what a cache usually holds; before that it may still be filled. */
const COPIES_TO_GROW_FROM = 3;
/** How far bytes per key may lie outside what the last week has shown. */
const BYTES_BELOW = 0.8;
const BYTES_ABOVE = 1.25;
/** The same of the entropy of the files, bits per byte: text has about 5, random letters 6.5, compressed data 8. */
const ENTROPY_BITS = 0.5;
/** The same of the share of keys with an expiry, percentage points. */
const EXPIRING_POINTS = 10;

export const WARNINGS: ReadonlySet<string> = new Set(['Grown', 'ValuesChanged', 'ExpiriesChanged']);

/**
 * What is odd about a copy that is verified all the same: what a deployment may have meant, and what a program that writes
 * rubbish, or sets no expiry any more, does with as many keys as ever.
 */
export function warningsOf(
  slot: Slot,
  totals: ContentTotals,
  history: GateHistory,
  { fromKeys }: ContentGate,
): readonly Reason[] {
  const week = lastWeek(slot, history).filter(({ keys }) => keys > 0);
  if ((median(week.map(({ keys }) => keys)) ?? 0) < fromKeys) return [];
  return [
    ...grown(slot, totals, history),
    ...valuesChanged(totals, week),
    ...entropyChanged(totals, week),
    ...expiriesChanged(totals, week),
  ];
}

function grown(slot: Slot, { keys }: ContentTotals, history: GateHistory): readonly Reason[] {
  const before = verifiedBefore(slot, history);
  const most = Math.max(...before.map(({ totals }) => totals.keys));
  if (before.length < COPIES_TO_GROW_FROM || keys < most * GROWN) return [];
  return [
    {
      code: 'Grown',
      message: `it holds ${keys} keys; no verified copy of the last weeks holds more than ${most}`,
    },
  ];
}

function valuesChanged(totals: ContentTotals, week: readonly ContentTotals[]): readonly Reason[] {
  const perKey = ({ bytes, keys }: ContentTotals) => bytes / keys;
  const [least, most] = [Math.min(...week.map(perKey)), Math.max(...week.map(perKey))];
  const now = perKey(totals);
  if (now >= least * BYTES_BELOW && now <= most * BYTES_ABOVE) return [];
  return [
    {
      code: 'ValuesChanged',
      message: `its files have ${now.toFixed(0)} bytes per key; in the last verified week it was ${rangeText(least.toFixed(0), most.toFixed(0))}`,
    },
  ];
}

/** Rubbish of the same length shows in how the bytes are spread. */
function entropyChanged({ entropy: now }: ContentTotals, week: readonly ContentTotals[]): readonly Reason[] {
  const known = week.flatMap(({ entropy }) => entropy ?? []);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  if (now === undefined || known.length === 0) return [];
  if (now >= least - ENTROPY_BITS && now <= most + ENTROPY_BITS) return [];
  return [
    {
      code: 'ValuesChanged',
      message: `its files have ${now} bits of entropy per byte; in the last verified week it was ${rangeText(`${least}`, `${most}`)}`,
    },
  ];
}

function expiriesChanged(totals: ContentTotals, week: readonly ContentTotals[]): readonly Reason[] {
  const shares = week.map(expiringShare);
  const [least, most] = [Math.min(...shares), Math.max(...shares)];
  const now = expiringShare(totals);
  const isUsual =
    pointsOf(now) >= pointsOf(least) - EXPIRING_POINTS && pointsOf(now) <= pointsOf(most) + EXPIRING_POINTS;
  if (isUsual) return [];
  return [
    {
      code: 'ExpiriesChanged',
      message: `${percentText(now)} of its keys have an expiry; in the last verified week it was ${rangeText(percentText(least), percentText(most))}`,
    },
  ];
}

const rangeText = (least: string, most: string): string => (least === most ? least : `${least} to ${most}`);
