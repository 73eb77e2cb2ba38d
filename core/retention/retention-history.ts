import type { PointSummary, RegistryEntry, TierRetention } from '../contracts/recovery-point.ts';
import type { Duration } from '../model/duration.ts';
import { secondsOf } from '../model/duration.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import { DAY_MS } from '../model/time.ts';

/** S3 expires at the midnight after a point's days are over, and may take a day more; no rule is older than its deployment. */
const LATE_MS = 2 * DAY_MS;

/**
 * How long points are kept, with another point. A plan whose retention is raised does not bring back what S3 has expired by
 * then, so what was there before is remembered.
 */
export function retentionWith(
  kept: RegistryEntry['kept'] = {},
  { tier, slot, keptFor }: Pick<PointSummary, 'tier' | 'slot' | 'keptFor'>,
): Pick<RegistryEntry, 'kept'> {
  const was: TierRetention | undefined = kept[tier];
  if (keptFor === undefined) return Object.keys(kept).length === 0 ? {} : { kept };
  const now: TierRetention =
    was === undefined || was.for === keptFor
      ? { ...was, for: keptFor }
      : { for: keptFor, before: { for: was.for, until: slot } };
  return { kept: { ...kept, [tier]: now } };
}

/** Whether a released point can have been expired by S3: by the plan's rule of now, or by an earlier one. */
export function canHaveExpired(
  { slot, tier }: { readonly slot: Slot; readonly tier: Tier },
  kept: RegistryEntry['kept'],
  { keep, now }: { readonly keep: Duration | 'forever'; readonly now: Date },
): boolean {
  const told = kept?.[tier];
  const endOf = (retention: Duration | 'forever') =>
    retention === 'forever'
      ? Number.POSITIVE_INFINITY
      : instantOf(slot).getTime() + secondsOf(retention) * 1000;
  const ends = [keep, ...(told === undefined ? [] : [told.for])].map(endOf);
  const { before } = told ?? {};
  const earlier = before === undefined ? Number.POSITIVE_INFINITY : endOf(before.for);
  const expiredBefore = before !== undefined && earlier <= instantOf(before.until).getTime() + LATE_MS;
  return Math.min(...ends) <= now.getTime() || (expiredBefore && earlier <= now.getTime());
}
