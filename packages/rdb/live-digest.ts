import type { ContentDigest } from './digest.ts';
import { checkFooter, FOOTER_BYTES } from './dump.ts';
import { RdbError } from './errors.ts';
import { type RdbFormat, typeOf } from './format.ts';
import { BUCKET_COUNT, hashOf, Seed } from './hashes.ts';
import { CHUNK_BYTES, OUT, REPORT, SMALL_BYTES, WINDOW } from './wasm/assembly/layout.ts';
import { borrowCore, type Core, returnCore } from './wasm/core.ts';
import { digestIn } from './wasm/results.ts';

/** A key of a running server. */
export interface LiveKey {
  readonly database: number;
  readonly name: NameHash;
  /** Absolute, in ms since the epoch; `undefined` for none. Beyond 2^53 only a bigint is exact. */
  readonly expiresAtMs: number | bigint | undefined;
}

/** The hash of a key's name, as four words, lowest first: all that has to be remembered of it. */
export type NameHash = Uint32Array;

/** The bucket of the key with this name. */
export const bucketOfName = (name: NameHash): number => ((name[0] ?? 0) & (BUCKET_COUNT - 1)) >>> 0;

const WORD = 0x1_0000_0000;
const LOOP_BYTES = 128;

/**
 * The digest of keys that are read from a running server, one after the other. As fast as reading a file: the sums stay
 * in the core, and a key costs no object.
 */
export class LiveDigest {
  readonly #core: Core = borrowCore();
  readonly #words: Uint32Array;
  /** What the server's payloads are, once one has been checked. */
  #format: RdbFormat | undefined;

  /** @param binWidthSeconds a power of two; the digest's expiry bins are at least so wide */
  constructor(binWidthSeconds = 1) {
    this.#words = new Uint32Array(this.#core.calls.memory.buffer, REPORT, 4);
    this.#core.calls.startSums(binWidthSeconds);
  }

  /** Hashes a name, `name[from, to)`, into `into`. */
  hashName(name: Uint8Array, into: NameHash, from = 0, to = name.length): void {
    if (to - from > SMALL_BYTES) {
      into.set(hashOf(Seed.key, name.subarray(from, to)));
      return;
    }
    this.#put(name, from, to, OUT);
    this.#core.calls.hashName(to - from);
    const words = this.#words;
    for (let word = 0; word < into.length; word++) into[word] = words[word] ?? 0;
  }

  /**
   * Adds a key by what DUMP answered for it, `bytes[from, to)`. The CRC-64 is checked for the
   * first payload only, because checking takes a tenth of the time. A later payload that arrives damaged gets another
   * digest, which the comparison finds.
   * @throws RdbError if the payload cannot be decoded, or is of a version or type that is not known
   */
  add(key: LiveKey, bytes: Uint8Array, from = 0, to = bytes.length): void {
    this.#format ??= checkFooter(bytes.subarray(from, to), undefined);
    if (to - from <= CHUNK_BYTES) {
      this.#put(bytes, from, to, WINDOW);
      if (this.#addWhole(key, to - from, this.#format)) return;
    }
    // Too large for the core's window, or not sound: then this says what is wrong.
    const payload = bytes.subarray(from, to);
    const value = this.begin(key, payload[0] ?? 0, checkFooter(payload, undefined));
    value.write(payload.subarray(1, payload.length - FOOTER_BYTES));
    value.end();
  }

  /** Up to a few cache lines a loop copies faster than a view of the bytes is made. */
  #put(source: Uint8Array, from: number, to: number, at: number): void {
    const { bytes } = this.#core;
    if (to - from > LOOP_BYTES) bytes.set(source.subarray(from, to), at);
    else for (let next = from, into = at; next < to; next++) bytes[into++] = source[next] ?? 0;
  }

  #addWhole({ name, database, expiresAtMs }: LiveKey, size: number, format: RdbFormat): boolean {
    const outcome = this.#core.calls.addPayload(
      size,
      format.version,
      format.flavour === 'valkey' ? 1 : 0,
      database,
      expiresAtMs === undefined ? 0 : 1,
      lowWordOf(expiresAtMs),
      highWordOf(expiresAtMs),
      name[0] ?? 0,
      name[1] ?? 0,
      name[2] ?? 0,
      name[3] ?? 0,
    );
    return outcome === 0;
  }

  /** Adds a key whose value arrives in pieces, in the encoding of RDB files. */
  begin(key: LiveKey, type: number, format: RdbFormat): LiveValue {
    const { expiresAtMs } = key;
    this.#words.set(key.name);
    this.#core.setExact(2, expiresAtMs === undefined ? -1n : BigInt(expiresAtMs));
    const described = typeOf(type, format, 0);
    const isValkey = format.flavour === 'valkey' ? 1 : 0;
    const expires = expiresAtMs === undefined ? 0 : 1;
    this.#core.calls.beginPayload(type, format.version, isValkey, key.database, expires);
    return new LiveValue(this.#core, described.name);
  }

  /** All that has been added so far. */
  digest(): ContentDigest {
    this.#core.calls.report();
    return digestIn(this.#core);
  }

  /** Call when it is no longer needed: the core is used again. */
  close(): void {
    returnCore(this.#core);
  }
}

/** A value that is being added. No other may be begun before it has ended; one that is given up leaves nothing. */
export class LiveValue {
  readonly #core: Core;
  readonly #what: string;
  #isDone = false;
  #trailing = 0;

  constructor(core: Core, what: string) {
    this.#core = core;
    this.#what = what;
  }

  /** Reads on. The chunk may be reused as soon as this returns. */
  write(chunk: Uint8Array): void {
    const { bytes, calls } = this.#core;
    for (let from = 0; from < chunk.length; from += CHUNK_BYTES) {
      const part = chunk.subarray(from, from + CHUNK_BYTES);
      if (this.#isDone) this.#trailing += part.length;
      else {
        bytes.set(part, calls.unreadEnd());
        this.#isDone = calls.run(part.length) === 1;
        if (this.#isDone) this.#trailing = calls.unread();
      }
    }
  }

  /** Call after the last byte. @throws RdbError unless the value ends there */
  end(): void {
    const at = this.#core.calls.consumed();
    if (!this.#isDone) throw new RdbError('Truncated', at, `expected more of a ${this.#what}, found its end`);
    if (this.#trailing > 0)
      throw new RdbError('TrailingBytes', at, `expected the footer, found ${this.#trailing} bytes`);
    this.#core.calls.endPayload();
  }
}

function lowWordOf(ms: number | bigint | undefined): number {
  if (typeof ms === 'bigint') return Number(BigInt.asUintN(32, ms));
  return ms === undefined ? 0 : ms >>> 0;
}

function highWordOf(ms: number | bigint | undefined): number {
  if (typeof ms === 'bigint') return Number(BigInt.asUintN(32, ms >> 32n));
  return ms === undefined ? 0 : Math.floor(ms / WORD);
}
