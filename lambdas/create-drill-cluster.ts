import { randomBytes } from 'node:crypto';
import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { ClusterRequest, DrillToCreate } from '../core/contracts/steps.ts';
import { nodeTypesOf } from '../core/drill/after-failed-node.ts';
import { leftoverClusters } from '../core/drill/find-leftovers.ts';
import { drillDescriptionOf } from '../core/model/drill-description.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { cachePrefixOf } from '../core/model/names.ts';
import { DRILL_TAG } from '../core/model/tags.ts';
import type { DrillClusterOrder, DrillElastiCache, Now, ObjectStore } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<DrillElastiCache, 'createCluster' | 'createServerless' | 'listClusters'>;
  /** Writes under the vault's key: the token is the one secret there is. */
  readonly staging: ObjectStore;
  readonly subnetGroup: string;
  /** Of the subnet group: a serverless cache takes the subnets themselves. */
  readonly subnets: readonly string[];
  readonly securityGroupId: string;
  readonly newToken: () => string;
  readonly now: Now;
}

/** What nodes and a serverless cache are both ordered with. */
type CommonOrder = Omit<DrillClusterOrder, 'nodeType' | 'authToken'>;

/**
 * Asks for the drill's cluster, seeded from the staged files: nodes behind a token that only this drill has, or a serverless
 * cache, which only the security group of drills protects, because it has no tokens. Not while one that was left behind
 * cannot be deleted: every drill would leave another to pay for.
 */
export async function run(input: DrillToCreate, world: World): Promise<ClusterRequest> {
  await refuseBesideLeftover(input.plan.clusterId, world);
  const requestedAt = world.now().toISOString();
  const order = orderOf(input, world);
  const serverless = await requestServerless(input, order, world);
  if (serverless === 'requested') return { requestedAt };
  await requestNodes(input, order, world);
  return { requestedAt, ...serverless };
}

/** @returns undefined if none is to be made; `refused` says why there is none where one was */
async function requestServerless(
  { plan, tried }: DrillToCreate,
  order: CommonOrder,
  { elasticache, subnets }: World,
): Promise<'requested' | { readonly refused: string } | undefined> {
  if (plan.serverless === undefined || tried.serverless !== undefined) return undefined;
  try {
    await elasticache.createServerless({ ...order, limits: plan.serverless, subnets });
    return 'requested';
  } catch (error) {
    if (error instanceof AppError && error.code === 'RestoreSeedRefused') return { refused: error.message };
    throw error;
  }
}

async function requestNodes(
  { cache, drill, plan, tried }: DrillToCreate,
  order: CommonOrder,
  world: World,
): Promise<void> {
  const authToken = await drillToken(world, stagingKeys.authToken(cache, drill));
  const nodeTypes = nodeTypesOf(plan);
  for (const nodeType of nodeTypes.filter((each) => !tried.nodeTypes.includes(each)))
    if ((await world.elasticache.createCluster({ ...order, authToken, nodeType })) !== 'no-capacity') return;
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

function orderOf({ cache, drill, plan }: DrillToCreate, world: World): CommonOrder {
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
    const env = environment(
      ENV.stagingBucket,
      ENV.vaultKey,
      ENV.drillSubnetGroup,
      ENV.drillSubnets,
      ENV.drillSecurityGroup,
    );
    return {
      elasticache: drillElastiCache(),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: { kmsKeyArn: env[ENV.vaultKey] } }),
      subnetGroup: env[ENV.drillSubnetGroup],
      subnets: env[ENV.drillSubnets].split(','),
      securityGroupId: env[ENV.drillSecurityGroup],
      // 256 bits, in the characters that an AUTH token may have.
      newToken: () => randomBytes(32).toString('hex'),
      now: systemClock,
    };
  },
  run,
);
