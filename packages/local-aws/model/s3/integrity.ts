import { createHash } from 'node:crypto';
import {
  ALGORITHMS,
  algorithmOfHeader,
  type ChecksumAlgorithm,
  checksumAlgorithm,
  checksumMember,
  type RunningChecksum,
  startChecksum,
} from './checksum.ts';
import type { Content, ContentStore } from './content-store.ts';
import { badDigest, invalidRequest, S3Error } from './s3-error.ts';
import { type UploadBody, uploadBody } from './upload-body.ts';

/** Members of an upload's input that say how to check it. */
export const INTEGRITY_MEMBERS = [
  'Body',
  'ContentLength',
  'ContentMD5',
  'ChecksumAlgorithm',
  ...ALGORITHMS.map(checksumMember),
];

export interface IntegrityInput extends Partial<Record<`Checksum${ChecksumAlgorithm}`, string>> {
  readonly Body?: unknown;
  readonly ContentLength?: number;
  readonly ContentMD5?: string;
  readonly ChecksumAlgorithm?: string;
}

/** 5 GiB, for one PUT or one part: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const LARGEST_UPLOAD_BYTES = 5 * 1024 ** 3;

/** Bytes that were received and found to be what the sender said. */
export interface ReceivedContent {
  readonly content: Content;
  readonly md5: Buffer;
  /** Of every algorithm that was wanted. */
  readonly digests: ReadonlyMap<ChecksumAlgorithm, Buffer>;
  /** The algorithm that the sender used, if any. */
  readonly sent: ChecksumAlgorithm | undefined;
}

/**
 * Streams an upload into the store, computing what is wanted on the way, and compares it with every digest that came
 * before, beside or behind the bytes. Nothing is kept of an upload that does not match.
 *
 * @throws ServiceError `BadDigest`, `InvalidDigest`, `InvalidRequest`, `IncompleteBody`, `EntityTooLarge`,
 * `XAmzContentSHA256Mismatch` or `MalformedTrailerError`
 */
export async function receive(
  store: ContentStore,
  input: IntegrityInput,
  wanted: readonly ChecksumAlgorithm[],
): Promise<ReceivedContent> {
  const body = uploadBody(input.Body);
  if ((body.announcedBytes ?? input.ContentLength ?? 0) > LARGEST_UPLOAD_BYTES) throw entityTooLarge();
  const sent = sentAlgorithm(input, body);
  const running = new Map<ChecksumAlgorithm | 'MD5' | 'signed', RunningChecksum>([
    ['MD5', startChecksum('MD5')],
  ]);
  for (const algorithm of sent === undefined ? wanted : [...wanted, sent])
    running.set(algorithm, startChecksum(algorithm));
  if (body.signedSha256Hex !== undefined) running.set('signed', createHash('sha256'));
  const content = await store.write(body.chunks, [...running.values()]);
  const digests = new Map([...running].map(([name, checksum]) => [name, checksum.digest()]));
  try {
    verify(input, body, { content, digests, sent });
  } catch (error) {
    await store.discard(content);
    throw error;
  }
  const kept = new Map<ChecksumAlgorithm, Buffer>();
  for (const [name, digest] of digests) if (name !== 'MD5' && name !== 'signed') kept.set(name, digest);
  return { content, md5: digests.get('MD5') ?? Buffer.alloc(16), digests: kept, sent };
}

interface Computed {
  readonly content: Content;
  readonly digests: ReadonlyMap<string, Buffer>;
  readonly sent: ChecksumAlgorithm | undefined;
}

function verify(input: IntegrityInput, body: UploadBody, { content, digests, sent }: Computed): void {
  const announced = body.announcedBytes ?? input.ContentLength;
  if (announced !== undefined && announced !== content.bytes)
    throw new S3Error({
      code: 'IncompleteBody',
      message: 'You did not provide the number of bytes specified by the Content-Length HTTP header',
      status: 400,
    });
  if (body.signedSha256Hex !== undefined && digests.get('signed')?.toString('hex') !== body.signedSha256Hex)
    throw new S3Error({
      code: 'XAmzContentSHA256Mismatch',
      message: "The provided 'x-amz-content-sha256' header does not match what was computed.",
      status: 400,
    });
  if (input.ContentMD5 !== undefined) compare('Content-MD5', input.ContentMD5, digests.get('MD5'));
  if (sent !== undefined) {
    const value = input[checksumMember(sent)] ?? trailingValue(body, sent);
    if (value !== undefined) compare(sent, value, digests.get(sent));
  }
}

/** A digest of the wrong length is not a digest at all, which S3 tells from one that differs. */
function compare(name: string, given: string, computed: Buffer | undefined): void {
  if (Buffer.from(given, 'base64').length !== computed?.length) {
    if (name !== 'Content-MD5')
      throw invalidRequest(`Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`);
    throw new S3Error({
      code: 'InvalidDigest',
      message: 'The Content-MD5 you specified was invalid.',
      status: 400,
    });
  }
  if (computed.toString('base64') !== given) throw badDigest(name);
}

function sentAlgorithm(input: IntegrityInput, body: UploadBody): ChecksumAlgorithm | undefined {
  const inHeaders = ALGORITHMS.filter((algorithm) => input[checksumMember(algorithm)] !== undefined);
  const inTrailers = body.announcedTrailers.map((name) => {
    const algorithm = algorithmOfHeader(name);
    if (algorithm === undefined)
      throw invalidRequest('The value specified in the x-amz-trailer header is not supported');
    return algorithm;
  });
  const [sent, second] = [...inHeaders, ...inTrailers];
  if (second !== undefined)
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  if (input.ChecksumAlgorithm === undefined) return sent;
  const named = checksumAlgorithm(input.ChecksumAlgorithm);
  // A caller in this process leaves the computing to S3, as a caller of the SDK leaves it to the SDK.
  if (sent === undefined && body !== input.Body) return named;
  if (sent !== named)
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  return sent;
}

function trailingValue(body: UploadBody, algorithm: ChecksumAlgorithm): string | undefined {
  const trailer = `x-amz-checksum-${algorithm.toLowerCase()}`;
  if (!body.announcedTrailers.includes(trailer)) return undefined;
  const value = body.trailers()[trailer];
  if (value === undefined)
    throw new S3Error({
      code: 'MalformedTrailerError',
      message:
        'The request contained trailing data that was not well-formed or did not conform to our published schema.',
      status: 400,
    });
  return value;
}

function entityTooLarge(): S3Error {
  const message = 'Your proposed upload exceeds the maximum allowed size';
  return new S3Error({ code: 'EntityTooLarge', message, status: 400 });
}
