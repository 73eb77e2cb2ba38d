import { commandOf, type Notice, noticeOf } from '../alerts/compose-notice.ts';
import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { readableSeconds } from '../model/duration.ts';
import { RPO_GRACE_SECONDS } from '../model/periods.ts';
import { instantOf, readableSlot, type Slot } from '../model/slot.ts';
import { TIERS, type Tier } from '../model/tier.ts';
import { DAY_SECONDS } from '../model/time.ts';
import { type Freshness, lastCopyLine } from './assess-rpo.ts';

export type EarnedTier = Exclude<Tier, 'hourly'>;

/** The longest that lies between the beginnings of two periods of the tier. */
const PERIODS: Readonly<Record<EarnedTier, { readonly noun: string; readonly seconds: number }>> = {
  daily: { noun: 'day', seconds: DAY_SECONDS },
  weekly: { noun: 'week', seconds: 7 * DAY_SECONDS },
  monthly: { noun: 'month', seconds: 31 * DAY_SECONDS },
};
const EARNED_TIERS = Object.keys(PERIODS) as readonly EarnedTier[];

/** The last slots that have earned each tier, with another point. */
export function earnedWith(
  earned: RegistryEntry['earned'] = {},
  { tier, verdict, slot }: PointSummary,
): NonNullable<RegistryEntry['earned']> {
  if (verdict !== 'verified' || tier === 'hourly') return earned;
  const before = earned[tier];
  return before !== undefined && before >= slot ? earned : { ...earned, [tier]: slot };
}

/** The last slot that counts for a tier: a month's first copy is also that of its week and day. */
function lastOf(tier: EarnedTier, { earned = {} }: Pick<RegistryEntry, 'earned'>): Slot | undefined {
  const counting = EARNED_TIERS.filter((each) => TIERS.indexOf(each) >= TIERS.indexOf(tier));
  return counting
    .flatMap((each) => earned[each] ?? [])
    .sort()
    .at(-1);
}

interface OverdueTier {
  readonly tier: EarnedTier;
  readonly last: Slot;
  readonly ageSeconds: number;
}

/**
 * Tiers in which a cache should have earned another point by now: a period of the tier has passed since its last, and the RPO
 * for the first copy of the new one. Nothing that was never earned is overdue: a cache's first verified copy earns its month.
 */
function overdueTiers(entry: RegistryEntry, rpoSeconds: number, now: Date): readonly OverdueTier[] {
  return EARNED_TIERS.flatMap((tier) => {
    const last = lastOf(tier, entry);
    if (last === undefined) return [];
    const ageSeconds = (now.getTime() - instantOf(last).getTime()) / 1000;
    const allowed = PERIODS[tier].seconds + rpoSeconds + RPO_GRACE_SECONDS;
    return ageSeconds > allowed ? [{ tier, last, ageSeconds }] : [];
  });
}

/** One notice for each cache that has missed a day, a week or a month. */
export function noticesOfTiers(
  fleet: readonly Freshness[],
  registry: readonly RegistryEntry[],
  now: Date,
): readonly Notice[] {
  const entries = new Map(registry.map((entry) => [entry.cache, entry]));
  return fleet.flatMap((freshness): readonly Notice[] => {
    const entry = entries.get(freshness.cache);
    const overdue = entry === undefined ? [] : overdueTiers(entry, freshness.rpoSeconds, now);
    return overdue.length === 0 ? [] : [overdueNotice(freshness, overdue)];
  });
}

function overdueNotice(freshness: Freshness, overdue: readonly OverdueTier[]): Notice {
  const { cache, plan } = freshness;
  const nouns = overdue.map(({ tier }) => PERIODS[tier].noun).join(' and ');
  return noticeOf({
    code: 'TierMissed',
    about: cache,
    parts: overdue.map(({ tier }) => tier),
    text: [
      `Plan ${plan} keeps a recovery point of ${cache} for every day, week and month. There is none for the last ${nouns}.`,
      ...overdue.map(
        ({ tier, last, ageSeconds }) =>
          `The last ${tier} recovery point is of ${readableSlot(last)}, ${readableSeconds(ageSeconds)} old.`,
      ),
      lastCopyLine(freshness),
      `You cannot restore the state of that ${overdue.length === 1 ? nouns : 'time'}.`,
      '',
      'Likely causes: no recovery point was verified in that time (an RpoMissed alert reports that), or all of them are suspect.',
      'To list the recovery points, and to back up now, which creates the missing one:',
      `  npx redrill points ${cache} --explain`,
      commandOf('TierMissed', cache),
    ],
  });
}
