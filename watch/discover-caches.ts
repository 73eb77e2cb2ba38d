import { readJson, writeJson } from '../adapters/documents/json-objects.ts';
import { inParallel } from '../adapters/in-parallel.ts';
import { discover, plannedCaches } from '../core/backup/discover-caches.ts';
import type { Config } from '../core/contracts/config.ts';
import { type CacheState, discovery } from '../core/contracts/source-sight.ts';
import { landingKeys } from '../core/model/keys.ts';
import { PLAN_TAG } from '../core/model/tags.ts';
import type { Now, ObjectStore, SourceElastiCache } from '../core/ports.ts';

export interface DiscoveryWorld {
  readonly elasticache: Pick<SourceElastiCache, 'listTagged' | 'findCache'>;
  readonly landing: ObjectStore;
  readonly config: Config;
  readonly now: Now;
  /** Why alerts of this region reach nobody, which the region itself cannot report. @throws if it cannot be seen */
  readonly deaf: () => Promise<string | undefined>;
}

/**
 * Notes which caches are there and on a plan, for the vault's watch. What cannot be seen throws, and nothing is noted: it is
 * never taken for a cache that is gone.
 */
export async function discoverCaches({ elasticache, landing, config, now, deaf }: DiscoveryWorld) {
  const before = (await readJson(landing, landingKeys.discovery, discovery))?.value;
  const planned = plannedCaches(config, await elasticache.listTagged(PLAN_TAG));
  const names = [...new Set([...planned, ...Object.keys(before?.caches ?? {})])].sort();
  const states = await inParallel(names, async (cache): Promise<readonly [string, CacheState]> => {
    if ((await elasticache.findCache(cache)) === undefined) return [cache, 'gone'];
    return [cache, planned.has(cache) ? 'protected' : 'unplanned'];
  });
  // What cannot be seen of alerts must not cost what was seen of caches; the look at settings reports it.
  const alertsLost = await deaf().catch(() => undefined);
  const found = discover(before, new Map(states), { now: now(), alertsLost });
  // Of two looks at the same time either will do.
  await writeJson(landing, landingKeys.discovery, found);
  return { missing: states.filter(([, state]) => state !== 'protected').map(([cache]) => cache) };
}
