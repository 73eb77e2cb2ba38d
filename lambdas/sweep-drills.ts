import { randomUUID } from 'node:crypto';
import { cacheOfDrill } from '../adapters/aws/cache-of-drill.ts';
import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import {
  DRILL_TTL_SECONDS,
  isLeftoverName,
  type LeftoverCluster,
  leftoverClusters,
  leftoverObjects,
} from '../core/drill/find-leftovers.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { DRILL_CLUSTER_PREFIX } from '../core/model/names.ts';
import { DRILL_TAG } from '../core/model/tags.ts';
import type { DrillElastiCache, ObjectStore } from '../core/ports.ts';
import { leftoversLookedFor, noticesOfLeftovers, type SweptCluster } from '../core/watch/leftover-notices.ts';
import { type LookingWorld, tellNotices } from '../watch/tell-notices.ts';

interface World extends Omit<LookingWorld, 'notices'> {
  readonly elasticache: DrillElastiCache;
  readonly staging: ObjectStore;
}

/** Deletes what drills have left behind: clusters with the prefix and the tag of a drill, parameter groups, staged files. */
export async function run(_tick: object, world: World) {
  const { elasticache, staging, alerts, newRunId, now } = world;
  const look = { id: newRunId(), now: now() };
  const objects = leftoverObjects(await staging.list(stagingKeys.drillsPrefix), look.now);
  for (const key of objects) await staging.remove(key);
  const clusters = await elasticache.listClusters(DRILL_CLUSTER_PREFIX);
  const swept = await sweepClusters(leftoverClusters(clusters, look.now), elasticache);
  await sweepParameterGroups(world);
  const lookedFor = leftoversLookedFor(clusters);
  await tellNotices(noticesOfLeftovers(swept), look, { notices: staging, alerts, area: 'drills', lookedFor });
  return {
    ttlSeconds: DRILL_TTL_SECONDS,
    swept: swept.map(({ cluster }) => cluster.id),
    objects: objects.length,
  };
}

/** @returns those that are still there */
async function sweepClusters(
  leftovers: readonly LeftoverCluster[],
  elasticache: DrillElastiCache,
): Promise<readonly SweptCluster[]> {
  const swept: SweptCluster[] = [];
  for (const { cluster, ageSeconds } of leftovers) {
    const cache = await cacheOfDrill(cluster, elasticache);
    if (cache === '') continue;
    if ((await elasticache.deleteCluster(cluster.id)) === 'gone') continue;
    swept.push({ cluster, ageSeconds, cache });
  }
  return swept;
}

/** A parameter group costs nothing, but an account has a limited number of them. One in use waits for the next sweep. */
async function sweepParameterGroups({ elasticache, now }: World): Promise<void> {
  const groups = await elasticache.listParameterGroups(DRILL_CLUSTER_PREFIX);
  for (const { name, arn } of groups.filter((group) => isLeftoverName(group.name, now()))) {
    if ((await elasticache.tagsOf(arn))[DRILL_TAG] !== undefined)
      await elasticache.deleteParameterGroup(name);
  }
}

export const handler = lambdaHandler(
  'sweep-drills',
  () => {
    const env = environment(ENV.stagingBucket);
    return {
      elasticache: drillElastiCache(),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: 'sse-s3' }),
      alerts: deployedAlerts(),
      now: systemClock,
      newRunId: randomUUID,
    };
  },
  run,
);
