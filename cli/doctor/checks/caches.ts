import { once } from '../../../adapters/once.ts';
import type { Config } from '../../../core/contracts/config.ts';
import { isProtected, type ProtectedPlan } from '../../../core/contracts/plan.ts';
import { cacheFindings } from '../../../core/doctor/cache-findings.ts';
import { nodeTypeFinding } from '../../../core/doctor/quota-findings.ts';
import { secondsOf } from '../../../core/model/duration.ts';
import { DAY_SECONDS } from '../../../core/model/time.ts';
import type { Check } from '../check.ts';
import { type DoctorGround, protectedCaches, type Side } from '../ground.ts';

/** Every cache that the configuration protects. Engines of the vault's region are seen by any credentials. */
export function cacheChecks(ground: DoctorGround, vaultAws: Side['aws']): readonly Check[] {
  const { config } = ground;
  const offers = once(() => vaultAws.engineOffers());
  const { region: sourceRegion, kmsKeys } = config.source;
  const regions = { sourceRegion, vaultRegion: config.vault.region, kmsKeys };
  return protectedCaches(config).map((cache) => ({
    id: 'cache',
    subject: cache,
    needs:
      'elasticache:DescribeReplicationGroups, DescribeCacheClusters, DescribeServerlessCaches, DescribeCacheParameters, ListTagsForResource and DescribeCacheEngineVersions',
    run: async () =>
      cacheFindings({
        cache,
        facts: await ground.cache(cache),
        offers: await offers(),
        snapshotsPerDay: snapshotsPerDay(config, cache),
        ...regions,
      }),
  }));
}

/** The node types of the drills of every plan that a cache of the configuration is on. */
export function nodeTypeChecks(side: Side, { config }: DoctorGround): readonly Check[] {
  const plans = new Set(Object.values(config.caches));
  const types = [...plans].flatMap((plan) => protectedPlan(config, plan)?.drill.nodeType ?? []);
  return [...new Set(types)].map((nodeType) => ({
    id: 'node-type',
    subject: nodeType,
    needs: 'elasticache:DescribeReservedCacheNodesOfferings',
    run: async () => [nodeTypeFinding(nodeType, await side.aws.isReservable(nodeType), side.region)],
  }));
}

function snapshotsPerDay(config: Config, cache: string): number {
  const plan = protectedPlan(config, config.caches[cache] ?? '');
  return plan === undefined ? 0 : DAY_SECONDS / secondsOf(plan.every);
}

function protectedPlan({ plans }: Config, name: string): ProtectedPlan | undefined {
  const plan = plans[name];
  return plan !== undefined && isProtected(plan) ? plan : undefined;
}
