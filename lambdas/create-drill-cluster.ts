import { randomBytes } from 'node:crypto';
import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { ClusterRequest, DrillToCreate } from '../core/contracts/steps.ts';
import { leftoverClusters } from '../core/drill/find-leftovers.ts';
import { nodeTypesOf } from '../core/drill/next-node-type.ts';
import { drillDescriptionOf } from '../core/model/drill-description.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { cachePrefixOf } from '../core/model/names.ts';
import { DRILL_TAG } from '../core/model/tags.ts';
import type { DrillClusterOrder, DrillElastiCache, Now, ObjectStore } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<DrillElastiCache, 'createCluster' | 'listClusters'>;
  /** Writes under the vault's key: the token is the one secret there is. */
  readonly staging: ObjectStore;
  readonly subnetGroup: string;
  readonly securityGroupId: string;
  readonly newToken: () => string;
  readonly now: Now;
}

/**
 * Asks for the drill's cluster, seeded from the staged files, behind a token that only this drill has. Not while one that
 * was left behind cannot be deleted: every drill would leave another to pay for.
 */
export async function run(input: DrillToCreate, world: World): Promise<ClusterRequest> {
  await refuseBesideLeftover(input.plan.clusterId, world);
  const requestedAt = world.now().toISOString();
  const order = orderOf(
    input,
    world,
    await drillToken(world, stagingKeys.authToken(input.cache, input.drill)),
  );
  const nodeTypes = nodeTypesOf(input.plan);
  for (const nodeType of nodeTypes.filter((each) => !input.tried.nodeTypes.includes(each))) {
    if ((await world.elasticache.createCluster({ ...order, nodeType })) !== 'no-capacity')
      return { requestedAt };
  }
  throw new AppError('DrillCapacityMissing', `AWS has no capacity for ${nodeTypes.join(', ')} at the moment`);
}

async function refuseBesideLeftover(clusterId: string, { elasticache, now }: World): Promise<void> {
  const ofCache = cachePrefixOf(clusterId);
  const [left] = leftoverClusters(await elasticache.listClusters(ofCache), now()).filter(
    ({ cluster: { id } }) => id !== clusterId && cachePrefixOf(id) === ofCache,
  );
  if (left === undefined) return;
  const { cluster, ageSeconds } = left;
  throw new AppError(
    'DrillLeftOver',
    `${cluster.id} of an earlier drill is still '${cluster.status}' after ${readableSeconds(ageSeconds)}; no second cluster is created`,
  );
}

function orderOf(
  { cache, drill, plan }: DrillToCreate,
  world: World,
  authToken: string,
): Omit<DrillClusterOrder, 'nodeType'> {
  return {
    id: plan.clusterId,
    description: drillDescriptionOf(cache, plan.point.slot),
    engine: plan.engine,
    engineVersion: plan.engineVersion,
    clusterMode: plan.clusterMode,
    shards: plan.shards.map(({ shard, slots }) => ({ shard, slots })),
    snapshotArns: plan.shards.map(
      ({ shard }) => `arn:aws:s3:::${world.staging.bucket}/${stagingKeys.shard(cache, drill, shard)}`,
    ),
    authToken,
    subnetGroup: world.subnetGroup,
    securityGroupId: world.securityGroupId,
    ...(plan.parameters && { parameters: plan.parameters }),
    tags: { [DRILL_TAG]: `${cache}/${drill}` },
  };
}

/** The token of an earlier try of this step, if there was one: its cluster may be on the way already. */
async function drillToken({ staging, newToken }: World, key: string): Promise<string> {
  const outcome = await staging.write(key, newToken(), 'absent');
  const written = await staging.read(key);
  if (written === undefined) throw new Error(`the drill's token was ${outcome} and cannot be read`);
  return new TextDecoder().decode(written.body);
}

export const handler = lambdaHandler(
  'create-drill-cluster',
  () => {
    const env = environment(ENV.stagingBucket, ENV.vaultKey, ENV.drillSubnetGroup, ENV.drillSecurityGroup);
    return {
      elasticache: drillElastiCache(),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: { kmsKeyArn: env[ENV.vaultKey] } }),
      subnetGroup: env[ENV.drillSubnetGroup],
      securityGroupId: env[ENV.drillSecurityGroup],
      // 256 bits, in the characters that an AUTH token may have.
      newToken: () => randomBytes(32).toString('hex'),
      now: systemClock,
    };
  },
  run,
);
