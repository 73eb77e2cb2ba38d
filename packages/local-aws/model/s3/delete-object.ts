import type { Call } from '../service.ts';
import { authorizeObject, checkVersionId } from './access.ts';
import type { Bucket } from './bucket.ts';
import { commitDeleteMarker } from './commit.ts';
import { etagMatches } from './conditions.ts';
import { refuseUnmodelled } from './input.ts';
import { isLocked, type ObjectVersion, type Version } from './object.ts';
import { accessDenied, invalidRequest, preconditionFailed } from './s3-error.ts';
import { discardContent, type S3State } from './state.ts';

interface DeleteObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly IfMatch?: string;
  readonly BypassGovernanceRetention?: boolean;
  readonly ExpectedBucketOwner?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(state: S3State, input: DeleteObjectInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [
    'Bucket',
    'Key',
    'VersionId',
    'IfMatch',
    'BypassGovernanceRetention',
    'ExpectedBucketOwner',
  ];
  refuseUnmodelled(input, { operation: 'DeleteObject', modelled, bucket });
  const { Key: key, VersionId: versionId } = input;
  if (versionId !== undefined) checkVersionId(versionId);
  authorizeObject(call, bucket, {
    key,
    action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    conditions: { 's3:VersionId': versionId, 's3:if-match': input.IfMatch },
  });
  const version = versionId === undefined ? bucket.objects.current(key) : bucket.objects.find(key, versionId);
  if (input.IfMatch !== undefined) checkIfMatch(version, input.IfMatch);
  if (versionId === undefined && bucket.configuration.versioned) {
    const marker = commitDeleteMarker(bucket, key, call.now);
    return { DeleteMarker: true, VersionId: marker.versionId };
  }
  if (version?.kind === 'object') requireUnlocked(version, bucket, { input, call });
  if (version !== undefined) removeVersion(state, bucket, version);
  if (versionId === undefined) return {};
  return { VersionId: versionId, ...(version?.kind === 'delete-marker' ? { DeleteMarker: true } : {}) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html */
function checkIfMatch(version: Version | undefined, condition: string): void {
  if (version?.kind === 'object' && etagMatches(version, condition)) return;
  throw preconditionFailed('If-Match');
}

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html: governance yields to a header and a
 * permission together, compliance and legal holds to nothing.
 * @throws ServiceError `AccessDenied`
 */
function requireUnlocked(
  version: ObjectVersion,
  bucket: Bucket,
  { input, call }: { readonly input: DeleteObjectInput; readonly call: Call },
): void {
  if (input.BypassGovernanceRetention === true && bucket.configuration.objectLock === undefined)
    throw invalidRequest('Bucket is missing Object Lock Configuration');
  if (!isLocked(version, call.now)) return;
  const governed = !version.legalHold && version.retention?.mode === 'GOVERNANCE';
  if (!governed || input.BypassGovernanceRetention !== true)
    throw accessDenied('Access Denied because object protected by object lock.');
  authorizeObject(call, bucket, { key: version.key, action: 's3:BypassGovernanceRetention' });
}

/** Removes a version for good, bytes and all. */
export function removeVersion(state: S3State, bucket: Bucket, version: Version): void {
  bucket.objects.remove(version);
  if (version.kind === 'object') discardContent(state, version.content);
}
