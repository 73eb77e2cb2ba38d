import { RdbError } from '../../errors.ts';
import { Crc64 } from './crc64.ts';

/**
 * A length beyond this is damage, not data: 1 TiB, more than any server can hold in one value
 * (a string is at most 512 MiB unless `proto-max-bulk-len` is raised).
 */
const MAX_LENGTH = 2 ** 40;

/** The first two bits of a length that say "not a length but a specially encoded string". */
const SPECIAL = 3;
const LENGTH_32 = 0x80;
const LENGTH_64 = 0x81;

const NOTHING = new Uint8Array(0);

/** A parser that gives up control when the window holds too few bytes, and is resumed when there are more. */
export type Suspendable<T> = Generator<void, T, void>;

/**
 * The bytes that have arrived and are not consumed yet. Whoever reads takes whole atoms (a length, a header, eight
 * bytes) and suspends when the window ends inside one, so what is carried from chunk to chunk is a few bytes.
 */
export class Source {
  /** The window: `bytes[at, end)` is unread. */
  bytes: Uint8Array = NOTHING;
  at = 0;
  end = 0;

  /** The last length read by {@link tryLength}, as two unsigned 32-bit halves. */
  low = 0;
  high = 0;
  /** The kind of special string encoding found in place of a length, or −1. */
  special = -1;

  /** What is being read, for the message of a truncation. */
  reading = 'the header';

  readonly sizeBytes: number;
  readonly #crc = new Crc64('jones');
  #base = 0;
  #summedTo = 0;

  /** @param sizeBytes how many bytes there are in all, if known */
  constructor(sizeBytes: number = Number.POSITIVE_INFINITY) {
    this.sizeBytes = sizeBytes;
  }

  /** Position in the file of the next unread byte. */
  get offset(): number {
    return this.#base + this.at;
  }

  /** How many bytes are left if the size is known, otherwise infinite. */
  get remaining(): number {
    return this.sizeBytes - this.offset;
  }

  /** Makes `chunk` readable after what is unread. It is only borrowed: call {@link release} before it is reused. */
  push(chunk: Uint8Array): void {
    this.#sum();
    const unread = this.end - this.at;
    this.#base += this.at;
    if (unread === 0) {
      this.bytes = chunk;
    } else {
      const joined = new Uint8Array(unread + chunk.length);
      joined.set(this.bytes.subarray(this.at, this.end));
      joined.set(chunk, unread);
      this.bytes = joined;
    }
    this.at = 0;
    this.#summedTo = 0;
    this.end = this.bytes.length;
  }

  /** Lets go of the pushed chunk, keeping a copy of the few unread bytes. */
  release(): void {
    this.#sum();
    this.#base += this.at;
    this.bytes = this.at === this.end ? NOTHING : this.bytes.slice(this.at, this.end);
    this.at = 0;
    this.#summedTo = 0;
    this.end = this.bytes.length;
  }

  /** Starts over on a buffer of its own, with a new checksum left to the caller. */
  restart(bytes: Uint8Array, end: number): void {
    this.bytes = bytes;
    this.at = 0;
    this.end = end;
    this.#base = 0;
    this.#summedTo = end;
  }

  has(count: number): boolean {
    return this.end - this.at >= count;
  }

  /** CRC-64 of all bytes consumed so far. */
  checksum(): bigint {
    this.#sum();
    return this.#crc.digest();
  }

  #sum(): void {
    if (this.at > this.#summedTo) this.#crc.updateRange(this.bytes, this.#summedTo, this.at);
    this.#summedTo = Math.max(this.#summedTo, this.at);
  }

  u8(): number {
    return this.bytes[this.at++] as number;
  }

  u32le(): number {
    const at = this.at;
    this.at += 4;
    return this.#u32(at + 3, -1);
  }

  u32be(): number {
    const at = this.at;
    this.at += 4;
    return this.#u32(at, 1);
  }

  #u32(at: number, step: 1 | -1): number {
    const bytes = this.bytes;
    const top = ((bytes[at] as number) << 24) | ((bytes[at + step] as number) << 16);
    return (top | ((bytes[at + 2 * step] as number) << 8) | (bytes[at + 3 * step] as number)) >>> 0;
  }

  /**
   * Reads a length-encoded integer into `low` and `high`, or the kind of a specially encoded string into `special`.
   * @returns false, with nothing consumed, when the window ends inside it
   */
  tryLength(): boolean {
    if (this.at >= this.end) return false;
    const first = this.bytes[this.at] as number;
    this.high = 0;
    this.special = -1;
    switch (first >> 6) {
      case 0:
        this.low = first;
        this.at++;
        return true;
      case 1:
        if (this.at + 2 > this.end) return false;
        this.low = ((first & 0x3f) << 8) | (this.bytes[this.at + 1] as number);
        this.at += 2;
        return true;
      case SPECIAL:
        this.low = 0;
        this.special = first & 0x3f;
        this.at++;
        return true;
      default:
        return this.#tryWideLength(first);
    }
  }

  #tryWideLength(first: number): boolean {
    if (first !== LENGTH_32 && first !== LENGTH_64) {
      throw new RdbError(
        'BadLength',
        this.offset,
        `expected a length encoding, found 0x${first.toString(16)}`,
      );
    }
    const width = first === LENGTH_32 ? 4 : 8;
    if (!this.has(1 + width)) return false;
    this.at++;
    if (width === 8) this.high = this.u32be();
    this.low = this.u32be();
    return true;
  }

  /** Reads an integer of up to 64 bits into `low` and `high`. */
  *integer(what: string): Suspendable<void> {
    while (!this.tryLength()) yield;
    if (this.special >= 0) {
      throw new RdbError(
        'BadLength',
        this.offset - 1,
        `expected ${what}, found string encoding ${this.special}`,
      );
    }
  }

  /** Reads a number of things, each of which takes at least `bytesEach` bytes. */
  *count(what: string, bytesEach = 1): Suspendable<number> {
    const from = this.offset;
    yield* this.integer(what);
    return this.bounded(what, from, bytesEach);
  }

  /** The last integer as a number, refused if that many things cannot follow. */
  bounded(what: string, from: number, bytesEach: number): number {
    const value = this.high * 0x1_0000_0000 + this.low;
    if (value > MAX_LENGTH || value * bytesEach > this.remaining) {
      const bound = Number.isFinite(this.remaining)
        ? `${this.remaining} bytes are left`
        : `the limit is ${MAX_LENGTH}`;
      throw new RdbError('BadLength', from, `expected ${what}, found ${value}, but ${bound}`);
    }
    return value;
  }
}
