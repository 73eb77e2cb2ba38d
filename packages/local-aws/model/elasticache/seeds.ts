import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dealBySlot } from '../../redis/deal-by-slot.ts';
import { NodeStartError } from '../../redis/node.ts';
import { slotsInRdb } from '../../redis/rdb-slots.ts';
import { includesSlots, type SlotRange } from '../../redis/slots.ts';
import type { Context } from './context.ts';
import type { GroupRequest } from './group-request.ts';
import { invalidValue } from './refusals.ts';
import { type ServiceIdentity, serviceIdentity } from './snapshot-store.ts';
import type { Group } from './state.ts';

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** What a seed's bucket must grant: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html */
const BUCKET_GRANTS = ['s3:ListBucket', 's3:GetBucketAcl'];
/** The same page, for the regions that are enabled by default: what the file's own ACL grants. */
const OBJECT_GRANTS = ['READ', 'READ_ACP'] as const;

export interface Seeds {
  /** One per shard, in the shards' order; empty when the request names none. */
  readonly files: readonly string[];
  /** Whether a file has keys of other slots than its shard's. */
  readonly misplaced: boolean;
}

/** A file of a seed has keys that its shard does not serve. */
export class SeedMisplacedError extends Error {
  constructor() {
    super('a file has keys of hash slots that its node group does not serve');
    this.name = 'SeedMisplacedError';
  }
}

/**
 * Reads the RDB files that a request names, as the service, and says which shard each belongs to.
 * @throws InvalidParameterValue when a file may not or cannot be read, or is encrypted otherwise than with SSE-S3
 */
export async function fetchSeeds(context: Context, request: GroupRequest, group: Group): Promise<Seeds> {
  if (request.snapshotArns.length === 0) return { files: [], misplaced: false };
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
  if (group.clusterMode === 'off') return { files, misplaced: false };
  return placed(context, files, group, folder);
}

export function parseObjectArn(arn: string): S3Object {
  const [, bucket, key] = /^arn:aws:s3:::([^/,]+)\/([^,]+)$/.exec(arn) ?? [];
  if (bucket !== undefined && key !== undefined) return { bucket, key };
  throw invalidValue(`'${arn}' is not the ARN of an S3 object, or contains a comma`);
}

/** @throws InvalidParameterValue when ElastiCache may not read the object, or not as it is encrypted */
export async function checkObject(
  { s3, readings }: Context,
  service: ServiceIdentity,
  { bucket, key }: S3Object,
): Promise<void> {
  const region = s3.bucketRegion(bucket);
  if (region === undefined) throw invalidValue(`The S3 bucket ${bucket} does not exist.`);
  if (region !== service.region) throw invalidValue(`The S3 bucket ${bucket} is outside of the region.`);
  const granted =
    readings['seed-grant'] === 'acl'
      ? OBJECT_GRANTS.every((permission) => s3.aclGrants(bucket, key).includes(permission))
      : BUCKET_GRANTS.every((action) => s3.serviceAllowed(service, action, bucket)) &&
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
 * By slot, ElastiCache deals the keys to the shards, whichever file they come from: a file whose keys lie within one shard
 * is loaded as it is, others are dealt. In order, the n-th file belongs to the n-th shard.
 */
async function placed(
  context: Context,
  files: readonly string[],
  group: Group,
  folder: string,
): Promise<Seeds> {
  const binary = await context.server();
  const holdings = await Promise.all(
    files.map(async (file, index) => ({
      file,
      slots: await slotsOrNone(slotsInRdb(binary, file, join(folder, `slots-${index + 1}`))),
    })),
  );
  if (context.readings['seed-placement'] === 'in-order') {
    const isIn = (slots: readonly SlotRange[], at: number) =>
      includesSlots(group.shards[at]?.slots ?? [], slots);
    return { files, misplaced: !holdings.every(({ slots }, at) => isIn(slots, at)) };
  }
  const whole = inShardOrder(holdings, group);
  if (whole !== undefined) return { files: whole, misplaced: false };
  const shards = group.shards.map(({ slots }) => slots);
  return {
    files: await dealBySlot({ binary, files, shards, folder: join(folder, 'dealt') }),
    misplaced: false,
  };
}

interface Holding {
  readonly file: string;
  readonly slots: readonly SlotRange[];
}

/** @returns one file per shard, or undefined if the keys of a file lie in several */
function inShardOrder(holdings: readonly Holding[], group: Group): readonly string[] | undefined {
  // Files without keys, or that cannot be loaded, fit anywhere: they take what the others leave.
  const waiting = holdings.toSorted((a, b) => b.slots.length - a.slots.length);
  const taken = new Map<string, string>();
  for (const { file, slots } of waiting) {
    const shard = group.shards.find((one) => !taken.has(one.id) && includesSlots(one.slots, slots));
    if (shard === undefined) return undefined;
    taken.set(shard.id, file);
  }
  return group.shards.flatMap(({ id }) => taken.get(id) ?? []);
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
