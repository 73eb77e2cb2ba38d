import { checksumMatches, isChecksumHeader } from '../model/s3/checksum.ts';
import { badDigest, invalidRequest, S3Error } from '../model/s3/s3-error.ts';
import type { UploadBody } from '../model/s3/upload-body.ts';
import { AwsChunkedBody } from './aws-chunked.ts';
import type { WireRequest } from './protocol.ts';

/** Where a request points: at a bucket and what is in it, or at the service. */
export interface S3Location {
  readonly bucket: string | undefined;
  /** Within the bucket; percent-encoded. */
  readonly path: string;
}

/**
 * Both addressing styles: `http://host/bucket/key`, and `http://bucket.s3.host/key` or `http://bucket.localhost/key`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function locate(request: WireRequest): S3Location {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const inHost = /^(.+)\.s3[.-]/.exec(host)?.[1] ?? /^(?!s3\.)(.+)\.localhost$/.exec(host)?.[1];
  if (inHost !== undefined) return { bucket: inHost, path: checkedPath(request.path) };
  const [, bucket = '', rest = ''] = /^\/([^/]*)(.*)$/.exec(request.path) ?? [];
  if (bucket === '') return { bucket: undefined, path: '/' };
  return { bucket: decodeURIComponent(bucket), path: rest === '' ? '/' : checkedPath(rest) };
}

function checkedPath(path: string): string {
  try {
    decodeURIComponent(path);
    return path;
  } catch {
    throw new S3Error({ code: 'InvalidURI', message: "Couldn't parse the specified URI.", status: 400 });
  }
}

/** Headers of the request's signature and of its transport, which no operation's input has. */
const TRANSPORT_HEADERS: ReadonlySet<string> = new Set([
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-user-agent',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
  'x-amz-sdk-checksum-algorithm',
]);

export function isTransportHeader(header: string): boolean {
  return TRANSPORT_HEADERS.has(header) || isChecksumHeader(header);
}

/**
 * The body of an upload, taken out of its aws-chunked wrapping, and the members that speak of the wrapping
 * (`Content-Length`, `Content-Encoding: aws-chunked`) changed to speak of the object.
 */
export function readUpload(request: WireRequest, input: Record<string, unknown>): UploadBody {
  const { headers } = request;
  const sha256 = String(headers['x-amz-content-sha256'] ?? '');
  const announcedTrailers = String(headers['x-amz-trailer'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const source = request.stream.iterator({ destroyOnReturn: false });
  if (!sha256.startsWith('STREAMING-')) {
    const announcedBytes =
      headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
    const signedSha256Hex = /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined;
    return { chunks: source, announcedBytes, signedSha256Hex, announcedTrailers, trailers: () => ({}) };
  }
  const decodedLength = headers['x-amz-decoded-content-length'];
  if (decodedLength === undefined)
    throw new S3Error({
      code: 'MissingContentLength',
      message: 'You must provide the x-amz-decoded-content-length HTTP header.',
      status: 411,
    });
  const announcedBytes = Number(decodedLength);
  input.ContentLength = announcedBytes;
  withoutAwsChunked(input);
  const body = new AwsChunkedBody(source);
  return { chunks: body, announcedBytes, announcedTrailers, trailers: () => body.trailers };
}

function withoutAwsChunked(input: Record<string, unknown>): void {
  if (typeof input.ContentEncoding !== 'string') return;
  const encodings = input.ContentEncoding.split(',').map((encoding) => encoding.trim());
  const left = encodings.filter((encoding) => encoding !== 'aws-chunked' && encoding !== '');
  if (left.length === 0) delete input.ContentEncoding;
  else input.ContentEncoding = left.join(',');
}

/** Operations that S3 refuses without a digest of their body: they change many objects, or cannot be undone. */
const DIGEST_REQUIRED: ReadonlySet<string> = new Set([
  'PutObjectTagging',
  'PutObjectLegalHold',
  'PutObjectRetention',
]);

/**
 * A body of text (XML, or a policy's JSON), once every digest of it that came along was found right. A checksum header that is bound to a member of
 * the input speaks of the object instead (CompleteMultipartUpload).
 * @throws ServiceError `BadDigest`
 */
export async function verifiedText(
  request: WireRequest,
  operation: string,
  boundHeaders: ReadonlySet<string>,
): Promise<string> {
  const body = await request.body();
  const digests = Object.entries(request.headers).filter(
    ([header]) => header === 'content-md5' || (isChecksumHeader(header) && !boundHeaders.has(header)),
  );
  if (digests.length === 0 && DIGEST_REQUIRED.has(operation))
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  for (const [header, value] of digests)
    if (!checksumMatches(header, String(value), body)) throw badDigest(header);
  return body.toString();
}
