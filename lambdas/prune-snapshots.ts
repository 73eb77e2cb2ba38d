import { objectStore } from '../adapters/aws/object-store.ts';
import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type BackupInput, backupInput } from '../core/contracts/steps.ts';
import { decidePrunes } from '../core/decide/decide-prunes.ts';
import { landingKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'listSnapshots' | 'deleteSnapshot'>;
  readonly landing: ObjectStore;
  readonly now: Now;
}

/** Deletes Redrill's own older snapshots of the cache, and of those only what was exported and sealed. */
export async function run({ cache }: Pick<BackupInput, 'cache'>, { elasticache, landing, now }: World) {
  const snapshots = await elasticache.listSnapshots(cache);
  const candidates = decidePrunes(snapshots, now());
  const deleted: string[] = [];
  for (const name of candidates) {
    if ((await landing.list(landingKeys.seal(name))).length === 0) continue;
    await elasticache.deleteSnapshot(name);
    deleted.push(name);
  }
  return { deleted };
}

export const handler = lambdaHandler(
  backupInput,
  () => ({
    elasticache: sourceElastiCache(),
    landing: objectStore({ bucket: environment(ENV.landingBucket)[ENV.landingBucket] }),
    now: systemClock,
  }),
  run,
);
