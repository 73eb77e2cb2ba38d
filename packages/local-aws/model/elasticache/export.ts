import { copyFile } from 'node:fs/promises';
import { type Context, whenDone } from './context.ts';
import { flipByte } from './flip-byte.ts';
import { invalidValue } from './refusals.ts';
import { type ServiceIdentity, serviceIdentity } from './snapshot-store.ts';
import type { NodeSnapshotRecord, RegionState, SnapshotRecord } from './state.ts';

export interface ExportTarget {
  readonly bucket: string;
  /** What the keys begin with. */
  readonly target: string;
}

/**
 * Permissions by the names that the refusals give them, and what each takes of the bucket's policy.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (grant ElastiCache access) and
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopySnapshot.html (error messages)
 */
const GRANTS = [
  { permission: 'READ', actions: ['s3:ListBucket', 's3:ListBucketMultipartUploads'], of: 'bucket' },
  { permission: 'READ_ACP', actions: ['s3:GetBucketAcl'], of: 'bucket' },
  { permission: 'WRITE', actions: ['s3:PutObject'], of: 'object' },
  { permission: 'READ', actions: ['s3:GetObject', 's3:ListMultipartUploadParts'], of: 'object' },
] as const;

/**
 * Checks the bucket, then writes one RDB file per shard to it, `<target>-0001.rdb` and so on, as the ElastiCache
 * service. The snapshot is `exporting` until that is done.
 * @throws InvalidParameterValue with the documented message for what is wrong with the bucket
 */
export async function exportTo(
  context: Context,
  state: RegionState,
  snapshot: SnapshotRecord,
  { bucket, target }: ExportTarget,
): Promise<void> {
  const service = serviceIdentity(state.region, state.account, snapshot.arn);
  const files = snapshot.nodes.map((node, index) => ({
    node,
    key: `${target}-${numberOf(context, node, index)}.rdb`,
  }));
  checkBucket(context, service, bucket);
  for (const { key } of files) {
    checkGrants(context, service, bucket, key);
    if (await context.s3.exists(bucket, key)) {
      throw invalidValue(`The S3 bucket ${bucket} already contains an object with key ${key}.`);
    }
  }
  const frozen = context.strikes('freeze', 'CopySnapshot', state.region, `${snapshot.name} ${target}`);
  const write = (some: typeof files) =>
    Promise.all(some.map(({ node, key }) => writeFile(context, snapshot, node, { service, bucket, key })));
  const early = context.readings['export-files-appear'] === 'together' ? [] : files.slice(0, -1);
  const delayMs = context.durationMs('export', `${snapshot.arn} ${context.clock.now()}`);
  // A file that is there is a file that is whole, as with any S3 upload.
  const end = (before: readonly Promise<unknown>[]) =>
    whenDone(context, Promise.all([...before, write(files.slice(early.length))]), 0, (outcome) =>
      settle(context, state, snapshot, bucket, outcome),
    );
  if (frozen) {
    snapshot.thaw = () => end([write(early)]);
    return;
  }
  const startedAt = context.clock.now();
  const written: Promise<unknown>[] = [];
  for (const [index, file] of early.entries())
    context.clock.at(startedAt + (delayMs * (index + 1)) / files.length, () => {
      const writing = context.clock.track(write([file]));
      writing.catch(() => undefined);
      written.push(writing);
    });
  context.clock.at(startedAt + delayMs, () => end(written));
}

function numberOf({ readings }: Context, { shardId }: NodeSnapshotRecord, index: number): string {
  const number = readings['export-file-numbers'] === 'consecutive' ? `${index + 1}` : shardId;
  return number.padStart(4, '0');
}

/** @throws InvalidParameterValue with the documented message */
export function checkBucket({ s3 }: Context, service: ServiceIdentity, bucket: string): void {
  const region = s3.bucketRegion(bucket);
  if (region === undefined) throw invalidValue(`The S3 bucket ${bucket} does not exist.`);
  if (region !== service.region) throw invalidValue(`The S3 bucket ${bucket} is outside of the region.`);
  if (s3.bucketOwner(bucket) !== service.sourceAccount) {
    throw invalidValue(`The S3 bucket ${bucket} is not owned by the authenticated user.`);
  }
}

/**
 * Under the reading that the bucket's ACL decides, nothing is granted: ACLs of buckets are not modelled.
 * @throws InvalidParameterValue with the documented message
 */
export function checkGrants(
  { s3, readings }: Context,
  service: ServiceIdentity,
  bucket: string,
  key: string,
): void {
  for (const { permission, actions, of } of GRANTS) {
    const granted = actions.every((action) =>
      of === 'bucket'
        ? s3.serviceAllowed(service, action, bucket)
        : s3.serviceAllowed(service, action, bucket, key),
    );
    if (!granted || readings['export-grant'] === 'acl') {
      throw invalidValue(
        `ElastiCache has not been granted ${permission} permissions ${bucket} on the S3 Bucket.`,
      );
    }
  }
}

async function writeFile(
  context: Context,
  snapshot: SnapshotRecord,
  node: NodeSnapshotRecord,
  target: UploadTarget,
): Promise<void> {
  if (node.saved === undefined) throw new Error(`${snapshot.name} has no data of shard ${node.shardId}`);
  await upload(context, 'CopySnapshot', node.saved.file, target);
}

export interface UploadTarget {
  readonly service: ServiceIdentity;
  readonly bucket: string;
  readonly key: string;
}

/** Writes one file of an export, as the service. A fault may damage it, or leave it out. */
export async function upload(
  context: Context,
  operation: string,
  saved: string,
  { service, bucket, key }: UploadTarget,
): Promise<void> {
  if (context.strikes('omit', operation, service.region, key)) return;
  let file = saved;
  if (context.strikes('flip-byte', operation, service.region, key)) {
    file = saved.replace(/\.rdb$/, '-damaged.rdb');
    await copyFile(saved, file);
    await flipByte(file);
  }
  await context.s3.putAsService(service, bucket, key, {
    file,
    inParts: context.readings['exported-objects'] === 'multipart',
    checksum: context.readings['exported-checksum'] === 'crc32' ? 'CRC32' : undefined,
    encryption: context.readings['exported-encryption'] === 'sse-s3' ? 'AES256' : undefined,
  });
}

/** Whatever became of the export, the snapshot itself is as good as before. */
function settle(
  context: Context,
  state: RegionState,
  snapshot: SnapshotRecord,
  bucket: string,
  outcome: PromiseSettledResult<unknown>,
): void {
  snapshot.thaw = undefined;
  snapshot.status = 'available';
  const told = outcome.status === 'fulfilled' ? 'succeeded' : `failed (${String(outcome.reason)})`;
  context.tell(state, {
    sourceType: snapshot.cacheClusterId === undefined ? 'replication-group' : 'cache-cluster',
    sourceId: snapshot.cacheClusterId ?? snapshot.source.id,
    message: `Export of snapshot '${snapshot.name}' to bucket '${bucket}' ${told}`,
  });
}
