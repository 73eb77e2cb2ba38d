import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '../../core/model/errors.ts';
import { COPY_OBJECT_MAX_BYTES, MULTIPART_MAX_PARTS } from '../../core/model/limits.ts';
import type { ShardCopier } from '../../core/ports.ts';
import { encryptionOf } from './encryption.ts';
import { s3Client } from './s3-client.ts';
import { nameOf, translating } from './translate.ts';

type Order = Parameters<ShardCopier['copy']>[0];

const MIB = 1024 ** 2;

export interface CopierOptions {
  /** Up to so many bytes one CopyObject does it. @default S3's own 5 GiB */
  readonly singleCopyBytes?: number;
  /** Size of a part, bytes, at least 5 MiB. @default 512 MiB, more if 10,000 parts would not hold the object */
  readonly partBytes?: number;
  /** Of the bucket to copy into. @default the Lambda's region */
  readonly region?: string;
}

const MISSING = new Set(['NotFound', 'NoSuchVersion']);

/** Parts copied at the same time; S3 does the copying, so this costs no bandwidth here. */
const PARTS_AT_ONCE = 8;

/**
 * Copies on S3's side. The copy gets a full-object CRC64NVME, which is the same whatever the parts, and where the source
 * has one too the two are compared; sizes are compared always.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html (checked 2026-11-21)
 */
export function shardCopier({ region, ...limits }: CopierOptions = {}): ShardCopier {
  const destination = s3Client(region === undefined ? {} : { region });
  return {
    copy: async (order) => {
      const source = s3Client({ region: order.from.region });
      const original = await head(source, order.from);
      if (original === undefined) return 'missing';
      mustBeSealed(order.from, original);
      const present = await head(destination, order.to);
      if (present !== undefined && same(original, present)) return 'copied';
      const what = `copy ${order.from.bucket}/${order.from.key} to ${order.to.bucket}`;
      await translating(what, async () => {
        try {
          await ((original.ContentLength ?? 0) <= (limits.singleCopyBytes ?? COPY_OBJECT_MAX_BYTES)
            ? copyWhole(destination, order, original)
            : copyInParts(destination, order, original, limits));
        } catch (error) {
          // Every copy, and every part of one, is made on the condition that the source has not changed since.
          if (nameOf(error) === 'PreconditionFailed')
            mustBeSealed(order.from, await head(source, order.from));
          throw error;
        }
      });
      const copied = await head(destination, order.to);
      if (copied !== undefined && same(original, copied)) return 'copied';
      throw new AppError(
        'CopyDiffers',
        `${order.to.bucket}/${order.to.key} has ${copied?.ContentLength} bytes (CRC64NVME ${copied?.ChecksumCRC64NVME}), ` +
          `its source ${original.ContentLength} (${original.ChecksumCRC64NVME ?? 'none'})`,
      );
    },
  };
}

/**
 * Before anything is copied: whoever may write to the source could fill the destination.
 * @throws AppError `ExportChanged` if the source is not what was sealed
 */
function mustBeSealed(
  { bucket, key, etag, bytes }: Order['from'],
  found: Pick<HeadObjectCommandOutput, 'ETag' | 'ContentLength'> | undefined,
): void {
  const changed = (how: string) => new AppError('ExportChanged', `${bucket}/${key} has ${how}`);
  if (etag !== undefined && found?.ETag !== undefined && found.ETag !== etag)
    throw changed(`the ETag ${found.ETag}; ${etag} was sealed`);
  if (bytes !== undefined && found !== undefined && found.ContentLength !== bytes)
    throw changed(`${found.ContentLength} bytes; ${bytes} were sealed`);
}

/** A source without a full-object CRC64NVME (another uploader's choice) is compared by size; verification reads it all. */
function same(original: HeadObjectCommandOutput, copy: HeadObjectCommandOutput): boolean {
  if (original.ContentLength !== copy.ContentLength) return false;
  return original.ChecksumCRC64NVME === undefined || original.ChecksumCRC64NVME === copy.ChecksumCRC64NVME;
}

interface Place {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
}

async function head(client: S3Client, { bucket, key, versionId }: Place) {
  return translating(`look for ${bucket}/${key}`, async () => {
    try {
      const at = { Bucket: bucket, Key: key, VersionId: versionId };
      return await client.send(new HeadObjectCommand({ ...at, ChecksumMode: 'ENABLED' }));
    } catch (error) {
      if (MISSING.has(nameOf(error))) return undefined;
      throw error;
    }
  });
}

function target({ to, encryption, readableBy }: Order) {
  const grantee = `id="${readableBy}"`;
  return {
    Bucket: to.bucket,
    Key: to.key,
    ChecksumAlgorithm: 'CRC64NVME' as const,
    ...(readableBy === undefined ? {} : { GrantRead: grantee, GrantReadACP: grantee }),
    ...encryptionOf(encryption),
    ...(encryption === 'sse-s3' ? {} : { BucketKeyEnabled: true }),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (checked 2026-11-22): a version is named behind the key. */
function copySource({ from: { bucket, key, versionId } }: Order): string {
  const version = versionId === undefined ? '' : `?versionId=${encodeURIComponent(versionId)}`;
  return `${bucket}/${encodeURIComponent(key)}${version}`;
}

async function copyWhole(client: S3Client, order: Order, original: HeadObjectCommandOutput): Promise<void> {
  await client.send(
    new CopyObjectCommand({
      ...target(order),
      CopySource: copySource(order),
      CopySourceIfMatch: original.ETag,
      TaggingDirective: 'REPLACE',
    }),
  );
}

async function copyInParts(
  client: S3Client,
  order: Order,
  original: HeadObjectCommandOutput,
  { partBytes = 512 * MIB }: CopierOptions,
): Promise<void> {
  const bytes = original.ContentLength ?? 0;
  const size = Math.max(partBytes, Math.ceil(bytes / MULTIPART_MAX_PARTS));
  const at = { Bucket: order.to.bucket, Key: order.to.key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...target(order), ChecksumType: 'FULL_OBJECT' }),
  );
  const copyPart = async (part: number) => {
    const from = part * size;
    const { CopyPartResult } = await client.send(
      new UploadPartCopyCommand({
        ...at,
        UploadId,
        PartNumber: part + 1,
        CopySource: copySource(order),
        CopySourceRange: `bytes=${from}-${Math.min(from + size, bytes) - 1}`,
        CopySourceIfMatch: original.ETag,
      }),
    );
    return {
      PartNumber: part + 1,
      ETag: CopyPartResult?.ETag,
      ChecksumCRC64NVME: CopyPartResult?.ChecksumCRC64NVME,
    };
  };
  try {
    const parts = [];
    const count = Math.ceil(bytes / size);
    for (let first = 0; first < count; first += PARTS_AT_ONCE) {
      const batch = Array.from({ length: Math.min(PARTS_AT_ONCE, count - first) }, (_, at) =>
        copyPart(first + at),
      );
      parts.push(...(await Promise.all(batch)));
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        ...at,
        UploadId,
        MultipartUpload: { Parts: parts },
        ChecksumType: 'FULL_OBJECT',
        ...(original.ChecksumCRC64NVME === undefined
          ? {}
          : { ChecksumCRC64NVME: original.ChecksumCRC64NVME }),
      }),
    );
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...at, UploadId }));
    throw error;
  }
}
