import { objectStore } from '../adapters/aws/object-store.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { connectRestoredCluster } from '../adapters/redis/restored-cluster.ts';
import { ENV } from '../core/contracts/environment.ts';
import { recoveryPoint } from '../core/contracts/recovery-point.ts';
import type { Compared, DrillWithEndpoint } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, TimeLeft } from '../core/ports.ts';
import { ProgressStore } from '../live/comparison-progress.ts';
import { compareRestore, expectedDigest } from '../live/restore-comparison.ts';

interface World {
  readonly vault: ObjectStore;
  readonly staging: ObjectStore;
  readonly connect: typeof connectRestoredCluster;
  readonly timeLeftMs: TimeLeft;
  readonly now: Now;
}

/** Reads the restored cluster and compares it with what was recorded; says whether it has to be called again. */
export async function run(input: DrillWithEndpoint, world: World): Promise<Compared> {
  const { vault, staging, connect, timeLeftMs, now } = world;
  const { cache, drill, plan, check } = input;
  if (check.endpoint === undefined)
    throw new AppError('DrillClusterFailed', `${plan.clusterId} has no endpoint`);
  const token = await staging.read(stagingKeys.authToken(cache, drill));
  if (token === undefined)
    throw new AppError('NotFound', `the token of ${plan.clusterId} is gone from ${staging.bucket}`);
  const shards = plan.shards.map(({ shard }) => shard);
  const key = vaultKeys.record({ ...plan.point, cache });
  const record = (await readJson(vault, key, recoveryPoint))?.value;
  if (record === undefined) throw new AppError('NotFound', `${key} is gone from ${vault.bucket}`);
  const expected = await expectedDigest(vault, record, shards);
  const cluster = await connect({
    endpoint: check.endpoint,
    clusterMode: plan.clusterMode,
    password: new TextDecoder().decode(token.body),
  });
  try {
    const progress = new ProgressStore(staging, stagingKeys.comparison(cache, drill));
    const { part } = plan;
    return await compareRestore({ expected, cluster, progress, timeLeftMs, now, ...(part && { part }) });
  } finally {
    cluster.close();
  }
}

export const handler = lambdaHandler(
  'verify-restore',
  ({ timeLeftMs }) => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket);
    return {
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: 'sse-s3' }),
      connect: connectRestoredCluster,
      timeLeftMs,
      now: systemClock,
    };
  },
  run,
);
