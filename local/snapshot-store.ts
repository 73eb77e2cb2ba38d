import { createReadStream, createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MutableFabric } from './fabric.ts';
import type { ServiceIdentity, SnapshotStore } from './model/elasticache/snapshot-store.ts';
import type { Bucket } from './model/s3/bucket.ts';
import type { S3Admin } from './model/s3/s3.ts';
import { type Principal, ServiceError } from './model/service.ts';

/** ElastiCache's way to S3: as its own service principal, under the bucket's policy, through the same calls as anybody's. */
export function snapshotStore(fabric: MutableFabric, s3: S3Admin): SnapshotStore {
  const run = (service: ServiceIdentity, operation: string, input: object) =>
    fabric.call({ service: 's3', operation, region: service.region, principal: principalOf(service), input });
  return {
    bucketRegion: (name) => existing(s3, name)?.region,
    bucketOwner: (name) => existing(s3, name)?.account,
    serviceAllowed: (service, action, name, key) =>
      allowed(fabric, s3.bucket(name), { service, action, key }),
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
    putAsService: async (service, Bucket, Key, { file, inParts }) => {
      const object = { Bucket, Key };
      if (!inParts) {
        await run(service, 'PutObject', { ...object, Body: createReadStream(file) });
        return;
      }
      const { UploadId } = (await run(service, 'CreateMultipartUpload', object)) as { UploadId: string };
      const part = { ...object, UploadId, PartNumber: 1, Body: createReadStream(file) };
      const { ETag } = (await run(service, 'UploadPart', part)) as { ETag: string };
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      await run(service, 'CompleteMultipartUpload', { ...object, UploadId, MultipartUpload });
    },
    getAsService: async (service, Bucket, Key, file) => {
      const { Body } = (await run(service, 'GetObject', { Bucket, Key })) as { readonly Body: Readable };
      await pipeline(Body, createWriteStream(file));
    },
  };
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
