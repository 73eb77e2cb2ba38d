import { drillElastiCache } from '../adapters/aws/drill-elasticache.ts';
import { objectStore } from '../adapters/aws/object-store.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { Polled, TearDownInput } from '../core/contracts/steps.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys } from '../core/model/keys.ts';
import { drillClusterIdOf } from '../core/model/names.ts';
import { READY, stillWaiting, TEARDOWN_LIMIT_SECONDS } from '../core/model/poll.ts';
import type { DrillElastiCache, Now, ObjectStore } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<DrillElastiCache, 'findCluster' | 'deleteCluster' | 'deleteParameterGroup'>;
  readonly staging: ObjectStore;
  readonly now: Now;
}

/**
 * Deletes what the drill has made, until it is gone. What that is follows from (cache, drill) alone, so it works however
 * far the drill came. A cluster that is still being created cannot be deleted yet, and is tried again.
 */
export async function run(
  { cache, drill, startedAt, keep }: TearDownInput,
  { elasticache, staging, now }: World,
): Promise<Polled> {
  const staged = keep === 'files' ? [] : await staging.list(stagingKeys.drill(cache, drill));
  for (const { key } of staged) await staging.remove(key);
  const id = drillClusterIdOf(cache, drill);
  const cluster = await elasticache.findCluster(id);
  if (cluster === undefined && keep === 'files') return READY;
  if (cluster === undefined && (await elasticache.deleteParameterGroup(id)) === 'gone') return READY;
  if (cluster !== undefined && cluster.status !== 'deleting') await elasticache.deleteCluster(id);
  const wait = stillWaiting({ requestedAt: startedAt, now: now(), limitSeconds: TEARDOWN_LIMIT_SECONDS });
  if ('status' in wait) return wait;
  const left =
    cluster === undefined
      ? `the parameter group ${id} is still in use`
      : `${id} is still '${cluster.status}'`;
  throw new AppError('TeardownOverdue', `${left} after ${readableSeconds(wait.overdueSeconds)}`);
}

export const handler = lambdaHandler(
  'tear-down-drill',
  () => ({
    elasticache: drillElastiCache(),
    staging: objectStore({ bucket: environment(ENV.stagingBucket)[ENV.stagingBucket] }),
    now: systemClock,
  }),
  run,
);
