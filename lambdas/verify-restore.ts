import { objectStore } from '../adapters/aws/object-store.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { connectRestoredCluster, type RestoredCluster } from '../adapters/redis/restored-cluster.ts';
import { ENV } from '../core/contracts/environment.ts';
import { recoveryPoint } from '../core/contracts/recovery-point.ts';
import type { Compared, DrillWithEndpoint } from '../core/contracts/steps.ts';
import { SERVERLESS_NODE_TYPE } from '../core/contracts/topology.ts';
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
  const { vault, staging, timeLeftMs, now } = world;
  const { cache, drill, plan, check } = input;
  if (check.endpoint === undefined)
    throw new AppError('DrillClusterFailed', `${plan.clusterId} has no endpoint`);
  const shards = plan.shards.map(({ shard }) => shard);
  const key = vaultKeys.record({ ...plan.point, cache });
  const record = (await readJson(vault, key, recoveryPoint))?.value;
  if (record === undefined) throw new AppError('NotFound', `${key} is gone from ${vault.bucket}`);
  const expected = await expectedDigest(vault, record, shards);
  const cluster = await open(input, check.endpoint, world);
  try {
    const progress = new ProgressStore(staging, stagingKeys.comparison(cache, drill));
    const { part } = plan;
    return await compareRestore({ expected, cluster, progress, timeLeftMs, now, ...(part && { part }) });
  } finally {
    cluster.close();
  }
}

/** @throws AppError `DrillCacheClosed` if a serverless cache lets nobody in that has no user */
async function open(
  { cache, drill, plan, check }: DrillWithEndpoint,
  endpoint: NonNullable<DrillWithEndpoint['check']['endpoint']>,
  { staging, connect }: World,
): Promise<RestoredCluster> {
  const { clusterId, clusterMode } = plan;
  if (check.nodeType !== SERVERLESS_NODE_TYPE) {
    const token = await staging.read(stagingKeys.authToken(cache, drill));
    if (token === undefined)
      throw new AppError('NotFound', `the token of ${clusterId} is gone from ${staging.bucket}`);
    return connect({ endpoint, clusterMode, password: new TextDecoder().decode(token.body) });
  }
  try {
    return await connect({ endpoint, clusterMode, serverless: true });
  } catch (cause) {
    if (!(cause instanceof Error && ASKS_WHO_IT_IS.test(cause.message))) throw cause;
    throw new AppError('DrillCacheClosed', `${clusterId} asks for a user: ${cause.message}`, { cause });
  }
}

/** https://valkey.io/commands/auth/ */
const ASKS_WHO_IT_IS = /\b(?:NOAUTH|WRONGPASS|NOPERM)\b/;

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
