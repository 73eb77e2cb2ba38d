import type { Config } from '../contracts/config.ts';
import { isProtected } from '../contracts/plan.ts';
import type { CacheState, Discovery } from '../contracts/source-sight.ts';
import { REHEARSAL_PLAN } from '../model/rehearsal.ts';
import { VERSION } from '../model/version.ts';
import type { ProtectedCache } from '../ports.ts';

/** Caches that are on a plan which protects, by the configuration or, if that does not name them, by their tag. */
export function plannedCaches(
  { caches, plans }: Config,
  tagged: readonly ProtectedCache[],
): ReadonlySet<string> {
  const planOf = new Map(tagged.map(({ cache, plan }) => [cache, plan]));
  for (const [cache, named] of Object.entries(caches)) planOf.set(cache, named);
  const isKept = (name: string) => {
    const plan = plans[name];
    return plan !== undefined && isProtected(plan) && name !== REHEARSAL_PLAN;
  };
  return new Set([...planOf].filter(([, name]) => isKept(name)).map(([cache]) => cache));
}

/** The new discovery: each cache with its state, and since when it has been in it. What was once seen is never left out. */
export function discover(
  before: Discovery | undefined,
  states: ReadonlyMap<string, CacheState>,
  { now, alertsLost }: { readonly now: Date; readonly alertsLost?: string | undefined },
): Discovery {
  const at = now.toISOString();
  const found = [...states].map(([cache, state]) => {
    const known = before?.caches[cache];
    return [cache, known?.state === state ? known : { state, since: at }] as const;
  });
  return {
    version: 1,
    redrill: VERSION,
    since: before?.since ?? at,
    at,
    caches: { ...before?.caches, ...Object.fromEntries(found) },
    ...(alertsLost !== undefined && { alertsLost }),
  };
}
