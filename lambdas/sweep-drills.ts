import { cacheOfDrill } from '../adapters/aws/cache-of-drill.ts';
import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { deployedAlerts } from '../adapters/lambda/deployed-alerts.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { alertOfLeftover } from '../core/alerts/compose-alerts.ts';
import { ENV } from '../core/contracts/environment.ts';
import {
  DRILL_TTL_SECONDS,
  isLeftoverName,
  leftoverClusters,
  leftoverObjects,
  timeToTell,
} from '../core/drill/find-leftovers.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { DRILL_CLUSTER_PREFIX } from '../core/model/names.ts';
import { isRehearsal } from '../core/model/rehearsal.ts';
import { DRILL_TAG } from '../core/model/tags.ts';
import type { Alerts, DrillElastiCache, Now, ObjectStore } from '../core/ports.ts';

interface World {
  readonly elasticache: DrillElastiCache;
  readonly staging: ObjectStore;
  readonly alerts: Alerts;
  readonly now: Now;
}

/** Deletes what drills have left behind: clusters with the prefix and the tag of a drill, parameter groups, staged files. */
export async function run(_tick: object, world: World) {
  const { elasticache, staging, now } = world;
  const objects = leftoverObjects(await staging.list(stagingKeys.drillsPrefix), now());
  for (const key of objects) await staging.remove(key);
  const swept: string[] = [];
  for (const { cluster, ageSeconds } of leftoverClusters(
    await elasticache.listClusters(DRILL_CLUSTER_PREFIX),
    now(),
  )) {
    const cache = await cacheOfDrill(cluster, elasticache);
    if (cache === '') continue;
    if ((await elasticache.deleteCluster(cluster.id)) === 'gone') continue;
    if (!isRehearsal(cache)) await tell(cluster.id, ageSeconds, world);
    swept.push(cluster.id);
  }
  await sweepParameterGroups(world);
  return { ttlSeconds: DRILL_TTL_SECONDS, swept, objects: objects.length };
}

/** A parameter group costs nothing, but an account has a limited number of them. One in use waits for the next sweep. */
async function sweepParameterGroups({ elasticache, now }: World): Promise<void> {
  const groups = await elasticache.listParameterGroups(DRILL_CLUSTER_PREFIX);
  for (const { name, arn } of groups.filter((group) => isLeftoverName(group.name, now()))) {
    if ((await elasticache.tagsOf(arn))[DRILL_TAG] !== undefined)
      await elasticache.deleteParameterGroup(name);
  }
}

/** Of several sweeps at the same time the first tells; should it die over that, the next hour's does. */
async function tell(
  clusterId: string,
  ageSeconds: number,
  { staging, alerts }: Pick<World, 'staging' | 'alerts'>,
): Promise<void> {
  const time = timeToTell(ageSeconds);
  if (time === undefined) return;
  const claim = stagingKeys.leftoverTold(clusterId, time);
  if ((await staging.write(claim, '', 'absent')) === 'conflict') return;
  try {
    await alerts.publish(alertOfLeftover(clusterId, ageSeconds));
  } catch (refusal) {
    await staging.remove(claim);
    throw refusal;
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
    };
  },
  run,
);
