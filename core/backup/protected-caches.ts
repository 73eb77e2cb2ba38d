import type { Config } from '../contracts/config.ts';
import { isProtected } from '../contracts/plan.ts';
import type { RegistryEntry } from '../contracts/recovery-point.ts';
import { ownPlans } from '../contracts/rehearsal.ts';
import { type Named, planNames } from '../contracts/servers.ts';
import { secondsOf } from '../model/duration.ts';
import { AppError } from '../model/errors.ts';
import { isRehearsal } from '../model/rehearsal.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import type { ProtectedCache } from '../ports.ts';

/**
 * The caches on a plan: those that the configuration names, and those that carry the tag. Where the two disagree about a
 * cache, the configuration wins, so that a tag can never move a cache to a weaker plan.
 */
export function cachesOnPlan(
  config: Config,
  plan: string,
  tagged: readonly ProtectedCache[],
): readonly string[] {
  const chosen = config.plans[plan];
  if (chosen === undefined) {
    throw new AppError(
      'UnknownPlan',
      `there is no plan '${plan}'; known are ${ownPlans(config.plans)
        .map(([name]) => name)
        .join(', ')}`,
    );
  }
  if (!isProtected(chosen)) return [];
  const planOf = new Map(tagged.map((each) => [each.cache, each.plan]));
  for (const [cache, named] of Object.entries(config.caches)) planOf.set(cache, named);
  return [...planOf]
    .filter(([, name]) => name === plan)
    .map(([cache]) => cache)
    .sort();
}

/**
 * Whether a registered cache is watched and drilled: until somebody has forgotten it, and as long as the configuration
 * names it whatever anybody has forgotten. A rehearsal's cache never is.
 */
export function isWatched(
  { cache, forgotten }: Pick<RegistryEntry, 'cache' | 'forgotten'>,
  named: Named,
): boolean {
  if (isRehearsal(cache)) return false;
  return forgotten === undefined || Object.hasOwn(planNames(named), cache);
}

/**
 * Whether the next slot is due already. A schedule event that was retried for hours must not take a snapshot for a slot
 * that nobody can use any more: it would spend the quota of the slots that matter.
 */
export function isStale(slot: Slot, every: Parameters<typeof secondsOf>[0], now: Date): boolean {
  return now.getTime() >= instantOf(slot).getTime() + secondsOf(every) * 1000;
}
