import { ContentDigest } from '../../digest.ts';
import { RdbError } from '../../errors.ts';
import type { RdbFormat } from '../../format.ts';
import { FIRST_VERSION_WITH_CHECKSUM } from '../../format.ts';
import { DEFAULT_HELD_BYTES, type RdbReaderOptions } from '../../reader-options.ts';
import type { RdbSummary } from '../../summary.ts';
import { trailingBytes } from '../../trailing-bytes.ts';
import { readHeader } from './header.ts';
import { KeyReader } from './key-reader.ts';
import { Source, type Suspendable } from './source.ts';
import { Strings } from './strings.ts';
import { Tally } from './tally.ts';

const CHECKSUM_BYTES = 8;

/**
 * The reader once more, in plain TypeScript: what the tests hold the core (../wasm/) against. It does not run in
 * production, for it is ten times slower.
 *
 * Every method throws {@link RdbError} when the bytes are not a sound RDB file of a version that is known entirely;
 * once one has, all do.
 */
export class OracleReader {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #tally = new Tally();
  readonly #digest: ContentDigest | undefined;
  readonly #options: RdbReaderOptions;
  readonly #run: Suspendable<RdbSummary>;
  #summary: RdbSummary | undefined;
  #failure: unknown;

  constructor(options: RdbReaderOptions) {
    this.#options = options;
    this.#source = new Source(options.sizeBytes);
    this.#strings = new Strings(this.#source, options.heldBytes ?? DEFAULT_HELD_BYTES);
    this.#digest = options.depth === 'deep' ? new ContentDigest() : undefined;
    this.#run = this.#read();
  }

  /** Reads on. The chunk may be reused as soon as this returns. */
  write(chunk: Uint8Array): void {
    if (chunk.length > 0) this.#guarded(() => this.#write(chunk));
  }

  /** Call after the last byte. @returns what the file holds */
  end(): RdbSummary {
    return this.#guarded(() => {
      const summary = this.#summary;
      const { offset, end, at, reading, sizeBytes } = this.#source;
      const arrived = offset + end - at;
      if (!summary)
        throw new RdbError('Truncated', arrived, `expected more of ${reading}, found the end of the file`);
      if (Number.isFinite(sizeBytes) && arrived !== sizeBytes) {
        throw new RdbError('Truncated', arrived, `expected a file of ${sizeBytes} bytes, found ${arrived}`);
      }
      return summary;
    });
  }

  #guarded<T>(work: () => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      return work();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #write(chunk: Uint8Array): void {
    const source = this.#source;
    source.push(chunk);
    if (!this.#summary) {
      const step = this.#run.next();
      if (step.done) this.#summary = step.value;
    }
    if (this.#summary && source.has(1)) {
      const there = [source.bytes.subarray(source.at, source.end)];
      throw trailingBytes(there, source.offset, this.#options.sizeBytes);
    }
    source.release();
  }

  *#read(): Suspendable<RdbSummary> {
    const source = this.#source;
    const format = yield* readHeader(source);
    const keys = new KeyReader({
      source,
      strings: this.#strings,
      format,
      tally: this.#tally,
      digest: this.#digest,
      onKey: this.#options.onKey,
    });
    yield* keys.readAll();
    const crc64 = yield* this.#readChecksum(format);
    keys.checkKeys();
    return {
      bytes: source.offset,
      rdbVersion: format.version,
      crc64,
      ...this.#tally.counts(format.flavour),
      ...(this.#digest ? { digest: this.#digest, ...this.#tally.deepCounts() } : {}),
    };
  }

  *#readChecksum(format: RdbFormat): Suspendable<RdbSummary['crc64']> {
    if (format.version < FIRST_VERSION_WITH_CHECKSUM) return 'none';
    const source = this.#source;
    source.reading = 'the checksum';
    const computed = source.checksum();
    while (!source.has(CHECKSUM_BYTES)) yield;
    const offset = source.offset;
    const low = source.u32le();
    const stored = (BigInt(source.u32le()) << 32n) | BigInt(low);
    if (stored === 0n) return 'absent';
    if (stored !== computed) {
      const detail = `expected CRC-64 ${computed.toString(16)} of all bytes before, found ${stored.toString(16)}`;
      throw new RdbError('BadChecksum', offset, detail);
    }
    return 'valid';
  }
}
