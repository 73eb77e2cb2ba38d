import { RdbError } from '../../errors.ts';
import { isPossibleLzf, LzfDecoder } from './lzf.ts';
import type { Murmur3 } from './murmur3.ts';
import type { Source, Suspendable } from './source.ts';

const ENCODED_INT32 = 2;
const ENCODED_LZF = 3;
/** Room for the text of any 64-bit integer, with its sign. */
const INTEGER_TEXT_BYTES = 20;

/** Compressed strings up to this long are decompressed in one go when the window holds them whole. */
const FAST_LZF_BYTES = 64 * 1024;

/** Writes `value` in decimal at the end of `text`. @returns where it starts */
export function writeInteger(text: Uint8Array, value: number): number {
  let at = text.length;
  let rest = Math.abs(value);
  do {
    const tenth = Math.floor(rest / 10);
    text[--at] = 48 + (rest - tenth * 10);
    rest = tenth;
  } while (rest > 0);
  if (value < 0) text[--at] = 45;
  return at;
}

/**
 * RDB strings in all four forms: raw, integers of 8, 16 and 32 bits, and LZF. They are skipped, hashed as they pass by
 * in bounded memory, or held whole (`bytes[start, end)`, valid until the next read) up to a limit.
 */
export class Strings {
  bytes: Uint8Array;
  start = 0;
  end = 0;

  readonly #source: Source;
  readonly #limitBytes: number;
  readonly #lzf = new LzfDecoder();
  readonly #integer = new Uint8Array(INTEGER_TEXT_BYTES);
  #held = new Uint8Array(1024);
  /** Of the string whose header has been read: its length, and how many bytes it occupies in the file. */
  #length = 0;
  #stored = 0;
  #isCompressed = false;
  #isInteger = false;
  #offset = 0;

  /** @param limitBytes what may be held whole; more is refused as `UnsupportedSize` */
  constructor(source: Source, limitBytes: number) {
    this.#source = source;
    this.#limitBytes = limitBytes;
    this.bytes = this.#held;
  }

  /** The length of the string that was just read. */
  get length(): number {
    return this.#length;
  }

  /** Holds the next string if the window has all of it and it needs no large buffer. Consumes nothing otherwise. */
  tryWhole(): boolean {
    const source = this.#source;
    const from = source.at;
    if (!this.#tryHeader()) return false;
    if (this.#isInteger) return true;
    if (!source.has(this.#stored) || (this.#isCompressed && this.#length > FAST_LZF_BYTES)) {
      source.at = from;
      return false;
    }
    if (this.#isCompressed) {
      this.#hold(this.#length);
      this.#lzf.begin(this.#length, this.#offset, this.bytes);
      this.#lzf.feed(source.bytes, source.at, source.at + this.#stored);
      this.#lzf.finish();
    } else {
      this.bytes = source.bytes;
      this.start = source.at;
      this.end = source.at + this.#stored;
    }
    source.at += this.#stored;
    return true;
  }

  /** Holds the next string whole. */
  *whole(what: string): Suspendable<void> {
    if (this.tryWhole()) return;
    yield* this.#header();
    if (this.#isInteger) return;
    if (this.#length > this.#limitBytes) {
      const detail = `expected ${what} of at most ${this.#limitBytes} bytes, found ${this.#length}`;
      throw new RdbError('UnsupportedSize', this.#offset, detail);
    }
    if (this.#isCompressed) {
      this.#hold(this.#length);
      this.#lzf.begin(this.#length, this.#offset, this.bytes);
      yield* this.#decompress();
      return;
    }
    // Grown as bytes arrive, so that a damaged length does not allocate what never comes.
    let filled = 0;
    for (let left = this.#stored; left > 0; ) {
      while (!this.#source.has(1)) yield;
      const take = Math.min(left, this.#source.end - this.#source.at);
      this.#grow(filled, filled + take);
      this.#held.set(this.#source.bytes.subarray(this.#source.at, this.#source.at + take), filled);
      this.#source.at += take;
      filled += take;
      left -= take;
    }
    this.#hold(filled);
  }

  /** Appends the next string to a hash, preceded by its length. Memory is bounded whatever the length. */
  *hash(into: Murmur3): Suspendable<void> {
    yield* this.#header();
    if (this.#isInteger) {
      into.prefixed(this.bytes, this.start, this.end);
      return;
    }
    into.count(this.#length);
    if (this.#isCompressed) {
      this.#lzf.begin(this.#length, this.#offset, into);
      yield* this.#decompress();
      return;
    }
    const source = this.#source;
    for (let left = this.#stored; left > 0; ) {
      while (!source.has(1)) yield;
      const take = Math.min(left, source.end - source.at);
      into.bytes(source.bytes, source.at, source.at + take);
      source.at += take;
      left -= take;
    }
  }

  /** Skips the next string if the window has all of it. Consumes nothing otherwise. */
  trySkip(): boolean {
    const from = this.#source.at;
    if (!this.#tryHeader()) return false;
    if (this.#source.has(this.#stored)) {
      this.#source.at += this.#stored;
      return true;
    }
    this.#source.at = from;
    return false;
  }

  /** Skips the next string; `length` says how long it was, decompressed. */
  *skip(): Suspendable<void> {
    yield* this.#header();
    const source = this.#source;
    for (let left = this.#stored; left > 0; ) {
      while (!source.has(1)) yield;
      const take = Math.min(left, source.end - source.at);
      source.at += take;
      left -= take;
    }
  }

  *#decompress(): Suspendable<void> {
    const source = this.#source;
    // As the core does: of two faults, a short string that is cut off and damaged has the first.
    const isShort = this.#stored <= FAST_LZF_BYTES && this.#length <= FAST_LZF_BYTES;
    while (isShort && !source.has(this.#stored)) yield;
    for (let left = this.#stored; left > 0; ) {
      while (!source.has(1)) yield;
      const take = Math.min(left, source.end - source.at);
      this.#lzf.feed(source.bytes, source.at, source.at + take);
      source.at += take;
      left -= take;
    }
    this.#lzf.finish();
  }

  *#header(): Suspendable<void> {
    while (!this.#tryHeader()) yield;
  }

  /** Reads everything before the string's bytes; an integer is read entirely. Consumes all of it or nothing. */
  #tryHeader(): boolean {
    const source = this.#source;
    const from = source.at;
    this.#offset = source.offset;
    this.#isCompressed = false;
    this.#isInteger = false;
    let complete = source.tryLength();
    if (complete && source.special < 0) {
      this.#length = source.bounded('a string length', this.#offset, 1);
      this.#stored = this.#length;
    } else if (complete && source.special <= ENCODED_INT32) {
      complete = this.#tryInteger(1 << source.special);
    } else if (complete) {
      complete = this.#tryCompressedHeader();
    }
    if (!complete) source.at = from;
    return complete;
  }

  #tryInteger(width: number): boolean {
    const source = this.#source;
    if (!source.has(width)) return false;
    let value = 0;
    for (let byte = 0; byte < width; byte++) value |= source.u8() << (8 * byte);
    const unused = 32 - 8 * width;
    this.start = writeInteger(this.#integer, (value << unused) >> unused);
    this.end = INTEGER_TEXT_BYTES;
    this.bytes = this.#integer;
    this.#isInteger = true;
    this.#length = this.end - this.start;
    this.#stored = 0;
    return true;
  }

  #tryCompressedHeader(): boolean {
    const source = this.#source;
    if (source.special !== ENCODED_LZF) {
      throw new RdbError(
        'BadString',
        this.#offset,
        `expected a string encoding of 0 to 3, found ${source.special}`,
      );
    }
    if (!source.tryLength()) return false;
    this.#stored = this.#plainLength('a compressed length', 1);
    if (!source.tryLength()) return false;
    this.#length = this.#plainLength('an uncompressed length', 0);
    if (!isPossibleLzf(this.#stored, this.#length)) {
      const detail = `expected lengths that LZF can have, found ${this.#stored} bytes for ${this.#length}`;
      throw new RdbError('BadLzf', this.#offset, detail);
    }
    this.#isCompressed = true;
    return true;
  }

  #plainLength(what: string, bytesEach: number): number {
    if (this.#source.special >= 0) {
      const detail = `expected ${what}, found string encoding ${this.#source.special}`;
      throw new RdbError('BadLength', this.#offset, detail);
    }
    return this.#source.bounded(what, this.#offset, bytesEach);
  }

  #hold(length: number): void {
    this.#grow(0, length);
    this.bytes = this.#held;
    this.start = 0;
    this.end = length;
  }

  #grow(keep: number, size: number): void {
    if (size <= this.#held.length) return;
    const grown = new Uint8Array(
      Math.min(Math.max(size, this.#held.length * 2), Math.max(size, this.#limitBytes)),
    );
    grown.set(this.#held.subarray(0, keep));
    this.#held = grown;
  }
}
