import type { Call, ServiceError } from '../service.ts';
import type { Bucket } from './bucket.ts';
import type { DeleteMarker, ObjectVersion, Version } from './object.ts';
import { invalidArgument, noSuchKey, noSuchVersion, S3Error } from './s3-error.ts';

/*
 * Which action, on which resource, with which condition keys, each operation asks IAM for:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 *
 * The keys that do not depend on the operation (aws:SecureTransport, s3:TlsVersion, s3:ResourceAccount) come from IAM:
 * packages/local-aws/iam/context.ts.
 */

type Conditions = Readonly<Record<string, string | readonly string[] | undefined>>;

export function authorizeBucket(
  call: Call,
  bucket: Bucket,
  action: string,
  conditions: Conditions = {},
): void {
  call.authorize({
    action,
    resource: bucket.arn,
    resourceAccount: bucket.account,
    resourcePolicy: bucket.policy,
    conditions: given(conditions),
  });
}

export function authorizeObject(
  call: Call,
  bucket: Bucket,
  {
    key,
    action,
    conditions = {},
  }: { readonly key: string; readonly action: string; readonly conditions?: Conditions },
): void {
  call.authorize({
    action,
    resource: `${bucket.arn}/${key}`,
    resourceAccount: bucket.account,
    resourcePolicy: bucket.policy,
    conditions: given(conditions),
  });
}

function given(conditions: Conditions): Record<string, string | readonly string[]> {
  const kept: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(conditions)) if (value !== undefined) kept[key] = value;
  return kept;
}

/** `s3:ExistingObjectTag/<key>`: the tags of the object that is read. */
export function existingTags(version: Version | undefined): Conditions {
  if (version?.kind !== 'object') return {};
  return Object.fromEntries([...version.tags].map(([key, value]) => [`s3:ExistingObjectTag/${key}`, value]));
}

/** `s3:RequestObjectTag/<key>` and `s3:RequestObjectTagKeys`: the tags that a request sets. */
export function requestTags(tags: ReadonlyMap<string, string>): Conditions {
  if (tags.size === 0) return {};
  const byKey = Object.fromEntries([...tags].map(([key, value]) => [`s3:RequestObjectTag/${key}`, value]));
  return { ...byKey, 's3:RequestObjectTagKeys': [...tags.keys()] };
}

/** Actions on an object's newest version and on one named by its id go by different names. */
export interface ReadActions {
  readonly current: string;
  readonly version: string;
}

export const READ_OBJECT: ReadActions = { current: 's3:GetObject', version: 's3:GetObjectVersion' };
export const READ_TAGS: ReadActions = {
  current: 's3:GetObjectTagging',
  version: 's3:GetObjectVersionTagging',
};

interface Target {
  readonly Key: string;
  readonly VersionId?: string | undefined;
}

/**
 * The object that a call reads, once IAM let it.
 * @throws ServiceError `AccessDenied`; `NoSuchKey` or `NoSuchVersion`, but only to those who may list the bucket:
 * anyone else cannot tell a missing key from a forbidden one
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html); `MethodNotAllowed` for a delete marker's id
 *
 * @param markers whether a delete marker on top hides the object (404), or is itself refused (405, as tags do)
 */
export function readableVersion(
  call: Call,
  bucket: Bucket,
  {
    target,
    actions,
    markers = 'hide',
  }: { readonly target: Target; readonly actions: ReadActions; readonly markers?: 'hide' | 'refuse' },
): ObjectVersion {
  const version = lookUp(bucket, target);
  const named = target.VersionId !== undefined;
  authorizeObject(call, bucket, {
    key: target.Key,
    action: named ? actions.version : actions.current,
    conditions: { ...existingTags(version), 's3:VersionId': target.VersionId },
  });
  if (version?.kind === 'object') return version;
  authorizeBucket(call, bucket, named ? 's3:ListBucketVersions' : 's3:ListBucket');
  if (version === undefined)
    throw named ? noSuchVersion(target.Key, target.VersionId ?? '') : noSuchKey(target.Key);
  throw hiddenBy(version, named || markers === 'refuse');
}

function lookUp(bucket: Bucket, { Key, VersionId }: Target): Version | undefined {
  if (VersionId !== undefined) checkVersionId(VersionId);
  return VersionId === undefined ? bucket.objects.current(Key) : bucket.objects.find(Key, VersionId);
}

/** What S3 has ever given out as a version id: 32 characters of base64url, or `null`. */
const VERSION_ID = /^(?:null|[\w.-]{32})$/;

/**
 * An id that S3 cannot have given out is refused as such, before it is looked up.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (InvalidArgument)
 */
export function checkVersionId(versionId: string): void {
  if (VERSION_ID.test(versionId)) return;
  throw invalidArgument('Invalid version id specified', 'versionId', versionId);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html */
function hiddenBy(marker: DeleteMarker, named: boolean): ServiceError {
  const headers = { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker.versionId };
  if (!named)
    return new S3Error({
      code: 'NoSuchKey',
      message: 'The specified key does not exist.',
      status: 404,
      details: { Key: marker.key },
      headers,
    });
  return new S3Error({
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    status: 405,
    details: { Method: 'GET', ResourceType: 'DeleteMarker' },
    headers: { ...headers, allow: 'DELETE' },
  });
}
