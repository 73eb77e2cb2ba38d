import { type Call, NotModelledError } from '../service.ts';
import { authorizeObject, requestTags } from './access.ts';
import type { Bucket } from './bucket.ts';
import type { WriteConditions } from './conditions.ts';
import {
  ENCRYPTION_MEMBERS,
  type EncryptionInput,
  encryptionConditions,
  requestedEncryption,
} from './encryption.ts';
import { storageClassOf, tagsOfHeader } from './input.ts';
import { DAY_MS, type KeptHeaders, type ObjectAttributes, type Retention } from './object.ts';
import { invalidArgument, invalidRequest, S3Error } from './s3-error.ts';

/** What PutObject, CopyObject and CreateMultipartUpload have in common. */
export interface UploadInput extends EncryptionInput, KeptHeaders, WriteConditions {
  readonly Bucket: string;
  readonly Key: string;
  readonly ExpectedBucketOwner?: string;
  readonly ACL?: string;
  readonly GrantRead?: string;
  readonly GrantReadACP?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Tagging?: string;
  readonly StorageClass?: string;
  readonly ObjectLockMode?: string;
  readonly ObjectLockRetainUntilDate?: Date;
  readonly ObjectLockLegalHoldStatus?: string;
}

const KEPT_HEADERS = [
  'ContentType',
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'Expires',
] as const;

export const UPLOAD_MEMBERS: readonly string[] = [
  'Bucket',
  'Key',
  'ExpectedBucketOwner',
  'ACL',
  'GrantRead',
  'GrantReadACP',
  'Metadata',
  'Tagging',
  'StorageClass',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ObjectLockLegalHoldStatus',
  ...KEPT_HEADERS,
  ...ENCRYPTION_MEMBERS,
];

/** @throws ServiceError or NotModelledError for what an object cannot be given */
export function readAttributes(bucket: Bucket, input: UploadInput, now: number): ObjectAttributes {
  checkAcl(bucket, input);
  return {
    encryption: requestedEncryption(bucket, input),
    headers: keptHeaders(input),
    metadata: input.Metadata ?? {},
    tags: tagsOfHeader(input.Tagging),
    storageClass: storageClassOf(input.StorageClass),
    retention: requestedRetention(bucket, input, now),
    legalHold: requestedLegalHold(bucket, input.ObjectLockLegalHoldStatus),
    acl: { READ: granteesOf(input.GrantRead), READ_ACP: granteesOf(input.GrantReadACP) },
  };
}

export function keptHeaders(input: KeptHeaders): KeptHeaders {
  return Object.fromEntries(
    KEPT_HEADERS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]),
  );
}

/**
 * Whether a request makes an object, or is one of those before it in an upload of parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html (checked 2026-11-25)
 */
export function creating(makesObject: boolean): Readonly<Record<string, string>> {
  return { 's3:ObjectCreationOperation': String(makesObject) };
}

/** Puts an upload to IAM: the write itself, and the permissions that tags, lock and ACL need besides. */
export function authorizeUpload(
  call: Call,
  bucket: Bucket,
  {
    input,
    tags,
    more = {},
  }: {
    readonly input: UploadInput;
    readonly tags: ReadonlyMap<string, string>;
    readonly more?: Readonly<Record<string, string | undefined>>;
  },
): void {
  const ask = (
    action: string,
    conditions: Readonly<Record<string, string | readonly string[] | undefined>>,
  ) => authorizeObject(call, bucket, { key: input.Key, action, conditions });
  const lock = {
    's3:object-lock-mode': input.ObjectLockMode,
    's3:object-lock-retain-until-date': input.ObjectLockRetainUntilDate?.toISOString(),
    's3:object-lock-legal-hold': input.ObjectLockLegalHoldStatus,
  };
  ask('s3:PutObject', {
    ...encryptionConditions(input),
    's3:x-amz-storage-class': input.StorageClass,
    's3:x-amz-acl': input.ACL,
    's3:x-amz-grant-read': input.GrantRead,
    's3:x-amz-grant-read-acp': input.GrantReadACP,
    's3:if-none-match': input.IfNoneMatch,
    's3:if-match': input.IfMatch,
    ...lock,
    ...requestTags(tags),
    ...more,
  });
  if (tags.size > 0) ask('s3:PutObjectTagging', requestTags(tags));
  if (input.ObjectLockMode !== undefined) ask('s3:PutObjectRetention', lock);
  if (input.ObjectLockLegalHoldStatus !== undefined) ask('s3:PutObjectLegalHold', lock);
  if (input.ACL !== undefined || grantsAnything(input))
    ask('s3:PutObjectAcl', {
      's3:x-amz-acl': input.ACL,
      's3:x-amz-grant-read': input.GrantRead,
      's3:x-amz-grant-read-acp': input.GrantReadACP,
    });
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: comparing with the object reads it.
  if (input.IfMatch !== undefined) ask('s3:GetObject', {});
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
function checkAcl(bucket: Bucket, input: UploadInput): void {
  const { ACL: acl } = input;
  const isOwners = acl === undefined || acl === 'bucket-owner-full-control';
  if (isOwners && !grantsAnything(input)) return;
  const { objectOwnership } = bucket.configuration;
  if (objectOwnership === 'BucketOwnerPreferred' || objectOwnership === 'ObjectWriter') {
    if (isOwners) return;
    throw new NotModelledError(`the ACL ${acl}`);
  }
  throw new S3Error({
    code: 'AccessControlListNotSupported',
    message: 'The bucket does not allow ACLs',
    status: 400,
  });
}

const grantsAnything = ({ GrantRead, GrantReadACP }: UploadInput): boolean =>
  GrantRead !== undefined || GrantReadACP !== undefined;

/**
 * Grantees of an `x-amz-grant-…` header, by canonical user id; groups and e-mail addresses are not modelled.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 */
function granteesOf(header: string | undefined): readonly string[] {
  return (header?.split(',') ?? []).map((grantee) => {
    const [, id] = /^\s*id="?([0-9a-f]{64})"?\s*$/.exec(grantee) ?? [];
    if (id === undefined) throw new NotModelledError(`the grantee ${grantee}`);
    return id;
  });
}

function requestedRetention(bucket: Bucket, input: UploadInput, now: number): Retention | undefined {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input;
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined)
    throw invalidArgument(
      'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
      'x-amz-object-lock-mode',
      String(mode),
    );
  return checkedRetention(bucket, { mode, until }, now);
}

/** @throws ServiceError `InvalidRequest` without Object Lock, `InvalidArgument` for an instant that has passed */
export function checkedRetention(
  bucket: Bucket,
  { mode, until }: { readonly mode: string; readonly until: Date },
  now: number,
): Retention {
  requireObjectLock(bucket);
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE')
    throw invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode);
  if (until.getTime() <= now)
    throw invalidArgument(
      'The retain until date must be in the future!',
      'x-amz-object-lock-retain-until-date',
      until.toISOString(),
    );
  return { mode, until: until.getTime() };
}

export function requestedLegalHold(bucket: Bucket, status: string | undefined): boolean {
  if (status === undefined) return false;
  requireObjectLock(bucket);
  if (status !== 'ON' && status !== 'OFF')
    throw invalidArgument('Legal Hold must be either of ON or OFF', 'x-amz-object-lock-legal-hold', status);
  return status === 'ON';
}

export function requireObjectLock(bucket: Bucket): void {
  if (bucket.configuration.objectLock === undefined)
    throw invalidRequest('Bucket is missing Object Lock Configuration');
}

/** The bucket's default, for an object that asked for none itself. */
export function defaultRetention(bucket: Bucket, now: number): Retention | undefined {
  const byDefault = bucket.configuration.objectLock?.defaultRetention;
  return byDefault && { mode: byDefault.mode, until: now + byDefault.days * DAY_MS };
}
