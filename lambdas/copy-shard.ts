import { objectStore } from '../adapters/aws/object-store.ts';
import { shardCopier } from '../adapters/aws/shard-copier.ts';
import { writeJson } from '../adapters/documents/json-objects.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { Reason, ShardFinding } from '../core/contracts/recovery-point.ts';
import type { IngestShard } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore, ShardCopier } from '../core/ports.ts';
import { SealedExports } from '../vault/sealed-exports.ts';

interface World {
  readonly copier: ShardCopier;
  readonly vault: ObjectStore;
  readonly landing: Pick<ObjectStore, 'bucket'>;
  readonly exports: SealedExports;
  readonly landingRegion: string;
  readonly kmsKeyArn: string;
}

/**
 * Pulls one shard's file from the landing bucket into the vault, under the vault's key, and only if it is still the file
 * that was sealed. A file that is missing, or was replaced since, is a finding.
 */
export async function run(input: IngestShard, world: World) {
  const { shard } = input;
  const key = vaultKeys.shard(input, shard);
  const problem = await copied(input, key, world);
  if (problem === undefined) return { shard, copied: true };
  const finding: ShardFinding = { sound: false, shard, key, problem };
  await writeJson(world.vault, vaultKeys.finding(input, shard), finding);
  return { shard, copied: false };
}

/** @returns why there is no copy of the sealed file; undefined if there is one */
async function copied(
  input: IngestShard,
  to: string,
  { copier, vault, landing, exports, landingRegion, kmsKeyArn }: World,
): Promise<Reason | undefined> {
  const { shard, snapshot } = input;
  const sealed = await exports.ofIngest(input);
  if (sealed === undefined)
    throw new AppError('NotFound', `the seal of ${snapshot} is gone from ${landing.bucket}`);
  const file = sealed.shards.find((each) => each.shard === shard);
  if (file === undefined) throw new AppError('NotFound', `the seal of ${snapshot} has no shard ${shard}`);
  const { key, etag, bytes } = file;
  try {
    const outcome = await copier.copy({
      from: { bucket: landing.bucket, region: landingRegion, key, etag, bytes },
      to: { bucket: vault.bucket, key: to },
      encryption: { kmsKeyArn },
    });
    if (outcome === 'copied') return undefined;
    return { code: 'ShardMissing', message: `${key} is sealed in the export and not in the landing bucket` };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'ExportChanged') throw error;
    return {
      code: error.code,
      message: `the file was replaced after the export was sealed: ${error.message}`,
    };
  }
}

export const handler = lambdaHandler(
  'copy-shard',
  () => {
    const env = environment(ENV.landingBucket, ENV.vaultBucket, ENV.vaultKey);
    const config = deployedConfig();
    const landingRegion = config.source.region;
    const landing = objectStore({ bucket: env[ENV.landingBucket], region: landingRegion });
    return {
      copier: shardCopier(),
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      landing,
      exports: new SealedExports(landing, config),
      landingRegion,
      kmsKeyArn: env[ENV.vaultKey],
    };
  },
  run,
);
