import type { Call } from '../service.ts';
import { READ_OBJECT, readableVersion } from './access.ts';
import type { Bucket } from './bucket.ts';
import { checksumOutput, expirationOutput, versionOutput } from './commit.ts';
import { checkReadConditions, type ReadConditions } from './conditions.ts';
import { authorizeKey, encryptionOutput } from './encryption.ts';
import { refuseUnmodelled } from './input.ts';
import { type KeptHeaders, lastModified, type ObjectVersion } from './object.ts';
import { invalidRequest, S3Error } from './s3-error.ts';
import type { S3State } from './state.ts';

interface GetObjectInput extends ReadConditions {
  readonly Bucket: string;
  readonly Key: string;
  readonly VersionId?: string;
  readonly Range?: string;
  readonly PartNumber?: number;
  readonly ChecksumMode?: string;
  readonly ExpectedBucketOwner?: string;
  readonly ResponseCacheControl?: string;
  readonly ResponseContentDisposition?: string;
  readonly ResponseContentEncoding?: string;
  readonly ResponseContentLanguage?: string;
  readonly ResponseContentType?: string;
  readonly ResponseExpires?: Date;
}

const RESPONSE_MEMBERS = [
  'CacheControl',
  'ContentDisposition',
  'ContentEncoding',
  'ContentLanguage',
  'ContentType',
  'Expires',
] as const;

const MODELLED = [
  'Bucket',
  'Key',
  'VersionId',
  'Range',
  'PartNumber',
  'ChecksumMode',
  'ExpectedBucketOwner',
  'IfMatch',
  'IfNoneMatch',
  'IfModifiedSince',
  'IfUnmodifiedSince',
  ...RESPONSE_MEMBERS.map((name) => `Response${name}`),
];

/** Classes whose objects must be restored before they can be read. Restoring is not modelled. */
const ARCHIVED: ReadonlySet<string> = new Set(['GLACIER', 'DEEP_ARCHIVE']);

/** Bytes `[from, to)` of an object. */
interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html. Body is a Node Readable. */
export async function getObject(state: S3State, input: GetObjectInput, call: Call): Promise<object> {
  const { bucket, version } = read(state, input, call, 'GetObject');
  requireUnarchived(version);
  authorizeKey(state.kms, call, { encryption: version.encryption, action: 'kms:Decrypt' });
  checkReadConditions(version, input);
  const range = requestedRange(version, input);
  const { from, to } = range ?? { from: 0, to: version.content.bytes };
  return {
    ...describe(bucket, version, { input, range }),
    Body: state.store.read(version.content, from, to),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export async function headObject(state: S3State, input: GetObjectInput, call: Call): Promise<object> {
  const { bucket, version } = read(state, input, call, 'HeadObject');
  // The checksum of an SSE-KMS object is encrypted with it.
  if (input.ChecksumMode === 'ENABLED')
    authorizeKey(state.kms, call, { encryption: version.encryption, action: 'kms:Decrypt' });
  checkReadConditions(version, input);
  return describe(bucket, version, { input, range: requestedRange(version, input) });
}

function read(
  state: S3State,
  input: GetObjectInput,
  call: Call,
  operation: string,
): { bucket: Bucket; version: ObjectVersion } {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation, modelled: MODELLED, bucket });
  return { bucket, version: readableVersion(call, bucket, { target: input, actions: READ_OBJECT }) };
}

/** @throws ServiceError `InvalidObjectState` for an object in an archive class */
export function requireUnarchived(version: ObjectVersion): void {
  if (!ARCHIVED.has(version.storageClass)) return;
  throw new S3Error({
    code: 'InvalidObjectState',
    message: "The operation is not valid for the object's storage class",
    status: 403,
    details: { StorageClass: version.storageClass },
  });
}

function describe(
  bucket: Bucket,
  version: ObjectVersion,
  { input, range }: { readonly input: GetObjectInput; readonly range: ByteRange | undefined },
): object {
  const total = version.content.bytes;
  return {
    AcceptRanges: 'bytes',
    LastModified: lastModified(version),
    ETag: version.etag,
    ContentType: 'binary/octet-stream',
    ...version.headers,
    ...responseOverrides(input),
    Metadata: version.metadata,
    ContentLength: range === undefined ? total : range.to - range.from,
    ...(range === undefined ? {} : { ContentRange: `bytes ${range.from}-${range.to - 1}/${total}` }),
    ...(input.PartNumber !== undefined && version.parts.length > 0
      ? { PartsCount: version.parts.length }
      : {}),
    // A checksum of the whole says nothing of a range.
    ...(input.ChecksumMode === 'ENABLED' && range === undefined ? checksumOutput(version.checksum) : {}),
    ...(version.storageClass === 'STANDARD' ? {} : { StorageClass: version.storageClass }),
    ...versionOutput(bucket, version),
    ...encryptionOutput(version.encryption),
    ...expirationOutput(bucket, version),
    ...lockOutput(version),
  };
}

function responseOverrides(input: GetObjectInput): KeptHeaders {
  const asked = RESPONSE_MEMBERS.map((name) => [name, input[`Response${name}`]] as const);
  return Object.fromEntries(asked.filter(([, value]) => value !== undefined));
}

function lockOutput({ retention, legalHold }: ObjectVersion): object {
  return {
    ...(retention && {
      ObjectLockMode: retention.mode,
      ObjectLockRetainUntilDate: new Date(retention.until),
    }),
    ...(legalHold ? { ObjectLockLegalHoldStatus: 'ON' } : {}),
  };
}

function requestedRange(version: ObjectVersion, input: GetObjectInput): ByteRange | undefined {
  if (input.PartNumber === undefined) return parseRange(input.Range, version.content.bytes);
  if (input.Range !== undefined)
    throw invalidRequest('Cannot specify both Range header and partNumber query parameter');
  return partRange(version, input.PartNumber);
}

/**
 * One `bytes=` range. As S3 does, a range of another form is ignored, and several ranges are answered with the whole:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export function parseRange(range: string | undefined, total: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const from = first === '' ? Math.max(total - Number(last), 0) : Number(first);
  const to = first === '' || last === '' ? total : Math.min(Number(last) + 1, total);
  if (from < to) return { from, to };
  throw new S3Error({
    code: 'InvalidRange',
    message: 'The requested range is not satisfiable',
    status: 416,
    details: { RangeRequested: range, ActualObjectSize: total },
    headers: { 'content-range': `bytes */${total}` },
  });
}

function partRange(version: ObjectVersion, number: number): ByteRange {
  const parts = version.parts.length > 0 ? version.parts : [{ number: 1, bytes: version.content.bytes }];
  let from = 0;
  for (const part of parts) {
    if (part.number === number) return { from, to: from + part.bytes };
    from += part.bytes;
  }
  throw new S3Error({
    code: 'InvalidPartNumber',
    message: 'The requested partnumber is not satisfiable',
    status: 416,
  });
}
