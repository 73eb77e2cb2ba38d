import { type Call, NotModelledError } from '../service.ts';
import { authorizeObject, existingTags, READ_TAGS } from './access.ts';
import type { Bucket } from './bucket.ts';
import {
  type ChecksumAlgorithm,
  checksumAlgorithm,
  type RunningChecksum,
  type StoredChecksum,
  startChecksum,
} from './checksum.ts';
import { checksumOutput, commitObject, etagOf, storedOutput } from './commit.ts';
import { COPY_SOURCE_CONDITIONS, checkWriteConditions } from './conditions.ts';
import { type CopySource, type CopySourceInput, readableSource } from './copy-source.ts';
import { authorizeKey } from './encryption.ts';
import { checkKey, refuseUnmodelled } from './input.ts';
import { lastModified, type ObjectAttributes, type ObjectVersion } from './object.ts';
import { invalidRequest } from './s3-error.ts';
import type { S3State } from './state.ts';
import {
  authorizeUpload,
  creating,
  readAttributes,
  UPLOAD_MEMBERS,
  type UploadInput,
} from './upload-attributes.ts';

interface CopyObjectInput extends UploadInput, CopySourceInput {
  readonly MetadataDirective?: string;
  readonly TaggingDirective?: string;
  readonly ChecksumAlgorithm?: string;
}

const MODELLED = [
  ...UPLOAD_MEMBERS,
  ...COPY_SOURCE_CONDITIONS,
  'CopySource',
  'ExpectedSourceBucketOwner',
  'MetadataDirective',
  'TaggingDirective',
  'ChecksumAlgorithm',
  'IfMatch',
  'IfNoneMatch',
];

/** 5 GB; larger sources go by UploadPartCopy: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
const LARGEST_SOURCE_BYTES = 5 * 1024 ** 3;

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html. Retention and legal holds are not copied; the
 * destination's default applies.
 */
export async function copyObject(state: S3State, input: CopyObjectInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'CopyObject', modelled: MODELLED, bucket });
  checkKey(input.Key);
  const source = readableSource(state, input, call);
  const attributes = copiedAttributes(readAttributes(bucket, input, call.now), source.version, input);
  authorizeCopy(state, call, { bucket, source, input, attributes });
  checkCopy(bucket, source, input);
  const { md5, checksum } = await digestsOfCopy(state, source.version, input.ChecksumAlgorithm);
  const version = await commitObject(state, bucket, {
    key: input.Key,
    attributes,
    content: await state.store.share(source.version.content),
    etag: etagOf(md5, attributes.encryption),
    md5Hex: md5.toString('hex'),
    checksum,
    parts: [],
    conditions: input,
  });
  return {
    CopyObjectResult: {
      ETag: version.etag,
      LastModified: lastModified(version),
      ...checksumOutput(version.checksum),
    },
    ...sourceVersionOutput(source),
    ...storedOutput(bucket, version),
  };
}

/** `CopySourceVersionId`, where the source has versions. */
export function sourceVersionOutput({ bucket, version }: CopySource): object {
  return bucket.configuration.versioned ? { CopySourceVersionId: version.versionId } : {};
}

function copiedAttributes(
  asked: ObjectAttributes,
  source: ObjectVersion,
  input: CopyObjectInput,
): ObjectAttributes {
  const replaces = directive('MetadataDirective', input.MetadataDirective) === 'REPLACE';
  const retags = directive('TaggingDirective', input.TaggingDirective) === 'REPLACE';
  return {
    ...asked,
    ...(replaces ? {} : { headers: source.headers, metadata: source.metadata }),
    ...(retags ? {} : { tags: source.tags }),
  };
}

function directive(name: string, value: string | undefined): string {
  if (value !== undefined && value !== 'COPY' && value !== 'REPLACE')
    throw new NotModelledError(`the ${name} ${value}`);
  return value ?? 'COPY';
}

function authorizeCopy(
  state: S3State,
  call: Call,
  {
    bucket,
    source,
    input,
    attributes,
  }: {
    readonly bucket: Bucket;
    readonly source: CopySource;
    readonly input: CopyObjectInput;
    readonly attributes: ObjectAttributes;
  },
): void {
  const { version } = source;
  // Only an object that has tags needs the permission to read them.
  if (input.TaggingDirective !== 'REPLACE' && version.tags.size > 0)
    authorizeObject(call, source.bucket, {
      key: version.key,
      action: source.versionId === undefined ? READ_TAGS.current : READ_TAGS.version,
      conditions: { ...existingTags(version), 's3:VersionId': source.versionId },
    });
  authorizeUpload(call, bucket, {
    input,
    tags: attributes.tags,
    more: {
      ...creating(true),
      's3:x-amz-copy-source': `${source.bucket.name}/${version.key}`,
      's3:x-amz-metadata-directive': input.MetadataDirective,
    },
  });
  authorizeKey(state.kms, call, { encryption: attributes.encryption, action: 'kms:GenerateDataKey' });
}

function checkCopy(bucket: Bucket, source: CopySource, input: CopyObjectInput): void {
  if (source.version.content.bytes > LARGEST_SOURCE_BYTES)
    throw invalidRequest(
      `The specified copy source is larger than the maximum allowable size for a copy source: ${LARGEST_SOURCE_BYTES}`,
    );
  const changes = [input.MetadataDirective === 'REPLACE', input.StorageClass, input.ServerSideEncryption];
  const ontoItself =
    source.bucket === bucket && source.version.key === input.Key && source.versionId === undefined;
  if (ontoItself && !changes.some(Boolean))
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's " +
        'metadata, storage class, website redirect location or encryption attributes.',
    );
  checkWriteConditions(bucket, input.Key, input);
}

/**
 * A copy keeps the source's checksum algorithm unless asked for another, and always has a full-object checksum:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html. What is known of the
 * source's bytes is taken over, so that bytes which changed at rest do not get a fresh checksum by being copied.
 */
async function digestsOfCopy(
  state: S3State,
  source: ObjectVersion,
  asked: string | undefined,
): Promise<{ md5: Buffer; checksum: StoredChecksum }> {
  const algorithm = asked === undefined ? source.checksum.algorithm : checksumAlgorithm(asked);
  const keptChecksum =
    source.checksum.type === 'FULL_OBJECT' && source.checksum.algorithm === algorithm
      ? source.checksum.value
      : undefined;
  if (keptChecksum !== undefined && source.md5Hex !== undefined)
    return {
      md5: Buffer.from(source.md5Hex, 'hex'),
      checksum: { algorithm, value: keptChecksum, type: 'FULL_OBJECT' },
    };
  const running = new Map<ChecksumAlgorithm | 'MD5', RunningChecksum>([
    ['MD5', startChecksum('MD5')],
    [algorithm, startChecksum(algorithm)],
  ]);
  for await (const chunk of state.store.read(source.content))
    for (const checksum of running.values()) checksum.update(chunk);
  const [md5 = Buffer.alloc(0), computed = Buffer.alloc(0)] = [...running.values()].map((one) =>
    one.digest(),
  );
  return {
    md5,
    checksum: { algorithm, value: keptChecksum ?? computed.toString('base64'), type: 'FULL_OBJECT' },
  };
}
