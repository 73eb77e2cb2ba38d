import { objectStore } from '../adapters/aws/object-store.ts';
import { writeJson } from '../adapters/documents/json-objects.ts';
import { environment, lambdaHandler } from '../adapters/lambda/handler.ts';
import { isTimeShort } from '../adapters/lambda/time-left.ts';
import { ENV } from '../core/contracts/environment.ts';
import type { ShardFinding, StoredObject } from '../core/contracts/recovery-point.ts';
import type { IngestShard } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { stagingKeys, vaultKeys } from '../core/model/keys.ts';
import type { ObjectHead, ObjectStore, TimeLeft } from '../core/ports.ts';
import { type ShardObject, ShardReader, type ShardReading } from '../vault/shard-reader.ts';

interface World {
  readonly vault: ObjectStore;
  /** Writes under the vault's key: a checkpoint holds parts of keys and values. */
  readonly staging: ObjectStore;
  readonly timeLeftMs: TimeLeft;
}

/**
 * Reads the vault's own copy of one shard to its last byte and records what is in it, or why it cannot be trusted. When
 * time gets short it saves where it is; the next invocation goes on there, and at least one piece further.
 */
export async function run(input: IngestShard, { vault, staging, timeLeftMs }: World) {
  const { shard } = input;
  const object = await vault.head(vaultKeys.shard(input, shard));
  if (object === undefined) return { shard, done: true, sound: false };
  const checkpoint = stagingKeys.checkpoint(input.cache, input.slot, shard);
  const { reader, ...begun } = await begin(staging, checkpoint, object);
  const version = versionOf(object);
  const chunks = vault.stream(object.key, { ...version, fromByte: reader.position });
  const reading = await reader.read(chunks, () => isTimeShort(timeLeftMs));
  if (reading === undefined) {
    await staging.write(checkpoint, reader.checkpoint(object));
    return { shard, done: false, ...begun, toByte: reader.position };
  }
  await record(vault, input, { reading, file: { ...version, bytes: object.bytes } });
  if (begun.saved) await staging.remove(checkpoint);
  return { shard, done: true, ...begun, sound: reading.sound };
}

/** Where the last invocation stopped; if that cannot be told, at the start, and the log says why. */
async function begin(staging: ObjectStore, key: string, object: ShardObject) {
  const found = await staging.read(key);
  const resumed = found === undefined ? undefined : await ShardReader.resume(found.body, object);
  const saved = found !== undefined;
  if (resumed instanceof ShardReader) return { reader: resumed, saved, fromByte: resumed.position };
  const fresh = { reader: await ShardReader.begin(), saved, fromByte: 0 };
  return resumed === undefined ? fresh : { ...fresh, startedAnew: resumed };
}

/** S3 calls the only version in a bucket without versions `null`. */
function versionOf({ versionId = 'null', etag }: ObjectHead) {
  return { versionId, etag };
}

interface Read {
  readonly reading: ShardReading;
  readonly file: StoredObject;
}

async function record(vault: ObjectStore, input: IngestShard, { reading, file }: Read): Promise<void> {
  const { shard } = input;
  const key = vaultKeys.shard(input, shard);
  const finding: ShardFinding = reading.sound
    ? {
        sound: true,
        shard,
        key,
        file,
        digestFile: await writtenOnce(vault, vaultKeys.digest(input, shard), reading.digest),
        content: reading.content,
      }
    : { sound: false, shard, key, problem: reading.problem };
  await writeJson(vault, vaultKeys.finding(input, shard), finding);
}

/** A repeated run finds its own earlier digest: another version of it would not be the one that is recorded. */
async function writtenOnce(vault: ObjectStore, key: string, body: Uint8Array): Promise<StoredObject> {
  if ((await vault.write(key, body, 'absent')) === 'conflict') {
    const there = await vault.read(key);
    if (there !== undefined && Buffer.compare(there.body, body) === 0)
      return { ...versionOf({ key, bytes: 0, modifiedAt: new Date(0), ...there }), bytes: body.length };
    await vault.write(key, body);
  }
  const written = await vault.head(key);
  if (written === undefined) throw new AppError('StateChanged', `${key} was deleted while it was recorded`);
  return { ...versionOf(written), bytes: written.bytes };
}

export const handler = lambdaHandler(
  'verify-shard',
  ({ timeLeftMs }) => {
    const env = environment(ENV.vaultBucket, ENV.stagingBucket, ENV.vaultKey);
    return {
      vault: objectStore({ bucket: env[ENV.vaultBucket] }),
      staging: objectStore({ bucket: env[ENV.stagingBucket], encryption: { kmsKeyArn: env[ENV.vaultKey] } }),
      timeLeftMs,
    };
  },
  run,
);
