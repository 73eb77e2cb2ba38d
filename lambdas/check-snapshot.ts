import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { type BackupWithSnapshot, backupWithSnapshot, type Polled } from '../core/contracts/steps.ts';
import { READY, SNAPSHOT_LIMIT_SECONDS, stillWaiting } from '../core/decide/poll.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import type { Now, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'findSnapshot'>;
  readonly now: Now;
}

/** An adopted snapshot may be in the middle of an earlier try's export. */
const UNDER_WAY = new Set(['creating', 'copying', 'restoring']);

/** Whether the snapshot is there. One that is overdue is left alone: ElastiCache may still finish it. */
export async function run(
  { cache, snapshot }: BackupWithSnapshot,
  { elasticache, now }: World,
): Promise<Polled> {
  const found = await elasticache.findSnapshot(snapshot.name);
  if (found === undefined) throw new AppError('NotFound', `snapshot ${snapshot.name} of ${cache} is gone`);
  if (found.status === 'available') return READY;
  if (!UNDER_WAY.has(found.status)) {
    throw new AppError('SnapshotFailed', `snapshot ${snapshot.name} of ${cache} is '${found.status}'`);
  }
  const wait = stillWaiting({
    requestedAt: snapshot.requestedAt,
    now: now(),
    limitSeconds: SNAPSHOT_LIMIT_SECONDS,
  });
  if ('status' in wait) return wait;
  throw new AppError(
    'SnapshotOverdue',
    `snapshot ${snapshot.name} of ${cache} is still being created after ${readableSeconds(wait.overdueSeconds)}`,
  );
}

export const handler = lambdaHandler(
  backupWithSnapshot,
  () => ({ elasticache: sourceElastiCache(), now: systemClock }),
  run,
);
