import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import type { ObjectChecksum, ObjectHead, ObjectStore, VersionOptions } from '../../core/ports.ts';
import type { AwsClock } from './aws-clock.ts';
import { type Encryption, encryptionOf } from './encryption.ts';
import { list, listFolders, listVersions } from './object-listing.ts';
import { readAhead } from './read-ahead.ts';
import { s3Client } from './s3-client.ts';
import { nameOf, translating } from './translate.ts';

const MISSING = new Set(['NoSuchKey', 'NoSuchVersion', 'NotFound']);
const CONDITION_FAILED = new Set(['PreconditionFailed', 'ConditionalRequestConflict']);

/** Longer than this to connect, or without a byte on an open connection, and the SDK calls it broken. */
const CONNECT_MS = 5_000;
const SILENCE_MS = 10_000;

export interface BucketOptions {
  readonly bucket: string;
  /** @default the Lambda's region */
  readonly region?: string;
  /**
   * Go where S3 says that the bucket is, if that is another region.
   * @default false: a Lambda knows its buckets' regions, and another one is a mistake
   */
  readonly followsRegion?: boolean;
  /**
   * What is written is encrypted so, whatever the bucket's default is at the moment: where that was changed, the watch has to
   * be able to write that it was. @default the bucket's default
   */
  readonly encryption?: Encryption;
  /** To be kept right by its answers. */
  readonly clock?: AwsClock;
}

/** One bucket over S3. Uploads carry the SDK's default checksum, and S3 verifies it. */
export function objectStore({
  bucket,
  region,
  followsRegion,
  encryption,
  clock,
}: BucketOptions): ObjectStore {
  const client = s3Client({
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...(region === undefined ? {} : { region }),
    followRegionRedirects: followsRegion ?? false,
  });
  clock?.readFrom(client);
  const at = (key: string, { versionId }: VersionOptions = {}) => ({
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
  });
  return {
    bucket,
    list: (prefix, options) => list(client, bucket, prefix, options),
    listFolders: (prefix, options) => listFolders(client, bucket, prefix, options?.startAfter),
    versions: (prefix) => listVersions(client, bucket, prefix),
    head: (key, options) =>
      orUndefined(`look for ${bucket}/${key}`, async () => {
        const found = await client.send(new HeadObjectCommand(at(key, options)));
        return headOf(key, found);
      }),
    checksum: (key, options) =>
      orUndefined(`read the checksum of ${bucket}/${key}`, async () => {
        const request = new HeadObjectCommand({ ...at(key, options), ChecksumMode: 'ENABLED' });
        return checksumOf(await client.send(request));
      }),
    read: (key, options) =>
      orUndefined(`read ${bucket}/${key}`, async () => {
        const { Body, ETag, VersionId } = await client.send(new GetObjectCommand(at(key, options)));
        const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
        return { body, etag: ETag ?? '', ...(VersionId === undefined ? {} : { versionId: VersionId }) };
      }),
    stream: (key, options) => readAhead(client, { bucket, key, ...options }),
    write: (key, body, condition) =>
      translating(`write ${bucket}/${key}`, async () => {
        try {
          await client.send(
            new PutObjectCommand({
              ...at(key),
              Body: body,
              ...contentTypeOf(key),
              ...(condition === 'absent'
                ? { IfNoneMatch: '*' }
                : condition === undefined
                  ? {}
                  : { IfMatch: condition.etag }),
              ...encryptionOf(encryption),
            }),
          );
          return 'written';
        } catch (error) {
          if (isConflict(nameOf(error), condition)) return 'conflict';
          throw error;
        }
      }),
    tags: (key) =>
      translating(`read the tags of ${bucket}/${key}`, async () => {
        const { TagSet = [] } = await client.send(new GetObjectTaggingCommand(at(key)));
        return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
      }),
    tag: (key, tags) =>
      translating(`tag ${bucket}/${key}`, async () => {
        const { TagSet } = await client.send(new GetObjectTaggingCommand(at(key)));
        const others = (TagSet ?? []).filter(({ Key }) => !tags.some((tag) => tag.key === Key));
        const added = tags.map((tag) => ({ Key: tag.key, Value: tag.value }));
        await client.send(
          new PutObjectTaggingCommand({ ...at(key), Tagging: { TagSet: [...others, ...added] } }),
        );
      }),
    lock: (key, { mode, until }) =>
      translating(`lock ${bucket}/${key}`, async () => {
        const Mode = mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
        await client.send(
          new PutObjectRetentionCommand({ ...at(key), Retention: { Mode, RetainUntilDate: until } }),
        );
      }),
    remove: (key) =>
      translating(
        `remove ${bucket}/${key}`,
        async () => void (await client.send(new DeleteObjectCommand(at(key)))),
      ),
  };
}

function headOf(
  key: string,
  { ContentLength, ETag, LastModified, VersionId }: HeadObjectCommandOutput,
): ObjectHead {
  return {
    key,
    bytes: ContentLength ?? 0,
    etag: ETag ?? '',
    modifiedAt: LastModified ?? new Date(0),
    ...(VersionId === undefined ? {} : { versionId: VersionId }),
  };
}

/**
 * A checksum of parts (`COMPOSITE`) says nothing of the whole.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html (checked 2026-11-22)
 */
function checksumOf(found: HeadObjectCommandOutput): ObjectChecksum {
  const { ContentLength = 0, ChecksumCRC64NVME, ChecksumType } = found;
  return { bytes: ContentLength, crc64nvme: ChecksumType === 'COMPOSITE' ? undefined : ChecksumCRC64NVME };
}

/** Pages are opened from the bucket by browsers, which go by the type; nothing else asks for it. */
function contentTypeOf(key: string): { readonly ContentType?: string } {
  return key.endsWith('.html') ? { ContentType: 'text/html; charset=utf-8' } : {};
}

/**
 * If-Match on an object that is gone is answered with 404, not with 412.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html (checked 2026-11-21)
 */
function isConflict(refusal: string, condition: Parameters<ObjectStore['write']>[2]): boolean {
  return CONDITION_FAILED.has(refusal) || (typeof condition === 'object' && MISSING.has(refusal));
}

async function orUndefined<Found>(what: string, find: () => Promise<Found>): Promise<Found | undefined> {
  return translating(what, async () => {
    try {
      return await find();
    } catch (error) {
      if (MISSING.has(nameOf(error))) return undefined;
      throw error;
    }
  });
}
