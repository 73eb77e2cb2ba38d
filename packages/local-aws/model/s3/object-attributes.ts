import type { Call } from '../service.ts';
import { authorizeObject, readableVersion } from './access.ts';
import { checksumMember } from './checksum.ts';
import { checksumOutput, versionOutput } from './commit.ts';
import { unquoted } from './conditions.ts';
import { authorizeKey } from './encryption.ts';
import { refuseUnmodelled } from './input.ts';
import { pageSizeOf } from './listing.ts';
import { lastModified, type ObjectVersion } from './object.ts';
import { invalidArgument } from './s3-error.ts';
import type { S3State } from './state.ts';
import { OBJECT_TARGET_MEMBERS, type ObjectTarget } from './tagging.ts';

interface AttributesInput extends ObjectTarget {
  readonly ObjectAttributes: readonly string[];
  readonly MaxParts?: number;
  readonly PartNumberMarker?: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export async function getObjectAttributes(
  state: S3State,
  input: AttributesInput,
  call: Call,
): Promise<object> {
  const bucket = state.buckets.of(call, input);
  const modelled = [...OBJECT_TARGET_MEMBERS, 'ObjectAttributes', 'MaxParts', 'PartNumberMarker'];
  refuseUnmodelled(input, { operation: 'GetObjectAttributes', modelled, bucket });
  // Both are needed: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
  const actions = { current: 's3:GetObjectAttributes', version: 's3:GetObjectVersionAttributes' };
  const version = readableVersion(call, bucket, { target: input, actions });
  const action = input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  authorizeObject(call, bucket, { key: input.Key, action });
  authorizeKey(state.kms, call, { encryption: version.encryption, action: 'kms:Decrypt' });
  const known = attributesOf(version, input);
  const output: Record<string, unknown> = {};
  for (const name of input.ObjectAttributes) {
    if (!Object.hasOwn(known, name))
      throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', name);
    output[name] = known[name];
  }
  return { ...output, LastModified: lastModified(version), ...versionOutput(bucket, version) };
}

function attributesOf(version: ObjectVersion, input: AttributesInput): Record<string, unknown> {
  return {
    ETag: unquoted(version.etag),
    Checksum: checksumOutput(version.checksum),
    ObjectParts: version.parts.length === 0 ? undefined : partsOf(version, input),
    StorageClass: version.storageClass,
    ObjectSize: version.content.bytes,
  };
}

function partsOf(version: ObjectVersion, input: AttributesInput): object {
  const pageSize = pageSizeOf(input.MaxParts, 'x-amz-max-parts');
  const marker = Number(input.PartNumberMarker ?? 0);
  const rest = version.parts.filter(({ number }) => number > marker);
  const page = rest.slice(0, pageSize);
  return {
    TotalPartsCount: version.parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page.at(-1)?.number ?? 0),
    MaxParts: pageSize,
    IsTruncated: rest.length > page.length,
    Parts: page.map(({ number, bytes, checksum }) => ({
      PartNumber: number,
      Size: bytes,
      [checksumMember(version.checksum.algorithm)]: checksum,
    })),
  };
}
