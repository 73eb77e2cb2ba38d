import { type Call, NotModelledError } from '../service.ts';
import { authorizeBucket, authorizeObject } from './access.ts';
import { checksumMember } from './checksum.ts';
import { refuseUnmodelled } from './input.ts';
import { inUtf8Order } from './key-index.ts';
import { keyEncoder, pageSizeOf } from './listing.ts';
import { UPLOAD_TARGET_MEMBERS, type UploadTarget, uploadOf } from './multipart.ts';
import type { MultipartUpload } from './object.ts';
import type { S3State } from './state.ts';

interface ListPartsInput extends UploadTarget {
  readonly MaxParts?: number;
  readonly PartNumberMarker?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export async function listParts(state: S3State, input: ListPartsInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...UPLOAD_TARGET_MEMBERS, 'MaxParts', 'PartNumberMarker'];
  refuseUnmodelled(input, { operation: 'ListParts', modelled, bucket });
  authorizeObject(call, bucket, { key: input.Key, action: 's3:ListMultipartUploadParts' });
  const upload = uploadOf(bucket, input);
  const pageSize = pageSizeOf(input.MaxParts, 'max-parts');
  const marker = Number(input.PartNumberMarker ?? 0);
  const rest = [...upload.parts.values()]
    .filter(({ number }) => number > marker)
    .sort((a, b) => a.number - b.number);
  const page = rest.slice(0, pageSize);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: pageSize,
    IsTruncated: rest.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.number,
      ETag: part.etag,
      Size: part.content.bytes,
      LastModified: new Date(Math.floor(part.uploadedAt / 1000) * 1000),
      ...(upload.asked ? { [checksumMember(upload.algorithm)]: part.digest.toString('base64') } : {}),
    })),
    Owner: { ID: bucket.account },
    StorageClass: upload.attributes.storageClass,
    ...uploadChecksumOutput(upload),
  };
}

function uploadChecksumOutput(upload: MultipartUpload): object {
  return upload.asked ? { ChecksumAlgorithm: upload.algorithm, ChecksumType: upload.type } : {};
}

interface ListUploadsInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly KeyMarker?: string;
  readonly UploadIdMarker?: string;
  readonly MaxUploads?: number;
  readonly EncodingType?: string;
  readonly ExpectedBucketOwner?: string;
}

const LIST_UPLOADS_MEMBERS = [
  'Bucket',
  'Prefix',
  'KeyMarker',
  'UploadIdMarker',
  'MaxUploads',
  'EncodingType',
  'ExpectedBucketOwner',
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export async function listMultipartUploads(
  state: S3State,
  input: ListUploadsInput,
  call: Call,
): Promise<object> {
  const bucket = state.buckets.of(call, input);
  if (input.Delimiter !== undefined)
    throw new NotModelledError('the parameter Delimiter of s3:ListMultipartUploads');
  refuseUnmodelled(input, { operation: 'ListMultipartUploads', modelled: LIST_UPLOADS_MEMBERS, bucket });
  authorizeBucket(call, bucket, 's3:ListBucketMultipartUploads');
  const encode = keyEncoder(input.EncodingType);
  const pageSize = pageSizeOf(input.MaxUploads, 'max-uploads');
  const rest = [...bucket.uploads.values()]
    .filter(({ key }) => key.startsWith(input.Prefix ?? ''))
    .sort(inListingOrder)
    .filter((upload) => isBehind(upload, input));
  const page = rest.slice(0, pageSize);
  const last = rest.length > page.length ? page.at(-1) : undefined;
  return {
    Bucket: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    KeyMarker: encode(input.KeyMarker ?? ''),
    UploadIdMarker: input.UploadIdMarker ?? '',
    MaxUploads: pageSize,
    IsTruncated: last !== undefined,
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
    ...(last && { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id }),
    Uploads: page.map((upload) => ({
      ...describeUpload(upload),
      Key: encode(upload.key),
      Owner: { ID: bucket.account },
    })),
  };
}

function describeUpload(upload: MultipartUpload): object {
  return {
    UploadId: upload.id,
    Initiated: new Date(Math.floor(upload.initiatedAt / 1000) * 1000),
    StorageClass: upload.attributes.storageClass,
    ...uploadChecksumOutput(upload),
  };
}

/** By key, then by id: the order that the two markers page through. */
function inListingOrder(a: MultipartUpload, b: MultipartUpload): number {
  return inUtf8Order(a.key, b.key) || inUtf8Order(a.id, b.id);
}

function isBehind(upload: MultipartUpload, { KeyMarker = '', UploadIdMarker }: ListUploadsInput): boolean {
  if (KeyMarker === '') return true;
  const order = inUtf8Order(upload.key, KeyMarker);
  return order > 0 || (order === 0 && UploadIdMarker !== undefined && upload.id > UploadIdMarker);
}
