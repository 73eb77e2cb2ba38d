import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { BackupWithSnapshot, ExportState } from '../core/contracts/steps.ts';
import type { Now, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'exportSnapshot'>;
  readonly landingBucket: string;
  readonly now: Now;
}

/** Starts the export of the snapshot's files to the landing bucket; one that was started before goes on. */
export async function run(
  { snapshot }: BackupWithSnapshot,
  { elasticache, landingBucket, now }: World,
): Promise<ExportState> {
  await elasticache.exportSnapshot(snapshot, landingBucket);
  return { requestedAt: now().toISOString() };
}

export const handler = lambdaHandler(
  'export-snapshot',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    landingBucket: environment(ENV.landingBucket)[ENV.landingBucket],
    now: systemClock,
  }),
  run,
);
