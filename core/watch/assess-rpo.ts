import { isWatched } from '../backup/protected-caches.ts';
import type { Config } from '../contracts/config.ts';
import { isProtected, type ProtectedPlan } from '../contracts/plan.ts';
import type { PointSummary, RegistryEntry } from '../contracts/recovery-point.ts';
import { ownPlans } from '../contracts/rehearsal.ts';
import { planNames } from '../contracts/servers.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { RPO_GRACE_SECONDS } from '../model/periods.ts';
import { instantOf, readableSlot } from '../model/slot.ts';

/** How one protected cache stands against its plan. */
export interface Freshness {
  readonly cache: string;
  readonly plan: string;
  readonly newest: PointSummary | undefined;
  /** Age of the newest verified recovery point, or of the cache's protection if there is none yet; seconds. */
  readonly ageSeconds: number;
  readonly rpoSeconds: number;
  readonly outsideRpo: boolean;
}

/**
 * Every protected cache: those in the registry, which only `forget` shrinks, and those that the configuration names and
 * that have no recovery point yet.
 *
 * @param firstSeen when the watch first saw a cache without a verified copy; its age counts from there
 */
export function assessFreshness(
  config: Config,
  registry: readonly RegistryEntry[],
  firstSeen: Readonly<Record<string, string>>,
  now: Date,
): readonly Freshness[] {
  const watched = registry.filter((entry) => isWatched(entry, config));
  const entries = new Map(watched.map((entry) => [entry.cache, entry]));
  const planOf = new Map(watched.map((entry) => [entry.cache, entry.plan]));
  for (const [cache, named] of Object.entries(planNames(config))) planOf.set(cache, named);
  const inOrder = [...planOf].sort(([one], [other]) => (one < other ? -1 : 1));
  return inOrder.flatMap(([cache, planName]): readonly Freshness[] => {
    const entry = entries.get(cache);
    const plan = planOrStrictest(config, planName);
    if (plan === undefined) return [];
    const newest = entry?.recent.find(({ verdict }) => verdict === 'verified');
    const since =
      newest === undefined ? protectedSince(entry, firstSeen[cache], now) : instantOf(newest.slot).getTime();
    const ageSeconds = Math.max(0, (now.getTime() - since) / 1000);
    const rpoSeconds = secondsOf(plan.rpo);
    return [
      {
        cache,
        plan: planName,
        newest,
        ageSeconds,
        rpoSeconds,
        outsideRpo: ageSeconds > rpoSeconds + RPO_GRACE_SECONDS,
      },
    ];
  });
}

/** A cache may be registered by a copy that is not good, long after the watch saw it first: the earlier of the two counts. */
function protectedSince(entry: RegistryEntry | undefined, seenAt: string | undefined, now: Date): number {
  const known = [entry?.registeredAt, seenAt].filter((instant) => instant !== undefined);
  return Math.min(now.getTime(), ...known.map((instant) => Date.parse(instant)));
}

/** Since when each cache without any copy has been watched, with what this look saw first. */
export function firstSeenAfter(
  fleet: readonly Freshness[],
  before: Readonly<Record<string, string>>,
  now: Date,
): Record<string, string> {
  const without = fleet.filter(({ newest }) => newest === undefined);
  return Object.fromEntries(without.map(({ cache }) => [cache, before[cache] ?? now.toISOString()]));
}

/** The plan of this name; if the configuration lost it, the strictest one, so that the cache goes on alerting. */
export function planOrStrictest(config: Config, name: string): ProtectedPlan | undefined {
  const plan = config.plans[name];
  if (plan !== undefined) return isProtected(plan) ? plan : undefined;
  return ownPlans(config.plans)
    .map(([, each]) => each)
    .filter(isProtected)
    .sort((one, other) => secondsOf(one.rpo) - secondsOf(other.rpo))[0];
}

/** The last good copy and its age, in a sentence. */
export function lastCopyLine({ newest, ageSeconds }: Freshness): string {
  return newest === undefined
    ? `It has no verified recovery point, and has been protected for ${readableSeconds(ageSeconds)}.`
    : `Its newest verified recovery point is of ${readableSlot(newest.slot)} (${newest.tier}, ${newest.totals.keys} keys), ${readableSeconds(ageSeconds)} old.`;
}
