import { instantOf, type Slot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import { DAY_MS } from '../model/time.ts';

interface Period {
  readonly tier: Tier;
  readonly noun: string;
  readonly periodOf: (slot: Slot) => string;
}

/** The calendar periods in which a tier can be earned, longest first; all UTC, weeks begin on Monday (ISO 8601). */
const PERIODS: readonly Period[] = [
  { tier: 'monthly', noun: 'month', periodOf: (slot) => dateOf(slot).slice(0, 7) },
  { tier: 'weekly', noun: 'week', periodOf: (slot) => mondayOf(instantOf(slot)).toISOString().slice(0, 10) },
  { tier: 'daily', noun: 'day', periodOf: dateOf },
];

export interface Classification {
  readonly tier: Tier;
  readonly why: string;
}

/**
 * The tier that a recovery point of this slot earns if it is verified: the first verified one of a month, of a week, of
 * a day. A failed slot costs nothing: the next verified one of the period earns the tier.
 *
 * @param verified slots of the cache's verified recovery points, of this month at least
 */
export function classifyTier(slot: Slot, verified: readonly Slot[]): Classification {
  const earned = firstOpen(slot, verified);
  if (earned !== undefined)
    return {
      tier: earned.tier,
      why: `first verified of its ${earned.noun} (${earned.periodOf(slot)})`,
    };
  return { tier: 'hourly', why: 'its month, week and day have a verified recovery point already' };
}

/**
 * Whether the tier of a slot is certain when all verified points after another slot are known, and none of that slot or
 * before it.
 */
export function isTierSettled(slot: Slot, verified: readonly Slot[], unknown: Slot): boolean {
  const { periodOf } = firstOpen(slot, verified) ?? {};
  return periodOf === undefined || periodOf(unknown) < periodOf(slot);
}

/** The longest of the slot's periods in which nothing else is verified. */
function firstOpen(slot: Slot, verified: readonly Slot[]): Period | undefined {
  return PERIODS.find(({ periodOf }) => {
    const period = periodOf(slot);
    const taken = verified.some((other) => other !== slot && periodOf(other) === period);
    return !taken;
  });
}

/** The earliest instant whose verified points matter to a slot's tier: the start of its month or of its week. */
export function classificationHorizon(slot: Slot): Date {
  const instant = instantOf(slot);
  const month = Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), 1);
  return new Date(Math.min(month, mondayOf(instant).getTime()));
}

/** `2026-11-21`, cut out of the slot: a plan's costs classify some hundred thousand of them. */
function dateOf(slot: Slot): string {
  return `${slot.slice(0, 4)}-${slot.slice(4, 6)}-${slot.slice(6, 8)}`;
}

function mondayOf(instant: Date): Date {
  const midnight = Date.UTC(instant.getUTCFullYear(), instant.getUTCMonth(), instant.getUTCDate());
  const daysSinceMonday = (new Date(midnight).getUTCDay() + 6) % 7;
  return new Date(midnight - daysSinceMonday * DAY_MS);
}
