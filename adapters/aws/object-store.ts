import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectHead, ObjectStore } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { readAhead } from './read-ahead.ts';
import { nameOf, translating } from './translate.ts';

const MISSING = new Set(['NoSuchKey', 'NotFound']);
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
  /** Encrypt what is written under this key instead of the bucket's default. */
  readonly kmsKeyArn?: string;
}

/** One bucket over S3. Uploads carry the SDK's default checksum, and S3 verifies it. */
export function objectStore({ bucket, region, followsRegion, kmsKeyArn }: BucketOptions): ObjectStore {
  const client = new S3Client({
    ...CLIENT_OPTIONS,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
    ...(region === undefined ? {} : { region }),
    followRegionRedirects: followsRegion ?? false,
  });
  const at = (key: string) => ({ Bucket: bucket, Key: key });
  return {
    bucket,
    list: (prefix, options) => list(client, bucket, prefix, options?.startAfter),
    listFolders: (prefix, options) => listFolders(client, bucket, prefix, options?.startAfter),
    head: (key) =>
      orUndefined(`look for ${bucket}/${key}`, async () => {
        const { ContentLength, ETag, LastModified } = await client.send(new HeadObjectCommand(at(key)));
        return { key, bytes: ContentLength ?? 0, etag: ETag ?? '', modifiedAt: LastModified ?? new Date(0) };
      }),
    read: (key) =>
      orUndefined(`read ${bucket}/${key}`, async () => {
        const { Body, ETag } = await client.send(new GetObjectCommand(at(key)));
        return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: ETag ?? '' };
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
              ...(kmsKeyArn === undefined ? {} : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn }),
            }),
          );
          return 'written';
        } catch (error) {
          if (isConflict(nameOf(error), condition)) return 'conflict';
          throw error;
        }
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

async function list(
  client: S3Client,
  bucket: string,
  prefix: string,
  startAfter?: string,
): Promise<readonly ObjectHead[]> {
  return translating(`list ${bucket}/${prefix}`, async () => {
    const found: ObjectHead[] = [];
    for await (const page of paginateListObjectsV2(
      { client },
      { Bucket: bucket, Prefix: prefix, StartAfter: startAfter },
    )) {
      for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
        found.push({
          key: Key ?? '',
          bytes: Size ?? 0,
          etag: ETag ?? '',
          modifiedAt: LastModified ?? new Date(0),
        });
      }
    }
    return found;
  });
}

async function listFolders(
  client: S3Client,
  bucket: string,
  prefix: string,
  startAfter?: string,
): Promise<readonly string[]> {
  return translating(`list ${bucket}/${prefix}`, async () => {
    const found: string[] = [];
    const request = { Bucket: bucket, Prefix: prefix, Delimiter: '/', StartAfter: startAfter };
    for await (const page of paginateListObjectsV2({ client }, request)) {
      found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => (Prefix ?? '').slice(prefix.length, -1)));
    }
    return found;
  });
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
