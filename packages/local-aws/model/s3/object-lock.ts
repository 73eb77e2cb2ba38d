import type { Call } from '../service.ts';
import { authorizeObject, readableVersion } from './access.ts';
import type { Bucket } from './bucket.ts';
import { refuseUnmodelled } from './input.ts';
import type { ObjectVersion, Retention } from './object.ts';
import { accessDenied, malformedXml, S3Error } from './s3-error.ts';
import type { S3State } from './state.ts';
import { OBJECT_TARGET_MEMBERS, type ObjectTarget } from './tagging.ts';
import { checkedRetention, requestedLegalHold, requireObjectLock } from './upload-attributes.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html */
export async function getObjectRetention(state: S3State, input: ObjectTarget, call: Call): Promise<object> {
  const { version } = lockable(state, input, { call, operation: 'GetObjectRetention' });
  const { retention } = version;
  if (retention === undefined) throw noSuchLock();
  return { Retention: { Mode: retention.mode, RetainUntilDate: new Date(retention.until) } };
}

interface PutRetentionInput extends ObjectTarget {
  readonly Retention?: { readonly Mode?: string; readonly RetainUntilDate?: Date };
  readonly BypassGovernanceRetention?: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export async function putObjectRetention(
  state: S3State,
  input: PutRetentionInput,
  call: Call,
): Promise<object> {
  const more = ['Retention', 'BypassGovernanceRetention', 'ContentMD5', 'ChecksumAlgorithm'];
  const conditions = {
    's3:object-lock-mode': input.Retention?.Mode,
    's3:object-lock-retain-until-date': input.Retention?.RetainUntilDate?.toISOString(),
    's3:object-lock-remaining-retention-days': remainingDays(input.Retention?.RetainUntilDate, call.now),
  };
  const { bucket, version } = lockable(state, input, {
    call,
    operation: 'PutObjectRetention',
    more,
    conditions,
  });
  const { Mode: mode, RetainUntilDate: until } = input.Retention ?? {};
  const oneAlone = (mode === undefined) !== (until === undefined);
  if (oneAlone || !['GOVERNANCE', 'COMPLIANCE', undefined].includes(mode)) throw malformedXml();
  const wanted =
    mode === undefined || until === undefined
      ? undefined
      : checkedRetention(bucket, { mode, until }, call.now);
  if (weakens(version.retention, wanted, call.now)) requireBypass(bucket, version, { input, call });
  version.retention = wanted;
  return {};
}

/**
 * Whether AWS rounds is not documented; upwards is the stricter reading for a policy with an upper limit.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html (checked 2026-11-22)
 */
export function remainingDays(until: Date | undefined, now: number): string | undefined {
  return until === undefined ? undefined : String(Math.ceil((until.getTime() - now) / 86_400_000));
}

function weakens(from: Retention | undefined, to: Retention | undefined, now: number): boolean {
  if (from === undefined || from.until <= now) return false;
  return (
    to === undefined || to.until < from.until || (from.mode === 'COMPLIANCE' && to.mode !== 'COMPLIANCE')
  );
}

/** Compliance can be lengthened and nothing else, governance changed by those who may bypass it. */
function requireBypass(
  bucket: Bucket,
  version: ObjectVersion,
  { input, call }: { readonly input: PutRetentionInput; readonly call: Call },
): void {
  if (version.retention?.mode === 'COMPLIANCE' || input.BypassGovernanceRetention !== true)
    throw accessDenied('Access Denied because object protected by object lock.');
  authorizeObject(call, bucket, { key: version.key, action: 's3:BypassGovernanceRetention' });
}

interface PutLegalHoldInput extends ObjectTarget {
  readonly LegalHold?: { readonly Status?: string };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export async function putObjectLegalHold(
  state: S3State,
  input: PutLegalHoldInput,
  call: Call,
): Promise<object> {
  const more = ['LegalHold', 'ContentMD5', 'ChecksumAlgorithm'];
  const status = input.LegalHold?.Status ?? 'OFF';
  const conditions = { 's3:object-lock-legal-hold': status };
  const { bucket, version } = lockable(state, input, {
    call,
    operation: 'PutObjectLegalHold',
    more,
    conditions,
  });
  version.legalHold = requestedLegalHold(bucket, status);
  return {};
}

/** The version whose lock is read or changed; the action is named as the operation is, with or without a version id. */
function lockable(
  state: S3State,
  input: ObjectTarget,
  {
    call,
    operation,
    more = [],
    conditions = {},
  }: {
    readonly call: Call;
    readonly operation: string;
    readonly more?: readonly string[];
    readonly conditions?: Readonly<Record<string, string | undefined>>;
  },
): { bucket: Bucket; version: ObjectVersion } {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation, modelled: [...OBJECT_TARGET_MEMBERS, ...more], bucket });
  requireObjectLock(bucket);
  const action = `s3:${operation}`;
  if (Object.keys(conditions).length > 0)
    authorizeObject(call, bucket, { key: input.Key, action, conditions });
  const actions = { current: action, version: action };
  const version = readableVersion(call, bucket, { target: input, actions });
  return { bucket, version };
}

function noSuchLock(): S3Error {
  return new S3Error({
    code: 'NoSuchObjectLockConfiguration',
    message: 'The specified object does not have a ObjectLock configuration',
    status: 404,
  });
}
