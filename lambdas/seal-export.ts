import { objectStore } from '../adapters/aws/object-store.ts';
import { sourceElastiCache } from '../adapters/aws/source-elasticache.ts';
import { readJson, writeJson } from '../adapters/documents/json-objects.ts';
import { deployedConfig, environment, lambdaHandler, systemClock } from '../adapters/lambda/handler.ts';
import { composeSeal } from '../core/backup/compose-seal.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { type ExportSeal, exportSeal } from '../core/contracts/export.ts';
import type { BackupWithExport } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { landingKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, SourceElastiCache } from '../core/ports.ts';

interface World {
  readonly elasticache: Pick<SourceElastiCache, 'findSnapshot' | 'describeTopology'>;
  readonly landing: ObjectStore;
  readonly config: Pick<Config, 'source'>;
  readonly account: string;
  readonly now: Now;
}

/** Writes export.json, last of all: what it lists is complete. A seal that is there already stays as it is. */
export async function run(input: BackupWithExport, world: World): Promise<{ readonly exportKey: string }> {
  const { cache, snapshot } = input;
  const exportKey = landingKeys.seal(snapshot.name);
  if ((await readJson(world.landing, exportKey, exportSeal)) !== undefined) return { exportKey };
  const found = await world.elasticache.findSnapshot(snapshot);
  if (found === undefined) throw new AppError('NotFound', `snapshot ${snapshot.name} of ${cache} is gone`);
  const seal: ExportSeal = composeSeal(input, {
    snapshot: found,
    files: await world.landing.list(snapshot.name),
    topology: await world.elasticache.describeTopology(cache),
    source: { region: world.config.source.region, account: world.account },
    sealedAt: world.now(),
  });
  await writeJson(world.landing, exportKey, seal, 'absent');
  return { exportKey };
}

export const handler = lambdaHandler(
  'seal-export',
  () => ({
    elasticache: sourceElastiCache(deployedConfig().source),
    landing: objectStore({
      bucket: environment(ENV.landingBucket)[ENV.landingBucket],
      encryption: 'sse-s3',
    }),
    config: deployedConfig(),
    account: environment(ENV.sourceAccount)[ENV.sourceAccount],
    now: systemClock,
  }),
  run,
);
