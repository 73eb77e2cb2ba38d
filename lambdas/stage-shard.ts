import { objectStore } from '../adapters/aws/object-store.ts';
import { shardCopier } from '../adapters/aws/shard-copier.ts';
import { readJson } from '../adapters/documents/json-objects.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import type { Config } from '../core/contracts/config.ts';
import { ENV } from '../core/contracts/environment.ts';
import { recoveryPoint } from '../core/contracts/recovery-point.ts';
import type { StageInput } from '../core/contracts/steps.ts';
import { seedReader } from '../core/model/elasticache-user.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore, ShardCopier } from '../core/ports.ts';
import { requireVerifiedDigest, requireVerifiedFile } from '../vault/verified-files.ts';

interface World {
  readonly copier: ShardCopier;
  readonly vault: ObjectStore;
  readonly stagingBucket: string;
  readonly region: string;
  readonly seedGrant: Config['vault']['seedGrant'];
}

/**
 * Copies one shard's file out of the vault to where ElastiCache may read it: seeding takes files under SSE-S3 only. What is
 * not the version that was verified is refused before anything is created.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-21)
 */
export async function run({ cache, drill, point, shard }: StageInput, world: World) {
  const { copier, vault, stagingBucket, region, seedGrant } = world;
  const address = { ...point, cache };
  const record = (await readJson(vault, vaultKeys.record(address), recoveryPoint))?.value;
  if (record === undefined)
    throw new AppError('NotFound', `${vaultKeys.record(address)} is no longer in the vault`);
  const { versionId } = await requireVerifiedFile(vault, record, shard);
  await requireVerifiedDigest(vault, record, shard);
  const from = { bucket: vault.bucket, key: vaultKeys.shard(address, shard), region, versionId };
  const to = { bucket: stagingBucket, key: stagingKeys.shard(cache, drill, shard) };
  const outcome = await copier.copy({ from, to, encryption: 'sse-s3', ...seedReader(seedGrant) });
  if (outcome === 'missing') throw new AppError('NotFound', `${from.key} is no longer in the vault`);
  return { shard };
}

export const handler = lambdaHandler(
  'stage-shard',
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket, 'AWS_REGION');
    return {
      copier: shardCopier(),
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      stagingBucket: env[ENV.stagingBucket],
      region: env.AWS_REGION,
      seedGrant: deployedConfig().vault.seedGrant,
    };
  },
  run,
);
