import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import type { MutableFabric } from './fabric.ts';
import type { ServiceIdentity, SnapshotStore, Upload } from './model/elasticache/snapshot-store.ts';
import type { Bucket } from './model/s3/bucket.ts';
import type { S3Admin } from './model/s3/s3.ts';
import { type Principal, ServiceError } from './model/service.ts';

/**
 * Canonical user of ElastiCache in the regions that are enabled by default.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html
 */
const ELASTICACHE_USER = '540804c33a284a299d2547575ce1010f2312ef3da9b3a053c8bc45bf233e4353';

/** ElastiCache's way to S3: as its own service principal, under the bucket's policy, through the same calls as anybody's. */
export function snapshotStore(fabric: MutableFabric, s3: S3Admin): SnapshotStore {
  const run = (service: ServiceIdentity, operation: string, input: object) =>
    fabric.call({ service: 's3', operation, region: service.region, principal: principalOf(service), input });
  return {
    bucketRegion: (name) => existing(s3, name)?.region,
    bucketOwner: (name) => existing(s3, name)?.account,
    serviceAllowed: (service, action, name, key) =>
      allowed(fabric, s3.bucket(name), { service, action, key }),
    aclGrants: (name, key) => {
      const { acl } = objectIn(s3, name, key) ?? {};
      return (['READ', 'READ_ACP'] as const).filter((each) => acl?.[each].includes(ELASTICACHE_USER));
    },
    authorizeAsCaller: (call, action, resource) => {
      const bucket = existing(s3, resource.replace('arn:aws:s3:::', '').split('/')[0] ?? '');
      call.authorize({
        action,
        resource,
        ...(bucket === undefined ? {} : { resourceAccount: bucket.account, resourcePolicy: bucket.policy }),
      });
    },
    exists: async (name, key) => objectIn(s3, name, key) !== undefined,
    encryptionOf: async (name, key) => {
      const object = objectIn(s3, name, key);
      if (object === undefined) return undefined;
      return object.encryption.algorithm === 'aws:kms' ? 'SSE-KMS' : 'SSE-S3';
    },
    putAsService: (service, Bucket, Key, upload) =>
      put((operation, input) => run(service, operation, input), { Bucket, Key }, upload),
    getAsService: async (service, Bucket, Key, file) => {
      const { Body } = (await run(service, 'GetObject', { Bucket, Key })) as { readonly Body: Readable };
      await pipeline(Body, createWriteStream(file));
    },
  };
}

async function put(
  run: (operation: string, input: object) => Promise<object>,
  object: { readonly Bucket: string; readonly Key: string },
  { file, inParts, checksum, encryption }: Upload,
): Promise<void> {
  const attributes = { ...object, ...(encryption && { ServerSideEncryption: encryption }) };
  const sum = checksum && { ChecksumCRC32: await crc32Of(file) };
  const body = { Body: createReadStream(file), ...sum };
  if (!inParts) {
    await run('PutObject', { ...attributes, ...body });
    return;
  }
  const begin = { ...attributes, ...(checksum && { ChecksumAlgorithm: checksum }) };
  const { UploadId } = (await run('CreateMultipartUpload', begin)) as { UploadId: string };
  const part = { ...object, UploadId, PartNumber: 1, ...body };
  const { ETag } = (await run('UploadPart', part)) as { ETag: string };
  const MultipartUpload = { Parts: [{ PartNumber: 1, ETag, ...sum }] };
  await run('CompleteMultipartUpload', { ...object, UploadId, MultipartUpload });
}

/** As S3 takes it: big-endian, in base64. */
async function crc32Of(file: string): Promise<string> {
  let sum = 0;
  for await (const chunk of createReadStream(file)) sum = crc32(chunk, sum);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString('base64');
}

function principalOf({ principal, sourceAccount, sourceArn }: ServiceIdentity): Principal {
  return { kind: 'service', arn: principal, account: sourceAccount, sourceArn };
}

function existing(s3: S3Admin, name: string): Bucket | undefined {
  return unlessRefused(() => s3.bucket(name));
}

function objectIn(s3: S3Admin, bucket: string, key: string) {
  return unlessRefused(() => s3.object(bucket, key));
}

interface Permission {
  readonly service: ServiceIdentity;
  readonly action: string;
  readonly key: string | undefined;
}

function allowed(fabric: MutableFabric, bucket: Bucket, { service, action, key }: Permission): boolean {
  const asked = unlessRefused(() => {
    fabric.authorizeAs(
      principalOf(service),
      { service: 's3', operation: action.replace('s3:', ''), region: service.region },
      {
        action,
        resource: key === undefined ? bucket.arn : `${bucket.arn}/${key}`,
        resourceAccount: bucket.account,
        resourcePolicy: bucket.policy,
      },
    );
    return true;
  });
  return asked ?? false;
}

function unlessRefused<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
