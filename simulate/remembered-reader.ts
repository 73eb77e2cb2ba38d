import {
  type ContentDigest,
  type Crc64Kind,
  type RdbReaderOptions,
  type RdbSummary,
  Crc64 as RealCrc64,
  RdbReader as RealReader,
} from '@redrill/rdb';

export * from '@redrill/rdb';

type Reading = { readonly summary: RdbSummary } | { readonly thrown: unknown };

/** Readings of whole files that came in one piece, by the memory that they lie in: contents here are a few hundred. */
const readings = new WeakMap<ArrayBufferLike, Reading & { readonly from: number; readonly length: number }>();

function readingOf({ buffer, byteOffset, length }: Uint8Array): Reading | undefined {
  const found = readings.get(buffer);
  return found?.from === byteOffset && found.length === length ? found : undefined;
}

function remember({ buffer, byteOffset, length }: Uint8Array, reading: Reading): void {
  readings.set(buffer, { ...reading, from: byteOffset, length });
}

/**
 * The reader, which reads each array of bytes once and then remembers what it found: a year of backups is the same few
 * files again and again. What the simulation is about is what is made of a reading.
 */
export class RdbReader {
  readonly #options: RdbReaderOptions;
  #real: RealReader | undefined;
  /** The file, as long as it is all that was written and is known. */
  #known: Uint8Array | undefined;
  /** The file, as long as it is all that was written. */
  #whole: Uint8Array | undefined;
  #pieces = 0;

  constructor(options: RdbReaderOptions) {
    this.#options = options;
  }

  static resume(checkpoint: Uint8Array, callbacks?: Parameters<typeof RealReader.resume>[1]): RealReader {
    return RealReader.resume(checkpoint, callbacks);
  }

  get position(): number {
    return this.#known?.length ?? this.#real?.position ?? 0;
  }

  write(chunk: Uint8Array): void {
    this.#pieces++;
    this.#whole = this.#pieces === 1 ? chunk : undefined;
    const known = this.#pieces === 1 && this.#real === undefined ? readingOf(chunk) : undefined;
    if (known !== undefined && 'thrown' in known) throw known.thrown;
    if (known !== undefined) this.#known = chunk;
    else this.#remembering((reader) => reader.write(chunk));
  }

  writeFrom(read: (space: Uint8Array) => number): number {
    return this.#reader().writeFrom(read);
  }

  end(): RdbSummary {
    const known = this.#known && readingOf(this.#known);
    if (known !== undefined && 'summary' in known) return known.summary;
    const summary = this.#remembering((reader) => reader.end());
    if (summary.digest !== undefined) keepAtHand(summary.digest);
    if (this.#whole !== undefined) remember(this.#whole, { summary });
    return summary;
  }

  checkpoint(): Uint8Array {
    return this.#reader().checkpoint();
  }

  /** The real one, which has read what was written. */
  #reader(): RealReader {
    this.#real ??= new RealReader(this.#options);
    if (this.#known !== undefined) this.#real.write(this.#known);
    this.#known = undefined;
    return this.#real;
  }

  #remembering<Result>(read: (reader: RealReader) => Result): Result {
    const reader = this.#reader();
    try {
      return read(reader);
    } catch (thrown) {
      if (this.#whole !== undefined) remember(this.#whole, { thrown });
      throw thrown;
    }
  }
}

/** What is asked of every reading is worked out once. */
function keepAtHand(digest: ContentDigest): void {
  const bytes = digest.toBytes();
  digest.toBytes = () => bytes;
  Object.defineProperty(digest, 'total', { value: digest.total });
}

/** The CRC of each array of bytes that a file begins with, by the memory that they lie in. */
const sums = new WeakMap<
  ArrayBufferLike,
  { readonly of: Uint8Array; readonly kind: Crc64Kind; readonly sum: bigint }
>();

/** The CRC, which remembers those of whole files as the reader does. */
export class Crc64 {
  readonly #kind: Crc64Kind;
  #soFar: bigint;

  constructor(kind: Crc64Kind, soFar = 0n) {
    this.#kind = kind;
    this.#soFar = soFar;
  }

  update(bytes: Uint8Array): void {
    const { buffer, byteOffset, length } = bytes;
    const kind = this.#kind;
    const isFirst = this.#soFar === 0n;
    const known = isFirst ? sums.get(buffer) : undefined;
    if (known?.kind === kind && known.of.byteOffset === byteOffset && known.of.length === length) {
      this.#soFar = known.sum;
      return;
    }
    const real = new RealCrc64(kind, this.#soFar);
    real.update(bytes);
    this.#soFar = real.digest();
    if (isFirst) sums.set(buffer, { of: bytes, kind, sum: this.#soFar });
  }

  digest(): bigint {
    return this.#soFar;
  }
}
