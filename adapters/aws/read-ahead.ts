import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { giveBack } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';
import { nameOf, translated, translating } from './translate.ts';

/**
 * How much one request brings, bytes: S3 names 8 and 16 MB as typical for ranges of a larger object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html (checked 2026-11-21)
 */
const RANGE_BYTES = 8 * 1024 * 1024;

/**
 * Requests under way ahead of the consumer. S3 recommends one for each 85 to 90 MB/s that are wanted; four of them are
 * about twice what the reader of a shard takes in, so that it waits for nothing but itself.
 * With the range that the consumer has, this bounds the memory: 5 ranges of 8 MiB, 40 MiB.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html (checked 2026-11-21)
 */
const RANGES_AHEAD = 4;

/** How often the answer to one request may break off; requests that are not answered at all the SDK repeats itself. */
const BREAKS_MAX = 4;

export interface ReadAhead {
  readonly bucket: string;
  readonly key: string;
  /** @default 0 */
  readonly fromByte?: number;
  /** Not included. @default its end */
  readonly toByte?: number;
  /** @default the current version */
  readonly versionId?: string;
  /** Read the version of this ETag or none. @default that of the version that is there */
  readonly etag?: string;
  /** @default RANGE_BYTES */
  readonly rangeBytes?: number;
}

interface Source extends ReadAhead {
  readonly client: S3Client;
  readonly etag: string;
  readonly signal: AbortSignal;
}

/**
 * An object's bytes in order, as they arrive, by several ranges at a time and ahead of the consumer, all of one version of
 * the object. What breaks off is asked for again from where it broke. A consumer that stops ends what is under way. A
 * piece's memory is given back when the next one is asked for.
 * @throws AppError `StateChanged` if the object is no longer the version whose reading began
 */
export async function* readAhead(client: S3Client, object: ReadAhead): AsyncGenerator<Uint8Array> {
  const { bytes, etag } = await versionOf(client, object);
  const { fromByte = 0, toByte = bytes, rangeBytes = RANGE_BYTES } = object;
  const end = Math.min(toByte, bytes);
  const stopped = new AbortController();
  const source: Source = { ...object, client, etag, signal: stopped.signal };
  const underWay: Arriving[] = [];
  let next = fromByte;
  const ask = () => {
    for (; next < end && underWay.length < RANGES_AHEAD; next += rangeBytes)
      underWay.push(new Arriving(rangeOf(source, next, Math.min(next + rangeBytes, end))));
  };
  try {
    ask();
    for (let range = underWay.shift(); range !== undefined; range = underWay.shift()) {
      ask();
      for await (const piece of range.pieces()) {
        yield piece;
        giveBack(piece);
      }
    }
  } finally {
    stopped.abort();
  }
}

/** Takes in what `source` gives, whether or not anybody waits for it. */
class Arriving {
  readonly #arrived: Uint8Array[] = [];
  #ended: { readonly failure?: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(source: AsyncIterable<Uint8Array>) {
    void this.#takeIn(source);
  }

  /** A failure is told when its turn comes, after what had arrived before it. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      yield* this.#arrived.splice(0);
      if (this.#arrived.length > 0) continue;
      if (this.#ended === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if ('failure' in this.#ended) throw this.#ended.failure;
      else return;
    }
  }

  async #takeIn(source: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const piece of source) {
        this.#arrived.push(piece);
        this.#wake();
      }
      this.#ended = {};
    } catch (failure) {
      this.#ended = { failure };
    }
    this.#wake();
  }
}

async function versionOf(client: S3Client, { bucket, key, versionId, etag }: ReadAhead) {
  const { ContentLength = 0, ETag = '' } = await translating(`look for ${bucket}/${key}`, () =>
    client.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })),
  );
  if (etag !== undefined && etag !== ETag) throw changed(bucket, key, etag);
  return { bytes: ContentLength, etag: ETag };
}

/** Bytes `[from, to)`. */
async function* rangeOf(source: Source, from: number, to: number): AsyncGenerator<Uint8Array> {
  let next = from;
  for (let breaks = 0; next < to; breaks++) {
    const body = await ask(source, next, to);
    let cause: unknown = 'it ended early';
    try {
      for await (const piece of body) {
        next += piece.length;
        yield piece;
      }
      if (next === to) return;
    } catch (error) {
      cause = error;
    }
    const { bucket, key, signal } = source;
    if (breaks < BREAKS_MAX && !signal.aborted) continue;
    const what = `read ${bucket}/${key}: the answer broke off ${breaks + 1} times, last at byte ${next}`;
    throw new AppError('AwsUnavailable', `${what}: ${String(cause)}`, { cause });
  }
}

async function ask(source: Source, from: number, to: number): Promise<AsyncIterable<Uint8Array>> {
  const { client, bucket, key, versionId, etag, signal } = source;
  const Range = `bytes=${from}-${to - 1}`;
  const request = new GetObjectCommand({
    Bucket: bucket,
    Key: key,
    VersionId: versionId,
    Range,
    IfMatch: etag,
  });
  try {
    const { Body } = await client.send(request, { abortSignal: signal });
    // In Node the body is a stream of buffers; the SDK's type speaks of every runtime.
    return Body as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (nameOf(error) === 'PreconditionFailed') throw changed(bucket, key, etag);
    throw translated(error, `read ${bucket}/${key} from byte ${from}`);
  }
}

function changed(bucket: string, key: string, etag: string): AppError {
  const message = `${bucket}/${key} was written anew while it was read (its ETag was ${etag}); read it from the start`;
  return new AppError('StateChanged', message);
}
