import type { Call } from '../service.ts';
import { NotModelledError } from '../service.ts';
import { READ_OBJECT, readableVersion } from './access.ts';
import type { Bucket } from './bucket.ts';
import { owned } from './buckets.ts';
import { checkCopySourceConditions } from './conditions.ts';
import { authorizeKey } from './encryption.ts';
import { requireUnarchived } from './get-object.ts';
import type { ObjectVersion } from './object.ts';
import { invalidArgument, invalidRequest } from './s3-error.ts';
import type { S3State } from './state.ts';

export interface CopySourceInput {
  readonly CopySource: string;
  readonly ExpectedSourceBucketOwner?: string;
  readonly CopySourceIfMatch?: string;
  readonly CopySourceIfNoneMatch?: string;
  readonly CopySourceIfModifiedSince?: Date;
  readonly CopySourceIfUnmodifiedSince?: Date;
}

export interface CopySource {
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  /** As asked for; absent if the newest was. */
  readonly versionId: string | undefined;
}

/**
 * What a copy reads: any bucket of any region, as the request goes to the destination's.
 * @throws ServiceError as GetObject does
 */
export function readableSource(state: S3State, input: CopySourceInput, call: Call): CopySource {
  const { name, key, versionId } = parseCopySource(input.CopySource);
  const bucket = owned(state.buckets.get(name), input.ExpectedSourceBucketOwner);
  const target = { Key: key, VersionId: versionId };
  if (versionId !== undefined && bucket.objects.find(key, versionId)?.kind === 'delete-marker')
    throw invalidRequest(
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    );
  const version = readableVersion(call, bucket, { target, actions: READ_OBJECT });
  requireUnarchived(version);
  // The key is of the source's region, whichever the request goes to.
  const there = { ...call, region: bucket.region };
  authorizeKey(state.kms, there, { encryption: version.encryption, action: 'kms:Decrypt' });
  checkCopySourceConditions(version, input);
  return { bucket, version, versionId };
}

/** `bucket/key`, URL-encoded, with `?versionId=` behind: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
function parseCopySource(source: string): { name: string; key: string; versionId: string | undefined } {
  if (source.startsWith('arn:')) throw new NotModelledError(`access points (CopySource ${source})`);
  const [path = '', versionId] = source.split('?versionId=');
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeSource(path)) ?? [];
  if (name === undefined || key === undefined)
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      source,
    );
  return { name, key, versionId };
}

function decodeSource(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw invalidArgument('Invalid copy source encoding.', 'x-amz-copy-source', path);
  }
}
