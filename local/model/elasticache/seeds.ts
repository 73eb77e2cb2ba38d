import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeStartError } from '../../redis/node.ts';
import { slotsInRdb } from '../../redis/rdb-slots.ts';
import { includesSlots, type SlotRange } from '../../redis/slots.ts';
import { NotModelledError } from '../service.ts';
import type { Context } from './context.ts';
import type { GroupRequest } from './group-request.ts';
import { invalidValue } from './refusals.ts';
import { type ServiceIdentity, serviceIdentity } from './snapshot-store.ts';
import type { Group } from './state.ts';

interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** What a seed's bucket must grant: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html */
const BUCKET_GRANTS = ['s3:ListBucket', 's3:GetBucketAcl'];

/**
 * Reads the RDB files that a request names, as the service, and says which shard each belongs to.
 * @returns one file per shard, in the shards' order; empty when the request names none
 * @throws InvalidParameterValue when a file may not or cannot be read, or is encrypted otherwise than with SSE-S3
 */
export async function fetchSeeds(
  context: Context,
  request: GroupRequest,
  group: Group,
): Promise<readonly string[]> {
  if (request.snapshotArns.length === 0) return [];
  const service = serviceIdentity(group.region, group.account, group.arn);
  const objects = request.snapshotArns.map(parseObjectArn);
  for (const object of objects) await checkObject(context, service, object);
  const folder = context.newFolder('seed');
  await mkdir(folder, { recursive: true });
  const files = await Promise.all(
    objects.map(async ({ bucket, key }, index) => {
      const file = join(folder, `seed-${index + 1}.rdb`);
      await context.s3.getAsService(service, bucket, key, file);
      return file;
    }),
  );
  return group.clusterMode === 'off' ? files : inShardOrder(context, files, group, folder);
}

function parseObjectArn(arn: string): S3Object {
  const [, bucket, key] = /^arn:aws:s3:::([^/,]+)\/([^,]+)$/.exec(arn) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw invalidValue(`'${arn}' is not the ARN of an S3 object, or contains a comma`);
}

async function checkObject(
  { s3 }: Context,
  service: ServiceIdentity,
  { bucket, key }: S3Object,
): Promise<void> {
  const region = s3.bucketRegion(bucket);
  if (region === undefined) throw invalidValue(`The S3 bucket ${bucket} does not exist.`);
  if (region !== service.region) throw invalidValue(`The S3 bucket ${bucket} is outside of the region.`);
  const granted =
    BUCKET_GRANTS.every((action) => s3.serviceAllowed(service, action, bucket)) &&
    s3.serviceAllowed(service, 's3:GetObject', bucket, key);
  if (!granted) throw invalidValue(`No permission to access S3 object: ${bucket}/${key}`);
  const encryption = await s3.encryptionOf(bucket, key);
  if (encryption === undefined) throw invalidValue(`The S3 object ${bucket}/${key} does not exist.`);
  if (encryption !== 'SSE-S3') {
    throw invalidValue(
      `The S3 object ${bucket}/${key} is encrypted with ${encryption}; only SSE-S3 can be seeded from.`,
    );
  }
}

/**
 * ElastiCache deals keys to shards by slot, whatever file they come from. Here each shard loads one file as it is, so
 * every file's keys must lie within one shard; any order of the files will do.
 */
async function inShardOrder(
  context: Context,
  files: readonly string[],
  group: Group,
  folder: string,
): Promise<readonly string[]> {
  const binary = await context.server();
  const holdings = await Promise.all(
    files.map(async (file, index) => ({
      file,
      slots: await slotsOrNone(slotsInRdb(binary, file, join(folder, `slots-${index + 1}`))),
    })),
  );
  // Files without keys, or that cannot be loaded, fit anywhere: they take what the others leave.
  const waiting = holdings.toSorted((a, b) => b.slots.length - a.slots.length);
  const placed = new Map<string, string>();
  for (const { file, slots } of waiting) {
    const shard = group.shards.find((one) => !placed.has(one.id) && includesSlots(one.slots, slots));
    if (shard === undefined) {
      throw new NotModelledError(
        'seeding shards whose slots differ from those that the RDB files were saved with',
      );
    }
    placed.set(shard.id, file);
  }
  return group.shards.flatMap(({ id }) => placed.get(id) ?? []);
}

/** A file that cannot be loaded fails the restore later on, as it would on AWS, not the request. */
async function slotsOrNone(slots: Promise<readonly SlotRange[]>): Promise<readonly SlotRange[]> {
  try {
    return await slots;
  } catch (error) {
    if (error instanceof NodeStartError) return [];
    throw error;
  }
}
