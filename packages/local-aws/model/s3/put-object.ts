import type { Call } from '../service.ts';
import { checksumOutput, commitObject, etagOf, storedOutput } from './commit.ts';
import { checkWriteConditions } from './conditions.ts';
import { authorizeKey } from './encryption.ts';
import { checkKey, refuseUnmodelled } from './input.ts';
import { INTEGRITY_MEMBERS, type IntegrityInput, receive } from './integrity.ts';
import { invalidRequest } from './s3-error.ts';
import type { S3State } from './state.ts';
import {
  authorizeUpload,
  creating,
  readAttributes,
  UPLOAD_MEMBERS,
  type UploadInput,
} from './upload-attributes.ts';
import { uploadBody } from './upload-body.ts';

type PutObjectInput = UploadInput & IntegrityInput;

const MODELLED = [...UPLOAD_MEMBERS, ...INTEGRITY_MEMBERS, 'IfMatch', 'IfNoneMatch'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(state: S3State, input: PutObjectInput, call: Call): Promise<object> {
  const bucket = state.buckets.of(call, input);
  refuseUnmodelled(input, { operation: 'PutObject', modelled: MODELLED, bucket });
  checkKey(input.Key);
  const attributes = readAttributes(bucket, input, call.now);
  authorizeUpload(call, bucket, { input, tags: attributes.tags, more: creating(true) });
  authorizeKey(state.kms, call, { encryption: attributes.encryption, action: 'kms:GenerateDataKey' });
  const locked = attributes.retention !== undefined || attributes.legalHold;
  if (locked || bucket.configuration.objectLock?.defaultRetention !== undefined) requireDigest(input);
  checkWriteConditions(bucket, input.Key, input);
  const { content, md5, digests, sent } = await receive(
    state.store,
    input,
    hasChecksum(input) ? [] : ['CRC64NVME'],
  );
  const algorithm = sent ?? 'CRC64NVME';
  const value = (digests.get(algorithm) ?? Buffer.alloc(0)).toString('base64');
  const version = await commitObject(state, bucket, {
    key: input.Key,
    attributes,
    content,
    etag: etagOf(md5, attributes.encryption),
    md5Hex: md5.toString('hex'),
    checksum: { algorithm, value, type: 'FULL_OBJECT' },
    parts: [],
    conditions: input,
  });
  return { ETag: version.etag, ...checksumOutput(version.checksum), ...storedOutput(bucket, version) };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html */
function requireDigest(input: PutObjectInput): void {
  if (input.ContentMD5 !== undefined || hasChecksum(input)) return;
  throw invalidRequest(
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/** Whether the sender brings a checksum, beside the bytes or behind them. */
function hasChecksum(input: PutObjectInput): boolean {
  const inHeader = Object.keys(input).some((member) => /^Checksum(CRC|SHA)/.test(member));
  return (
    inHeader || input.ChecksumAlgorithm !== undefined || uploadBody(input.Body).announcedTrailers.length > 0
  );
}
