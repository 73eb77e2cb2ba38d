import { ExpiryBins, MAX_BINS } from './bins.ts';
import { Crc64 } from './crc64.ts';
import { BUCKET_COUNT } from './hashes.ts';
import { hex128, type Word128 } from './word128.ts';

/** Raised whenever the hashed messages or the bytes change: digests of different versions cannot be compared. */
export const DIGEST_FORMAT_VERSION = 2;

const MAGIC = 'RDRDIGST';
const HEADER_BYTES = MAGIC.length + 5 * 4;
const BUCKET_BYTES = 4 + 8 + 16;
const BIN_BYTES = 8 + 8 + 8 + 16;
const FUNCTION_BYTES = 16;
const CHECKSUM_BYTES = 8;
const HIGH = 0x1_0000_0000;

/** Bytes that are not a digest, or one that a newer version of this library wrote. */
export class DigestFormatError extends Error {
  override readonly name = 'DigestFormatError';
  readonly code = 'BadDigest';
  /** A newer version of this library wrote it, and can read it. */
  readonly isNewer: boolean;

  constructor(message: string, isNewer = false) {
    super(message);
    this.isNewer = isNewer;
  }
}

interface Bucket {
  readonly index: number;
  readonly keys: number;
  readonly sum: Word128;
}

export interface ParsedDigest {
  readonly buckets: readonly Bucket[];
  readonly bins: ExpiryBins;
  readonly functions: readonly Word128[];
}

/** What is written; {@link ParsedDigest} is what comes back. */
interface DigestContent {
  readonly bucketSums: Uint32Array;
  readonly bucketKeys: Float64Array;
  readonly bins: ExpiryBins;
  readonly functionHashes: readonly string[];
}

/** Appends little-endian numbers. */
class Writer {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.#view = new DataView(this.bytes.buffer);
  }

  text(text: string): void {
    for (const character of text) this.bytes[this.#at++] = character.charCodeAt(0);
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  u64(value: number | bigint): void {
    this.#view.setBigUint64(this.#at, BigInt(value), true);
    this.#at += 8;
  }

  words(words: Uint32Array): void {
    for (const word of words) this.u32(word);
  }

  /** Ends with the CRC of everything before. */
  checksum(): void {
    const crc = new Crc64('jones');
    crc.updateRange(this.bytes, 0, this.#at);
    this.u64(crc.digest());
  }
}

export function serialiseDigest(digest: DigestContent): Uint8Array {
  const buckets = [...digest.bucketKeys.keys()].filter((bucket) => digest.bucketKeys[bucket] !== 0);
  const bins = digest.bins.sorted();
  const functions = digest.functionHashes;
  const sizes = [buckets.length * BUCKET_BYTES, bins.length * BIN_BYTES, functions.length * FUNCTION_BYTES];
  const writer = new Writer(sizes.reduce((sum, size) => sum + size, HEADER_BYTES + CHECKSUM_BYTES));
  writer.text(MAGIC);
  for (const value of [
    DIGEST_FORMAT_VERSION,
    digest.bins.widthSeconds,
    buckets.length,
    bins.length,
    functions.length,
  ]) {
    writer.u32(value);
  }
  for (const bucket of buckets) {
    writer.u32(bucket);
    writer.u64(digest.bucketKeys[bucket] ?? 0);
    writer.words(digest.bucketSums.subarray(bucket * 4, bucket * 4 + 4));
  }
  for (const bin of bins) {
    writer.u64(bin.index);
    writer.u64(bin.keys);
    writer.u64(bin.volatileFields);
    writer.words(bin.sum);
  }
  for (const hash of functions) writer.words(wordsOf(hash));
  writer.checksum();
  return writer.bytes;
}

const wordsOf = (hex: string): Word128 =>
  Uint32Array.from([3, 2, 1, 0], (word) => Number.parseInt(hex.slice(word * 8, word * 8 + 8), 16));

/** Takes little-endian numbers; the size has been checked before. */
class Reader {
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  u64(what: string): number {
    const value = this.u32() + this.u32() * HIGH;
    if (!Number.isSafeInteger(value)) fail(`expected ${what} below 2^53, found ${value}`);
    return value;
  }

  words(): Word128 {
    return Uint32Array.of(this.u32(), this.u32(), this.u32(), this.u32());
  }

  /** As {@link words}, of what need not be looked at. */
  skipWords(): void {
    this.#at += 16;
  }

  /** A copy of what comes next, which is still to be read. */
  ahead(bytes: number): Uint32Array {
    const from = this.#view.byteOffset + this.#at;
    return new Uint32Array(this.#view.buffer.slice(from, from + bytes));
  }
}

function fail(detail: string): never {
  throw new DigestFormatError(`Not a content digest: ${detail}`);
}

export function parseDigest(bytes: Uint8Array): ParsedDigest {
  checkEnvelope(bytes);
  const reader = new Reader(bytes, MAGIC.length);
  const version = reader.u32();
  if (version > DIGEST_FORMAT_VERSION)
    throw new DigestFormatError(
      `has version ${version} of the digest's format, and this reads up to version ${DIGEST_FORMAT_VERSION}`,
      true,
    );
  if (version !== DIGEST_FORMAT_VERSION)
    fail(`expected format version ${DIGEST_FORMAT_VERSION}, found ${version}`);
  const widthSeconds = reader.u32();
  if (widthSeconds === 0 || (widthSeconds & (widthSeconds - 1)) !== 0) {
    fail(`expected a bin width that is a power of two, found ${widthSeconds} s`);
  }
  const counts = { buckets: reader.u32(), bins: reader.u32(), functions: reader.u32() };
  const size = counts.buckets * BUCKET_BYTES + counts.bins * BIN_BYTES + counts.functions * FUNCTION_BYTES;
  const expected = HEADER_BYTES + size + CHECKSUM_BYTES;
  if (bytes.length !== expected) fail(`expected ${expected} bytes, found ${bytes.length}`);
  if (counts.bins > MAX_BINS) fail(`expected at most ${MAX_BINS} bins, found ${counts.bins}`);
  return {
    buckets: ascending(
      counts.buckets,
      (bucket) => bucket.index,
      () => readBucket(reader),
    ),
    bins: readBins(counts.bins, widthSeconds, reader),
    functions: ascending(
      counts.functions,
      (hash) => hex128(hash),
      () => reader.words(),
    ),
  };
}

function checkEnvelope(bytes: Uint8Array): void {
  if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES)
    fail(`expected at least ${HEADER_BYTES + CHECKSUM_BYTES} bytes`);
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC) fail(`expected to begin with ${MAGIC}, found ${JSON.stringify(magic)}`);
  const crc = new Crc64('jones');
  const end = bytes.length - CHECKSUM_BYTES;
  crc.updateRange(bytes, 0, end);
  const stored = new DataView(bytes.buffer, bytes.byteOffset + end, CHECKSUM_BYTES).getBigUint64(0, true);
  if (stored !== crc.digest())
    fail(`expected checksum ${crc.digest().toString(16)}, found ${stored.toString(16)}`);
}

function readBucket(reader: Reader): Bucket {
  const index = reader.u32();
  if (index >= BUCKET_COUNT) fail(`expected a bucket below ${BUCKET_COUNT}, found ${index}`);
  const keys = reader.u64('a number of keys');
  if (keys === 0) fail(`expected keys in bucket ${index}, found none`);
  return { index, keys, sum: reader.words() };
}

/** There may be tens of thousands, and they lie in memory as they do here: they are looked at, and taken as they are. */
function readBins(count: number, widthSeconds: number, reader: Reader): ExpiryBins {
  const words = reader.ahead(count * BIN_BYTES);
  for (let bin = 0, last = -1; bin < count; bin++) {
    const index = reader.u64('the number of a bin');
    if (index <= last) fail(`expected ascending order, found ${index} after ${last}`);
    const keys = reader.u64('a number of keys');
    const volatileFields = reader.u64('a number of volatile fields');
    if (keys + volatileFields === 0) fail(`expected items in bin ${index}, found none`);
    reader.skipWords();
    last = index;
  }
  return ExpiryBins.fromWords(widthSeconds, words);
}

/** Reads that many things whose sort keys must strictly ascend, so that each content has one serialised form. */
function ascending<T>(count: number, keyOf: (thing: T) => number | string, read: () => T): readonly T[] {
  let last: number | string | undefined;
  return Array.from({ length: count }, () => {
    const thing = read();
    const key = keyOf(thing);
    if (last !== undefined && key <= last) fail(`expected ascending order, found ${key} after ${last}`);
    last = key;
    return thing;
  });
}
