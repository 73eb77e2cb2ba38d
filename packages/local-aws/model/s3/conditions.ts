import type { Bucket } from './bucket.ts';
import { lastModified, type ObjectVersion } from './object.ts';
import { noSuchKey, preconditionFailed, S3Error } from './s3-error.ts';

/** Conditions on what is read. */
export interface ReadConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
  readonly IfModifiedSince?: Date;
  readonly IfUnmodifiedSince?: Date;
}

/**
 * RFC 9110's order of precedence, which S3 states for If-Match with If-Unmodified-Since and for If-None-Match with
 * If-Modified-Since: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-reads.html
 * @throws ServiceError `PreconditionFailed` (412) or `NotModified` (304)
 */
export function checkReadConditions(version: ObjectVersion, conditions: ReadConditions): void {
  const { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince } = conditions;
  const modified = lastModified(version);
  if (IfMatch !== undefined) {
    if (!etagMatches(version, IfMatch)) throw preconditionFailed('If-Match');
  } else if (IfUnmodifiedSince !== undefined && modified > IfUnmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const unchanged =
    IfNoneMatch !== undefined
      ? etagMatches(version, IfNoneMatch)
      : IfModifiedSince !== undefined && modified <= IfModifiedSince;
  if (unchanged)
    throw new S3Error({
      code: 'NotModified',
      message: 'Not Modified',
      status: 304,
      headers: { etag: version.etag },
    });
}

/** The same conditions on a copy's source; there, "not modified" is a failed precondition. */
export function checkCopySourceConditions(
  version: ObjectVersion,
  input: {
    readonly CopySourceIfMatch?: string;
    readonly CopySourceIfNoneMatch?: string;
    readonly CopySourceIfModifiedSince?: Date;
    readonly CopySourceIfUnmodifiedSince?: Date;
  },
): void {
  const conditions = {
    ...(input.CopySourceIfMatch && { IfMatch: input.CopySourceIfMatch }),
    ...(input.CopySourceIfNoneMatch && { IfNoneMatch: input.CopySourceIfNoneMatch }),
    ...(input.CopySourceIfModifiedSince && { IfModifiedSince: input.CopySourceIfModifiedSince }),
    ...(input.CopySourceIfUnmodifiedSince && { IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince }),
  };
  try {
    checkReadConditions(version, conditions);
  } catch (error) {
    if (error instanceof S3Error && error.status === 304)
      throw preconditionFailed('x-amz-copy-source-If-None-Match');
    throw error;
  }
}

export const COPY_SOURCE_CONDITIONS = [
  'CopySourceIfMatch',
  'CopySourceIfNoneMatch',
  'CopySourceIfModifiedSince',
  'CopySourceIfUnmodifiedSince',
] as const;

/** Conditions on what a write would replace. */
export interface WriteConditions {
  readonly IfMatch?: string;
  readonly IfNoneMatch?: string;
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: `If-None-Match: *` asks that there be
 * no current object, and a delete marker counts as none; `If-Match` that the current object have this ETag.
 * @throws ServiceError `PreconditionFailed`, or `NoSuchKey` when there is nothing for If-Match to match
 */
export function checkWriteConditions(bucket: Bucket, key: string, conditions: WriteConditions): void {
  const current = bucket.objects.current(key);
  if (conditions.IfNoneMatch !== undefined) {
    if (conditions.IfNoneMatch !== '*')
      throw new S3Error({
        code: 'NotImplemented',
        message:
          'A header you provided implies functionality that is not implemented: If-None-Match other than *',
        status: 501,
        details: { Header: 'If-None-Match' },
      });
    if (current?.kind === 'object') throw preconditionFailed('If-None-Match');
  }
  if (conditions.IfMatch !== undefined) {
    if (current?.kind !== 'object') throw noSuchKey(key);
    if (!etagMatches(current, conditions.IfMatch)) throw preconditionFailed('If-Match');
  }
}

export function etagMatches(version: { readonly etag: string }, condition: string): boolean {
  return condition
    .split(',')
    .map((tag) => tag.trim())
    .some((tag) => tag === '*' || unquoted(tag) === unquoted(version.etag));
}

export function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
