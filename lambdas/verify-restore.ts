import { objectStore } from '../adapters/aws/object-store.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { connectRestoredCluster } from '../adapters/redis/restored-cluster.ts';
import { compareRestore, expectedDigest } from '../adapters/restore-comparison.ts';
import type { Comparison } from '../core/contracts/drill.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type DrillWithEndpoint, drillWithEndpoint } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, RestoredCluster } from '../core/ports.ts';

interface World {
  readonly vault: ObjectStore;
  readonly staging: ObjectStore;
  readonly connect: typeof connectRestoredCluster;
  readonly now: Now;
}

/** Reads every key of the restored cluster and compares with what was recorded of the recovery point. */
export async function run(
  input: DrillWithEndpoint,
  { vault, staging, connect, now }: World,
): Promise<Comparison> {
  const { cache, drill, plan, check } = input;
  if (check.endpoint === undefined)
    throw new AppError('DrillClusterFailed', `${plan.clusterId} has no endpoint`);
  const token = await staging.read(stagingKeys.authToken(cache, drill));
  if (token === undefined)
    throw new AppError('NotFound', `the token of ${plan.clusterId} is gone from ${staging.bucket}`);
  const shards = plan.shards.map(({ shard }) => shard);
  const expected = await expectedDigest(vault, { ...plan.point, cache }, shards);
  const cluster: RestoredCluster = await connect({
    endpoint: check.endpoint,
    clusterMode: plan.clusterMode,
    password: new TextDecoder().decode(token.body),
  });
  try {
    return await compareRestore(expected, cluster, now);
  } finally {
    cluster.close();
  }
}

export const handler = lambdaHandler(
  drillWithEndpoint,
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket);
    return {
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      staging: objectStore({ bucket: env[ENV.stagingBucket] }),
      connect: connectRestoredCluster,
      now: systemClock,
    };
  },
  run,
);
