import { createHash } from 'node:crypto';
import type { Call } from '../service.ts';
import { authorizeObject } from './access.ts';
import {
  ALGORITHMS,
  checksumMember,
  compositeChecksum,
  fullObjectChecksum,
  type StoredChecksum,
} from './checksum.ts';
import { checksumOutput, commitObject, storedOutput } from './commit.ts';
import { checkWriteConditions, unquoted, type WriteConditions } from './conditions.ts';
import type { Content } from './content-store.ts';
import { authorizeKey } from './encryption.ts';
import { refuseUnmodelled } from './input.ts';
import type { IntegrityInput } from './integrity.ts';
import { UPLOAD_TARGET_MEMBERS, type UploadTarget, uploadOf } from './multipart.ts';
import type { MultipartUpload, ObjectPart, UploadedPart } from './object.ts';
import { badDigest, invalidRequest, S3Error } from './s3-error.ts';
import { discardContent, type S3State } from './state.ts';
import { creating } from './upload-attributes.ts';

type CompletedPart = IntegrityInput & { readonly PartNumber?: number; readonly ETag?: string };

interface CompleteInput extends UploadTarget, WriteConditions, IntegrityInput {
  readonly MultipartUpload?: { readonly Parts?: readonly CompletedPart[] };
  readonly ChecksumType?: string;
  readonly MpuObjectSize?: number;
}

const CHECKSUM_MEMBERS = ALGORITHMS.map(checksumMember);
const MODELLED = [
  ...UPLOAD_TARGET_MEMBERS,
  ...CHECKSUM_MEMBERS,
  'MultipartUpload',
  'ChecksumType',
  'MpuObjectSize',
  'IfMatch',
  'IfNoneMatch',
];

/** 5 MiB, the last part excepted: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const SMALLEST_PART_BYTES = 5 * 1024 ** 2;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export async function completeMultipartUpload(
  state: S3State,
  input: CompleteInput,
  call: Call,
): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'CompleteMultipartUpload', modelled: MODELLED, bucket });
  const conditions = {
    ...creating(true),
    's3:if-none-match': input.IfNoneMatch,
    's3:if-match': input.IfMatch,
  };
  authorizeObject(call, bucket, { key: input.Key, action: 's3:PutObject', conditions });
  if (input.IfMatch !== undefined) authorizeObject(call, bucket, { key: input.Key, action: 's3:GetObject' });
  const upload = uploadOf(bucket, input);
  authorizeKey(state.kms, call, { encryption: upload.attributes.encryption, action: 'kms:Decrypt' });
  const parts = chosenParts(upload, input.MultipartUpload?.Parts ?? []);
  const content = joined(parts);
  const checksum = checksumOfParts(upload, parts);
  checkWhole(upload, checksum, { input, content });
  checkWriteConditions(bucket, input.Key, input);
  bucket.uploads.delete(upload.id);
  for (const part of upload.parts.values()) if (!parts.includes(part)) discardContent(state, part.content);
  const version = await commitObject(state, bucket, {
    key: input.Key,
    attributes: upload.attributes,
    content,
    etag: etagOfParts(parts),
    md5Hex: undefined,
    checksum,
    parts: objectParts(parts),
    conditions: input,
  });
  return {
    Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(input.Key)}`,
    Bucket: bucket.name,
    Key: input.Key,
    ETag: version.etag,
    ...checksumOutput(checksum),
    ...storedOutput(bucket, version),
  };
}

/** Numbered afresh: an object's parts are consecutive, whatever numbers they were uploaded under. */
function objectParts(parts: readonly UploadedPart[]): readonly ObjectPart[] {
  return parts.map(({ content: { bytes }, digest }, index) => ({
    number: index + 1,
    bytes,
    checksum: digest.toString('base64'),
  }));
}

function chosenParts(upload: MultipartUpload, listed: readonly CompletedPart[]): readonly UploadedPart[] {
  if (listed.length === 0)
    throw new S3Error({
      code: 'MalformedXML',
      message: 'The XML you provided was not well-formed or did not validate against our published schema',
      status: 400,
    });
  checkOrder(listed);
  return listed.map((part, index) => chosenPart(upload, part, { last: index === listed.length - 1 }));
}

function checkOrder(listed: readonly CompletedPart[]): void {
  const modelled = ['PartNumber', 'ETag', ...CHECKSUM_MEMBERS];
  let before = 0;
  for (const part of listed) {
    refuseUnmodelled(part, { operation: 'CompleteMultipartUpload.MultipartUpload.Parts', modelled });
    const number = part.PartNumber ?? 0;
    if (number <= before)
      throw new S3Error({
        code: 'InvalidPartOrder',
        message:
          'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
        status: 400,
      });
    before = number;
  }
}

function chosenPart(
  upload: MultipartUpload,
  listed: CompletedPart,
  { last }: { readonly last: boolean },
): UploadedPart {
  const part = upload.parts.get(listed.PartNumber ?? 0);
  if (part === undefined || unquoted(part.etag) !== unquoted(listed.ETag ?? '')) throw invalidPart(listed);
  checkListedChecksum(upload, part, listed);
  if (!last && part.content.bytes < SMALLEST_PART_BYTES)
    throw new S3Error({
      code: 'EntityTooSmall',
      message: 'Your proposed upload is smaller than the minimum allowed size',
      status: 400,
      details: {
        PartNumber: part.number,
        ProposedSize: part.content.bytes,
        MinSizeAllowed: SMALLEST_PART_BYTES,
      },
    });
  return part;
}

/** A composite upload's request must name every part's checksum. */
function checkListedChecksum(upload: MultipartUpload, part: UploadedPart, listed: CompletedPart): void {
  const given = listed[checksumMember(upload.algorithm)];
  if (given !== undefined && given !== part.digest.toString('base64')) throw invalidPart(listed);
  if (given === undefined && upload.type === 'COMPOSITE')
    throw invalidRequest(
      `The upload was created using a ${upload.algorithm.toLowerCase()} checksum. The complete request must include ` +
        `the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
}

function invalidPart(part: CompletedPart): S3Error {
  return new S3Error({
    code: 'InvalidPart',
    message:
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    status: 400,
    details: { PartNumber: part.PartNumber, ETag: part.ETag },
  });
}

function joined(parts: readonly UploadedPart[]): Content {
  return {
    pieces: parts.flatMap(({ content }) => content.pieces),
    bytes: parts.reduce((bytes, { content }) => bytes + content.bytes, 0),
  };
}

function checksumOfParts(upload: MultipartUpload, parts: readonly UploadedPart[]): StoredChecksum {
  const { algorithm, type } = upload;
  const value =
    type === 'FULL_OBJECT'
      ? fullObjectChecksum(
          algorithm,
          parts.map(({ digest, content: { bytes } }) => ({ digest, bytes })),
        )
      : compositeChecksum(
          algorithm,
          parts.map(({ digest }) => digest),
        );
  return { algorithm, value, type };
}

function checkWhole(
  upload: MultipartUpload,
  checksum: StoredChecksum,
  { input, content }: { readonly input: CompleteInput; readonly content: Content },
): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== upload.type)
    throw invalidRequest(
      `The upload was created with the checksum type ${upload.type}, not ${input.ChecksumType}.`,
    );
  if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== content.bytes)
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${content.bytes}`,
    );
  const given = ALGORITHMS.filter((algorithm) => input[checksumMember(algorithm)] !== undefined);
  for (const algorithm of given) {
    if (algorithm !== checksum.algorithm)
      throw invalidRequest(`The upload was created using ${checksum.algorithm}, not ${algorithm}.`);
    const value = input[checksumMember(algorithm)];
    if (value !== checksum.value && value !== checksum.value.split('-')[0]) throw badDigest(algorithm);
  }
}

/** The MD5 of the parts' MD5s, and their number: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
function etagOfParts(parts: readonly UploadedPart[]): string {
  const md5 = createHash('md5');
  for (const part of parts) md5.update(part.md5);
  return `"${md5.digest('hex')}-${parts.length}"`;
}
