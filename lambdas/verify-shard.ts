import { objectStore } from '../adapters/aws/object-store.ts';
import { writeJson } from '../adapters/json-objects.ts';
import { environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { readShard } from '../adapters/shard-reader.ts';
import type { ShardFinding } from '../core/contracts/recovery-point.ts';
import { ENV } from '../core/contracts/resources.ts';
import { type IngestShard, ingestShard } from '../core/contracts/steps.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { ObjectStore } from '../core/ports.ts';

interface World {
  readonly vault: ObjectStore;
}

/** Reads the vault's own copy of one shard to its last byte and records what is in it, or why it cannot be trusted. */
export async function run(input: IngestShard, { vault }: World) {
  const { shard } = input;
  const key = vaultKeys.shard(input, shard);
  if ((await vault.head(key)) === undefined) return { shard, done: true, sound: false };
  const reading = await readShard(vault.stream(key));
  const finding: ShardFinding = reading.sound
    ? { sound: true, shard, key, content: reading.content }
    : { sound: false, shard, key, problem: reading.problem };
  if (reading.sound) await vault.write(vaultKeys.digest(input, shard), reading.digest);
  await writeJson(vault, vaultKeys.finding(input, shard), finding);
  return { shard, done: true, sound: finding.sound };
}

export const handler = lambdaHandler(
  ingestShard,
  () => ({ vault: objectStore({ bucket: environment(ENV.vaultBucket)[ENV.vaultBucket] }) }),
  run,
);
