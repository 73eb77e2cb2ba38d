import { type Call, NotModelledError } from '../service.ts';
import { authorizeBucket } from './access.ts';
import type { Bucket } from './bucket.ts';
import { refuseUnmodelled } from './input.ts';
import { keyEncoder, listKeys, pageSizeOf } from './listing.ts';
import { lastModified, type ObjectVersion, type Version } from './object.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3State } from './state.ts';

interface ListInput {
  readonly Bucket: string;
  readonly Prefix?: string;
  readonly Delimiter?: string;
  readonly MaxKeys?: number;
  readonly EncodingType?: string;
  readonly ExpectedBucketOwner?: string;
}

interface ListObjectsV2Input extends ListInput {
  readonly ContinuationToken?: string;
  readonly StartAfter?: string;
  readonly FetchOwner?: boolean;
}

const LIST_MEMBERS = ['Bucket', 'Prefix', 'Delimiter', 'MaxKeys', 'EncodingType', 'ExpectedBucketOwner'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export async function listObjectsV2(state: S3State, input: ListObjectsV2Input, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...LIST_MEMBERS, 'ContinuationToken', 'StartAfter', 'FetchOwner'];
  refuseUnmodelled(input, { operation: 'ListObjectsV2', modelled, bucket });
  authorizeBucket(call, bucket, 's3:ListBucket', listConditions(input));
  const encode = keyEncoder(input.EncodingType);
  const pageSize = pageSizeOf(input.MaxKeys, 'max-keys');
  const page = listKeys(bucket.objects.keys, {
    visible: (key) => bucket.objects.current(key)?.kind === 'object',
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after:
      input.ContinuationToken === undefined ? (input.StartAfter ?? '') : readToken(input.ContinuationToken),
    pageSize,
  });
  return {
    ...echo(input, encode),
    Name: bucket.name,
    MaxKeys: pageSize,
    KeyCount: page.keys.length + page.commonPrefixes.length,
    IsTruncated: page.nextAfter !== undefined,
    Contents: page.keys.flatMap((key) => describe(bucket, key, { encode, owner: input.FetchOwner === true })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
    ...(input.ContinuationToken === undefined ? {} : { ContinuationToken: input.ContinuationToken }),
    ...(input.StartAfter === undefined ? {} : { StartAfter: encode(input.StartAfter) }),
    ...(page.nextAfter === undefined ? {} : { NextContinuationToken: writeToken(page.nextAfter) }),
  };
}

export function listConditions(input: ListInput): Record<string, string | undefined> {
  return {
    's3:prefix': input.Prefix,
    's3:delimiter': input.Delimiter,
    's3:max-keys': input.MaxKeys?.toString(),
  };
}

function echo(input: ListInput, encode: (key: string) => string): object {
  return {
    Prefix: encode(input.Prefix ?? ''),
    ...(input.Delimiter === undefined ? {} : { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: input.EncodingType }),
  };
}

function describe(
  bucket: Bucket,
  key: string,
  { encode, owner }: { readonly encode: (key: string) => string; readonly owner: boolean },
): object[] {
  const version = bucket.objects.current(key);
  if (version?.kind !== 'object') return [];
  return [
    { Key: encode(key), ...describeBytes(version), ...(owner ? { Owner: { ID: bucket.account } } : {}) },
  ];
}

function describeBytes(version: ObjectVersion): object {
  return {
    LastModified: lastModified(version),
    ETag: version.etag,
    ChecksumAlgorithm: [version.checksum.algorithm],
    ChecksumType: version.checksum.type,
    Size: version.content.bytes,
    StorageClass: version.storageClass,
  };
}

function writeToken(after: string): string {
  return Buffer.from(JSON.stringify({ after })).toString('base64url');
}

function readToken(token: string): string {
  try {
    const { after }: { after?: unknown } = JSON.parse(Buffer.from(token, 'base64url').toString());
    if (typeof after === 'string') return after;
  } catch {
    // Falls through to the refusal: a token that is not ours.
  }
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token);
}

interface ListVersionsInput extends ListInput {
  readonly KeyMarker?: string;
  readonly VersionIdMarker?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export async function listObjectVersions(
  state: S3State,
  input: ListVersionsInput,
  call: Call,
): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...LIST_MEMBERS, 'KeyMarker', 'VersionIdMarker'];
  refuseUnmodelled(input, { operation: 'ListObjectVersions', modelled, bucket });
  if (input.Delimiter !== undefined)
    throw new NotModelledError('the parameter Delimiter of s3:ListObjectVersions');
  authorizeBucket(call, bucket, 's3:ListBucketVersions', listConditions(input));
  const encode = keyEncoder(input.EncodingType);
  const pageSize = pageSizeOf(input.MaxKeys, 'max-keys');
  const all = versionsAfter(bucket, input);
  const page = all.slice(0, pageSize);
  const last = all.length > pageSize ? page.at(-1) : undefined;
  const of = (version: Version) => describeVersion(bucket, version, encode);
  return {
    ...echo(input, encode),
    Name: bucket.name,
    MaxKeys: pageSize,
    KeyMarker: encode(input.KeyMarker ?? ''),
    VersionIdMarker: input.VersionIdMarker ?? '',
    IsTruncated: last !== undefined,
    ...(last && { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.versionId }),
    Versions: page.filter(({ kind }) => kind === 'object').map(of),
    DeleteMarkers: page.filter(({ kind }) => kind === 'delete-marker').map(of),
  };
}

/** All versions behind the markers: keys in order, each key's newest version first. */
function versionsAfter(bucket: Bucket, input: ListVersionsInput): readonly Version[] {
  const { Prefix = '', KeyMarker: keyMarker, VersionIdMarker: idMarker } = input;
  if (idMarker !== undefined && idMarker !== '' && keyMarker === undefined)
    throw invalidArgument(
      'A version-id marker cannot be specified without a key marker.',
      'version-id-marker',
      idMarker,
    );
  const { keys } = listKeys(bucket.objects.keys, {
    prefix: Prefix,
    delimiter: undefined,
    after: keyMarker ?? '',
    pageSize: Number.POSITIVE_INFINITY,
  });
  const rest = keys.flatMap((key) => bucket.objects.versions(key));
  if (!keyMarker || !idMarker) return rest;
  const sameKey = bucket.objects.versions(keyMarker);
  const at = sameKey.findIndex(({ versionId }) => versionId === idMarker);
  return at < 0 ? rest : [...sameKey.slice(at + 1), ...rest];
}

function describeVersion(bucket: Bucket, version: Version, encode: (key: string) => string): object {
  return {
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: bucket.objects.current(version.key) === version,
    Owner: { ID: bucket.account },
    ...(version.kind === 'object' ? describeBytes(version) : { LastModified: lastModified(version) }),
  };
}
