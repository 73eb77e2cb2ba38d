import { objectStore } from '../adapters/aws/object-store.ts';
import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { exportFiles, isExported } from '../core/backup/export-files.ts';
import { requireAlive } from '../core/backup/snapshot-status.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { BackupWithExport, Polled } from '../core/contracts/steps.ts';
import { readableSeconds } from '../core/model/duration.ts';
import { AppError } from '../core/model/errors.ts';
import { EXPORT_LIMIT_SECONDS, READY, stillWaiting } from '../core/model/poll.ts';
import type { Now, ObjectStore, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'findSnapshot'>;
  readonly landing: ObjectStore;
  readonly now: Now;
}

/**
 * Whether every shard's file is there. ElastiCache sends no event for a finished export, so the snapshot's status and the
 * bucket's listing decide together.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-21)
 */
export async function run(
  { cache, snapshot, export: started }: BackupWithExport,
  world: World,
): Promise<Polled> {
  const [found, objects] = await Promise.all([
    world.elasticache.findSnapshot(snapshot),
    world.landing.list(snapshot.name),
  ]);
  if (found === undefined) throw new AppError('NotFound', `snapshot ${snapshot.name} of ${cache} is gone`);
  requireAlive(found, cache);
  const files = exportFiles(snapshot, objects);
  const asked = { requestedAt: started.requestedAt, now: world.now() };
  if (isExported(found, files, asked)) return READY;
  const wait = stillWaiting({ ...asked, limitSeconds: EXPORT_LIMIT_SECONDS });
  if ('status' in wait) return wait;
  const shards = found.kind === 'serverless' ? '' : `${found.shards.length} shards and `;
  throw new AppError(
    'ExportOverdue',
    `${snapshot.name} has ${shards}${files.length} files in ${world.landing.bucket} after ` +
      `${readableSeconds(wait.overdueSeconds)}; the snapshot is '${found.status}'`,
  );
}

export const handler = lambdaHandler(
  'check-export',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    landing: objectStore({ bucket: environment(ENV.landingBucket)[ENV.landingBucket] }),
    now: systemClock,
  }),
  run,
);
