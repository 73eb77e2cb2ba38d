import { Readable } from 'node:stream';
import { invalidRequest } from './s3-error.ts';

/** Bytes on their way in, with what the transport says of them. */
export interface UploadBody {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** How many bytes were announced. */
  readonly announcedBytes?: number | undefined;
  /** `x-amz-content-sha256`, where it is a digest: what was signed. */
  readonly signedSha256Hex?: string | undefined;
  /** Names of the trailing headers that were announced. */
  readonly announcedTrailers: readonly string[];
  /** Trailing headers, complete once `chunks` was read to its end. */
  trailers(): Readonly<Record<string, string>>;
}

/**
 * Whatever an SDK's `Body` may be, or the body that the HTTP front read.
 * @throws ServiceError for a body of another type
 */
export function uploadBody(body: unknown): UploadBody {
  if (isUploadBody(body)) return body;
  if (body === undefined || body === null) return plain(Readable.from([]), 0);
  if (typeof body === 'string') return uploadBody(Buffer.from(body));
  if (body instanceof Uint8Array) return plain(Readable.from([body]), body.length);
  if (body instanceof Readable) return plain(body, undefined);
  throw invalidRequest('Body is neither bytes, nor text, nor a readable stream');
}

function plain(chunks: AsyncIterable<Uint8Array>, announcedBytes: number | undefined): UploadBody {
  return { chunks, announcedBytes, announcedTrailers: [], trailers: () => ({}) };
}

function isUploadBody(body: unknown): body is UploadBody {
  return typeof body === 'object' && body !== null && 'chunks' in body && 'trailers' in body;
}
