import { shardCopier } from '../adapters/aws/shard-copier.ts';
import { environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type StageInput, stageInput } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../core/model/keys.ts';
import type { ShardCopier } from '../core/ports.ts';

interface World {
  readonly copier: ShardCopier;
  readonly vaultBucket: string;
  readonly stagingBucket: string;
  readonly region: string;
}

/**
 * Copies one shard's file out of the vault to where ElastiCache may read it: seeding takes files under SSE-S3 only.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-21)
 */
export async function run({ cache, drill, point, shard }: StageInput, world: World) {
  const from = {
    bucket: world.vaultBucket,
    key: vaultKeys.shard({ ...point, cache }, shard),
    region: world.region,
  };
  const to = { bucket: world.stagingBucket, key: stagingKeys.shard(cache, drill, shard) };
  const outcome = await world.copier.copy({ from, to, encryption: 'sse-s3' });
  if (outcome === 'missing') throw new AppError('NotFound', `${from.key} is not in the vault any more`);
  return { shard };
}

export const handler = lambdaHandler(
  stageInput,
  () => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket, 'AWS_REGION');
    return {
      copier: shardCopier(),
      vaultBucket: env[ENV.vaultBucket],
      stagingBucket: env[ENV.stagingBucket],
      region: env.AWS_REGION,
    };
  },
  run,
);
