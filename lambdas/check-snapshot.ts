import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedConfig, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { requireAlive } from '../core/backup/snapshot-status.ts';
import type { BackupWithSnapshot, Polled } from '../core/contracts/steps.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { READY, SNAPSHOT_LIMIT_SECONDS, stillUnseen, stillWaiting } from '../core/model/poll.ts';
import type { Now, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'findSnapshot'>;
  readonly now: Now;
}

/** Whether the snapshot is there; an adopted one may be in the middle of an earlier try's export. One that is overdue is left alone: ElastiCache may still finish it. */
export async function run(
  { cache, snapshot }: BackupWithSnapshot,
  { elasticache, now }: World,
): Promise<Polled> {
  const found = await elasticache.findSnapshot(snapshot);
  if (found === undefined) {
    const unseen = stillUnseen(snapshot.requestedAt, now());
    if (unseen !== undefined) return unseen;
    throw new AppError('NotFound', `snapshot ${snapshot.name} of ${cache} is gone`);
  }
  if (found.status === 'available') return READY;
  requireAlive(found, cache);
  const wait = stillWaiting({
    requestedAt: snapshot.requestedAt,
    now: now(),
    limitSeconds: SNAPSHOT_LIMIT_SECONDS,
  });
  if ('status' in wait) return wait;
  throw new AppError(
    'SnapshotOverdue',
    `snapshot ${snapshot.name} of ${cache} is '${found.status}' and not available after ${readableSeconds(wait.overdueSeconds)}`,
  );
}

export const handler = lambdaHandler(
  'check-snapshot',
  () => ({ elasticache: sourceElastiCache(deployedConfig().source), now: systemClock }),
  run,
);
