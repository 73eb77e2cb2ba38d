import { randomBytes } from 'node:crypto';
import type { Call } from '../service.ts';
import { authorizeObject } from './access.ts';
import type { Bucket } from './bucket.ts';
import {
  type ChecksumAlgorithm,
  type ChecksumType,
  checksumAlgorithm,
  checksumMember,
  isCrc,
} from './checksum.ts';
import { COPY_SOURCE_CONDITIONS } from './conditions.ts';
import { sourceVersionOutput } from './copy-object.ts';
import { type CopySourceInput, readableSource } from './copy-source.ts';
import { authorizeKey, encryptionOutput } from './encryption.ts';
import { parseRange } from './get-object.ts';
import { checkKey, refuseUnmodelled } from './input.ts';
import { INTEGRITY_MEMBERS, type IntegrityInput, type ReceivedContent, receive } from './integrity.ts';
import type { MultipartUpload, UploadedPart } from './object.ts';
import { invalidArgument, invalidRequest, noSuchUpload } from './s3-error.ts';
import { discardContent, type S3State } from './state.ts';
import {
  authorizeUpload,
  creating,
  readAttributes,
  UPLOAD_MEMBERS,
  type UploadInput,
} from './upload-attributes.ts';

/** Names an upload that was begun. */
export interface UploadTarget {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
  readonly ExpectedBucketOwner?: string;
}

export const UPLOAD_TARGET_MEMBERS = ['Bucket', 'Key', 'UploadId', 'ExpectedBucketOwner'] as const;

/** Parts are numbered 1 to 10,000: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LAST_PART_NUMBER = 10_000;

interface CreateInput extends UploadInput {
  readonly ChecksumAlgorithm?: string;
  readonly ChecksumType?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export async function createMultipartUpload(state: S3State, input: CreateInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...UPLOAD_MEMBERS, 'ChecksumAlgorithm', 'ChecksumType'];
  refuseUnmodelled(input, { operation: 'CreateMultipartUpload', modelled, bucket });
  checkKey(input.Key);
  const attributes = readAttributes(bucket, input, call.now);
  authorizeUpload(call, bucket, { input, tags: attributes.tags, more: creating(false) });
  authorizeKey(state.kms, call, { encryption: attributes.encryption, action: 'kms:GenerateDataKey' });
  const checksum = uploadChecksum(input);
  const upload: MultipartUpload = {
    id: randomBytes(32).toString('base64url'),
    key: input.Key,
    initiatedAt: call.now,
    attributes,
    ...checksum,
    asked: input.ChecksumAlgorithm !== undefined,
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    ...encryptionOutput(attributes.encryption),
    ...(upload.asked ? { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.type } : {}),
  };
}

/** Which algorithm goes with which type: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function uploadChecksum(input: CreateInput): { algorithm: ChecksumAlgorithm; type: ChecksumType } {
  if (input.ChecksumAlgorithm === undefined) {
    if (input.ChecksumType !== undefined)
      throw invalidRequest(
        'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
      );
    return { algorithm: 'CRC64NVME', type: 'FULL_OBJECT' };
  }
  const algorithm = checksumAlgorithm(input.ChecksumAlgorithm);
  const type = input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE');
  const possible =
    type === 'FULL_OBJECT' ? isCrc(algorithm) : type === 'COMPOSITE' && algorithm !== 'CRC64NVME';
  if (!possible || (type !== 'FULL_OBJECT' && type !== 'COMPOSITE'))
    throw invalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    );
  return { algorithm, type };
}

interface UploadPartInput extends UploadTarget, IntegrityInput {
  readonly PartNumber: number;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(state: S3State, input: UploadPartInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...UPLOAD_TARGET_MEMBERS, ...INTEGRITY_MEMBERS, 'PartNumber'];
  refuseUnmodelled(input, { operation: 'UploadPart', modelled, bucket });
  authorizeObject(call, bucket, { key: input.Key, action: 's3:PutObject', conditions: creating(false) });
  const upload = uploadOf(bucket, input);
  checkPartNumber(input.PartNumber);
  authorizeKey(state.kms, call, { encryption: upload.attributes.encryption, action: 'kms:Decrypt' });
  const received = await receive(state.store, input, [upload.algorithm]);
  const { content, digests, sent } = received;
  if (upload.asked && sent !== undefined && sent !== upload.algorithm) {
    await state.store.discard(content);
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${upload.algorithm.toLowerCase()}, actual checksum Type: ${sent.toLowerCase()}`,
    );
  }
  const part = keepPart(state, bucket, { upload, number: input.PartNumber, received });
  const echoed = sent ?? upload.algorithm;
  return {
    ETag: part.etag,
    [checksumMember(echoed)]: (digests.get(echoed) ?? part.digest).toString('base64'),
    ...encryptionOutput(upload.attributes.encryption),
  };
}

interface UploadPartCopyInput extends UploadTarget, CopySourceInput {
  readonly PartNumber: number;
  readonly CopySourceRange?: string;
}

const PART_COPY_MEMBERS = [
  ...UPLOAD_TARGET_MEMBERS,
  ...COPY_SOURCE_CONDITIONS,
  'CopySource',
  'CopySourceRange',
  'ExpectedSourceBucketOwner',
  'PartNumber',
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export async function uploadPartCopy(
  state: S3State,
  input: UploadPartCopyInput,
  call: Call,
): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'UploadPartCopy', modelled: PART_COPY_MEMBERS, bucket });
  const source = readableSource(state, input, call);
  const copySource = `${source.bucket.name}/${source.version.key}`;
  authorizeObject(call, bucket, {
    key: input.Key,
    action: 's3:PutObject',
    conditions: { ...creating(false), 's3:x-amz-copy-source': copySource },
  });
  const upload = uploadOf(bucket, input);
  checkPartNumber(input.PartNumber);
  authorizeKey(state.kms, call, { encryption: upload.attributes.encryption, action: 'kms:Decrypt' });
  const { from, to } = copiedRange(input.CopySourceRange, source.version.content.bytes);
  const Body = state.store.read(source.version.content, from, to);
  const received = await receive(state.store, { Body, ContentLength: to - from }, [upload.algorithm]);
  const part = keepPart(state, bucket, { upload, number: input.PartNumber, received });
  return {
    CopyPartResult: {
      ETag: part.etag,
      LastModified: new Date(Math.floor(part.uploadedAt / 1000) * 1000),
      ...(upload.asked ? { [checksumMember(upload.algorithm)]: part.digest.toString('base64') } : {}),
    },
    ...sourceVersionOutput(source),
    ...encryptionOutput(upload.attributes.encryption),
  };
}

/** Unlike a read's, a copy's range must be whole and within the object. */
function copiedRange(range: string | undefined, total: number): { from: number; to: number } {
  if (range === undefined) return { from: 0, to: total };
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (first === undefined || last === undefined || Number(last) >= total)
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${total}`,
      'x-amz-copy-source-range',
      range,
    );
  return parseRange(range, total) ?? { from: 0, to: total };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export async function abortMultipartUpload(state: S3State, input: UploadTarget, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'AbortMultipartUpload', modelled: UPLOAD_TARGET_MEMBERS, bucket });
  authorizeObject(call, bucket, { key: input.Key, action: 's3:AbortMultipartUpload' });
  dropUpload(state, bucket, uploadOf(bucket, input));
  return {};
}

/** Forgets an upload and the parts it has. */
export function dropUpload(state: S3State, bucket: Bucket, upload: MultipartUpload): void {
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) discardContent(state, part.content);
}

/** @throws ServiceError `NoSuchUpload` */
export function uploadOf(bucket: Bucket, target: Pick<UploadTarget, 'Key' | 'UploadId'>): MultipartUpload {
  const upload = bucket.uploads.get(target.UploadId);
  if (upload === undefined || upload.key !== target.Key) throw noSuchUpload(target.UploadId);
  return upload;
}

/** A part sent again takes the place of the first; one for an upload that ended meanwhile is thrown away. */
function keepPart(
  state: S3State,
  bucket: Bucket,
  {
    upload,
    number,
    received,
  }: {
    readonly upload: MultipartUpload;
    readonly number: number;
    readonly received: ReceivedContent;
  },
): UploadedPart {
  const { content, md5, digests } = received;
  if (!bucket.uploads.has(upload.id)) {
    discardContent(state, content);
    throw noSuchUpload(upload.id);
  }
  const replaced = upload.parts.get(number);
  if (replaced !== undefined) discardContent(state, replaced.content);
  const part: UploadedPart = {
    number,
    content,
    etag: `"${md5.toString('hex')}"`,
    md5,
    digest: digests.get(upload.algorithm) ?? Buffer.alloc(0),
    uploadedAt: state.clock.now(),
  };
  upload.parts.set(number, part);
  return part;
}

function checkPartNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= LAST_PART_NUMBER) return;
  throw invalidArgument(
    `Part number must be an integer between 1 and ${LAST_PART_NUMBER}, inclusive`,
    'partNumber',
    String(number),
  );
}
