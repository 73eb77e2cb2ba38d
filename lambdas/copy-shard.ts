import { objectStore } from '../adapters/aws/object-store.ts';
import { shardCopier } from '../adapters/aws/shard-copier.ts';
import { writeJson } from '../adapters/json-objects.ts';
import { deployedConfig, environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import type { ShardFinding } from '../core/contracts/recovery-point.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type IngestShard, ingestShard } from '../core/contracts/steps.ts';
import { landingKeys, vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore, ShardCopier } from '../core/ports.ts';

interface World {
  readonly copier: ShardCopier;
  readonly vault: ObjectStore;
  readonly landing: { readonly bucket: string; readonly region: string };
  readonly kmsKeyArn: string;
}

/** Pulls one shard's file from the landing bucket into the vault, under the vault's key. A missing file is a finding. */
export async function run(input: IngestShard, { copier, vault, landing, kmsKeyArn }: World) {
  const { shard, snapshot } = input;
  const key = vaultKeys.shard(input, shard);
  const from = { ...landing, key: landingKeys.shard(snapshot, shard) };
  const outcome = await copier.copy({ from, to: { bucket: vault.bucket, key }, encryption: { kmsKeyArn } });
  if (outcome === 'missing') {
    const problem = {
      code: 'ShardMissing',
      message: `${from.key} is sealed in the export and not in the landing bucket`,
    };
    const finding: ShardFinding = { sound: false, shard, key, problem };
    await writeJson(vault, vaultKeys.finding(input, shard), finding);
  }
  return { shard, copied: outcome === 'copied' };
}

export const handler = lambdaHandler(
  ingestShard,
  () => {
    const env = environment(ENV.landingBucket, ENV.vaultBucket, ENV.vaultKey);
    return {
      copier: shardCopier(),
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      landing: { bucket: env[ENV.landingBucket], region: deployedConfig().source.region },
      kmsKeyArn: env[ENV.vaultKey],
    };
  },
  run,
);
