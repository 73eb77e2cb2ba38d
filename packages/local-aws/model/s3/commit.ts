import { createHash, randomBytes } from 'node:crypto';
import type { Bucket } from './bucket.ts';
import { checksumMember, type StoredChecksum } from './checksum.ts';
import { checkWriteConditions, type WriteConditions } from './conditions.ts';
import type { Content } from './content-store.ts';
import { encryptionOutput } from './encryption.ts';
import { expirationHeader } from './expiration.ts';
import type { DeleteMarker, Encryption, ObjectAttributes, ObjectPart, ObjectVersion } from './object.ts';
import { discardContent, type S3State } from './state.ts';
import { defaultRetention } from './upload-attributes.ts';

export interface NewObject {
  readonly key: string;
  readonly attributes: ObjectAttributes;
  readonly content: Content;
  readonly etag: string;
  readonly md5Hex: string | undefined;
  readonly checksum: StoredChecksum;
  readonly parts: readonly ObjectPart[];
  readonly conditions: WriteConditions;
}

/**
 * Makes an object visible, whole and at once: readers see the version before it or this one, never a part of it. The
 * conditions are checked at this instant, as two uploads of one key may have streamed side by side.
 */
export async function commitObject(
  state: S3State,
  bucket: Bucket,
  object: NewObject,
): Promise<ObjectVersion> {
  const { key, attributes, content, conditions, ...rest } = object;
  try {
    checkWriteConditions(bucket, key, conditions);
  } catch (error) {
    await state.store.discard(content);
    throw error;
  }
  const now = state.clock.now();
  const version: ObjectVersion = {
    kind: 'object',
    key,
    versionId: newVersionId(bucket),
    createdAt: now,
    content,
    ...rest,
    ...attributes,
    retention: attributes.retention ?? defaultRetention(bucket, now),
  };
  const replaced = bucket.objects.add(version);
  if (replaced?.kind === 'object') discardContent(state, replaced.content);
  return version;
}

export function commitDeleteMarker(bucket: Bucket, key: string, now: number): DeleteMarker {
  const marker: DeleteMarker = {
    kind: 'delete-marker',
    key,
    versionId: newVersionId(bucket),
    createdAt: now,
  };
  bucket.objects.add(marker);
  return marker;
}

/** Version ids are opaque and URL-ready: https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html */
function newVersionId(bucket: Bucket): string {
  return bucket.configuration.versioned ? randomBytes(24).toString('base64url') : 'null';
}

/**
 * The MD5 of the bytes, except under SSE-KMS, where nobody may take it for one:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export function etagOf(md5: Buffer, encryption: Encryption): string {
  if (encryption.algorithm === 'AES256') return `"${md5.toString('hex')}"`;
  return `"${createHash('md5').update(md5).update(randomBytes(16)).digest('hex')}"`;
}

/** `VersionId`, where the bucket has versions. */
export function versionOutput(bucket: Bucket, version: { readonly versionId: string }): object {
  return bucket.configuration.versioned ? { VersionId: version.versionId } : {};
}

export function checksumOutput({ algorithm, value, type }: StoredChecksum): object {
  return { [checksumMember(algorithm)]: value, ChecksumType: type };
}

/** What PutObject, CopyObject and CompleteMultipartUpload all answer of the object that they made. */
export function storedOutput(bucket: Bucket, version: ObjectVersion): object {
  return {
    ...versionOutput(bucket, version),
    ...encryptionOutput(version.encryption),
    ...expirationOutput(bucket, version),
  };
}

export function expirationOutput(bucket: Bucket, version: ObjectVersion): object {
  const header = expirationHeader(bucket, version);
  return header === undefined ? {} : { Expiration: header };
}
