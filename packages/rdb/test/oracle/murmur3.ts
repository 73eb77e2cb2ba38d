/**
 * MurmurHash3 x64 128 (Austin Appleby, public domain), incremental, in 32-bit arithmetic.
 *
 * Everything is copied into one small aligned buffer and mixed from there: a copy is cheap, and 32-bit loads from
 * an aligned buffer are what makes the mixing fast.
 */
import type { Word128 } from '../../word128.ts';

const BUFFER_BYTES = 4096;
const BLOCK_BYTES = 16;
/** Below this many bytes a loop beats the set-up cost of `TypedArray.set`. */
const SMALL_COPY_BYTES = 48;

const C1_HIGH = 0x87c37b91;
const C1_LOW = 0x114253d5;
const C2_HIGH = 0x4cf5ad43;
const C2_LOW = 0x2745937f;

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const a0 = a & 0xffff;
  const a1 = a >>> 16;
  const b0 = b & 0xffff;
  const b1 = b >>> 16;
  const p10 = Math.imul(a1, b0);
  const p01 = Math.imul(a0, b1);
  const middle = (Math.imul(a0, b0) >>> 16) + (p10 & 0xffff) + (p01 & 0xffff);
  return ((p10 >>> 16) + (p01 >>> 16) + Math.imul(a1, b1) + (middle >>> 16)) | 0;
}

/** 1 if the unsigned 32-bit sum `sum = a + b` wrapped. */
const carry = (sum: number, a: number): number => (sum >>> 0 < a >>> 0 ? 1 : 0);

export class Murmur3 {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  #fill = 0;
  #lengthBeforeBuffer = 0;
  #h1Low = 0;
  #h1High = 0;
  #h2Low = 0;
  #h2High = 0;

  constructor() {
    const buffer = new ArrayBuffer(BUFFER_BYTES);
    this.#bytes = new Uint8Array(buffer);
    this.#words = new Int32Array(buffer);
  }

  /** Starts a new message. */
  reset(seed: number): this {
    this.#fill = 0;
    this.#lengthBeforeBuffer = 0;
    this.#h1Low = seed | 0;
    this.#h1High = 0;
    this.#h2Low = seed | 0;
    this.#h2High = 0;
    return this;
  }

  /** Appends `bytes[from, to)`. */
  bytes(bytes: Uint8Array, from: number, to: number): this {
    let at = from;
    while (at < to) {
      const take = Math.min(to - at, BUFFER_BYTES - this.#fill);
      const target = this.#bytes;
      if (take <= SMALL_COPY_BYTES) {
        for (let i = 0, fill = this.#fill; i < take; i++) target[fill + i] = bytes[at + i] as number;
      } else {
        target.set(bytes.subarray(at, at + take), this.#fill);
      }
      this.#fill += take;
      at += take;
      if (this.#fill === BUFFER_BYTES) this.#flush();
    }
    return this;
  }

  /** Appends an unsigned 32-bit integer, little-endian. */
  u32(value: number): this {
    let fill = this.#fill;
    if (fill + 4 > BUFFER_BYTES) {
      return this.bytes(Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24), 0, 4);
    }
    if ((fill & 3) === 0) {
      this.#words[fill >> 2] = value;
      fill += 4;
    } else {
      const bytes = this.#bytes;
      bytes[fill++] = value;
      bytes[fill++] = value >>> 8;
      bytes[fill++] = value >>> 16;
      bytes[fill++] = value >>> 24;
    }
    this.#fill = fill;
    if (fill === BUFFER_BYTES) this.#flush();
    return this;
  }

  /** Appends a 64-bit integer, little-endian, given in halves. */
  u64(low: number, high: number): this {
    return this.u32(low).u32(high);
  }

  /** Appends a non-negative safe integer as 64 bits. */
  count(value: number): this {
    return this.u32(value).u32(value <= 0xffff_ffff ? 0 : Math.floor(value / 0x1_0000_0000));
  }

  word128(value: Word128): this {
    return this.u32(value[0] as number)
      .u32(value[1] as number)
      .u32(value[2] as number)
      .u32(value[3] as number);
  }

  /** Appends `bytes[from, to)`, preceded by its length as 64 bits. */
  prefixed(bytes: Uint8Array, from: number, to: number): this {
    return this.count(to - from).bytes(bytes, from, to);
  }

  /** Writes the hash of the message into `result`. The message is over: call {@link reset} before the next. */
  finish(result: Word128): Word128 {
    const length = this.#lengthBeforeBuffer + this.#fill;
    const tail = this.#fill & (BLOCK_BYTES - 1);
    const whole = this.#fill - tail;
    this.#mix(whole);
    // A tail padded with zeros mixes to the same value as the reference's byte-wise tail.
    if (tail > 0) {
      this.#bytes.fill(0, this.#fill, whole + BLOCK_BYTES);
      this.#mixTail(whole >> 2);
    }
    this.#fill = 0;
    this.#finalise(length, result);
    return result;
  }

  /** Writes the hash of the message so far into `result`. The message goes on. */
  peek(result: Word128): Word128 {
    const fill = this.#fill;
    const state = [this.#h1Low, this.#h1High, this.#h2Low, this.#h2High] as const;
    this.finish(result);
    this.#fill = fill;
    [this.#h1Low, this.#h1High, this.#h2Low, this.#h2High] = state;
    return result;
  }

  #flush(): void {
    this.#mix(BUFFER_BYTES);
    this.#lengthBeforeBuffer += BUFFER_BYTES;
    this.#fill = 0;
  }

  /** The hot loop, in one piece: 64-bit values as pairs of locals cannot be handed between functions for free. */
  #mix(length: number): void {
    const words = this.#words;
    let h1Low = this.#h1Low;
    let h1High = this.#h1High;
    let h2Low = this.#h2Low;
    let h2High = this.#h2High;
    for (let word = 0; word < length >> 2; word += 4) {
      let low = words[word] as number;
      let high = words[word + 1] as number;
      // k1 *= c1; k1 = rotl(k1, 31); k1 *= c2; h1 ^= k1
      let nextHigh = (multiplyHigh(low, C1_LOW) + Math.imul(high, C1_LOW) + Math.imul(low, C1_HIGH)) | 0;
      let nextLow = Math.imul(low, C1_LOW);
      low = (nextLow << 31) | (nextHigh >>> 1);
      high = (nextHigh << 31) | (nextLow >>> 1);
      h1High ^= (multiplyHigh(low, C2_LOW) + Math.imul(high, C2_LOW) + Math.imul(low, C2_HIGH)) | 0;
      h1Low ^= Math.imul(low, C2_LOW);
      // h1 = rotl(h1, 27) + h2
      nextLow = (h1Low << 27) | (h1High >>> 5);
      nextHigh = (h1High << 27) | (h1Low >>> 5);
      low = (nextLow + h2Low) | 0;
      high = (nextHigh + h2High + carry(low, nextLow)) | 0;
      // h1 = h1 * 5 + 0x52dce729
      nextLow = Math.imul(low, 5);
      nextHigh = (multiplyHigh(low, 5) + Math.imul(high, 5)) | 0;
      h1Low = (nextLow + 0x52dce729) | 0;
      h1High = (nextHigh + carry(h1Low, nextLow)) | 0;
      low = words[word + 2] as number;
      high = words[word + 3] as number;
      // k2 *= c2; k2 = rotl(k2, 33); k2 *= c1; h2 ^= k2
      nextHigh = (multiplyHigh(low, C2_LOW) + Math.imul(high, C2_LOW) + Math.imul(low, C2_HIGH)) | 0;
      nextLow = Math.imul(low, C2_LOW);
      low = (nextHigh << 1) | (nextLow >>> 31);
      high = (nextLow << 1) | (nextHigh >>> 31);
      h2High ^= (multiplyHigh(low, C1_LOW) + Math.imul(high, C1_LOW) + Math.imul(low, C1_HIGH)) | 0;
      h2Low ^= Math.imul(low, C1_LOW);
      // h2 = rotl(h2, 31) + h1
      nextLow = (h2Low << 31) | (h2High >>> 1);
      nextHigh = (h2High << 31) | (h2Low >>> 1);
      low = (nextLow + h1Low) | 0;
      high = (nextHigh + h1High + carry(low, nextLow)) | 0;
      // h2 = h2 * 5 + 0x38495ab5
      nextLow = Math.imul(low, 5);
      nextHigh = (multiplyHigh(low, 5) + Math.imul(high, 5)) | 0;
      h2Low = (nextLow + 0x38495ab5) | 0;
      h2High = (nextHigh + carry(h2Low, nextLow)) | 0;
    }
    this.#h1Low = h1Low;
    this.#h1High = h1High;
    this.#h2Low = h2Low;
    this.#h2High = h2High;
  }

  #mixTail(word: number): void {
    let low = this.#words[word + 2] as number;
    let high = this.#words[word + 3] as number;
    let nextHigh = (multiplyHigh(low, C2_LOW) + Math.imul(high, C2_LOW) + Math.imul(low, C2_HIGH)) | 0;
    let nextLow = Math.imul(low, C2_LOW);
    low = (nextHigh << 1) | (nextLow >>> 31);
    high = (nextLow << 1) | (nextHigh >>> 31);
    this.#h2High ^= (multiplyHigh(low, C1_LOW) + Math.imul(high, C1_LOW) + Math.imul(low, C1_HIGH)) | 0;
    this.#h2Low ^= Math.imul(low, C1_LOW);
    low = this.#words[word] as number;
    high = this.#words[word + 1] as number;
    nextHigh = (multiplyHigh(low, C1_LOW) + Math.imul(high, C1_LOW) + Math.imul(low, C1_HIGH)) | 0;
    nextLow = Math.imul(low, C1_LOW);
    low = (nextLow << 31) | (nextHigh >>> 1);
    high = (nextHigh << 31) | (nextLow >>> 1);
    this.#h1High ^= (multiplyHigh(low, C2_LOW) + Math.imul(high, C2_LOW) + Math.imul(low, C2_HIGH)) | 0;
    this.#h1Low ^= Math.imul(low, C2_LOW);
  }

  #finalise(length: number, result: Word128): void {
    const lengthHigh = Math.floor(length / 0x1_0000_0000);
    let h1Low = this.#h1Low ^ length;
    let h1High = this.#h1High ^ lengthHigh;
    let h2Low = this.#h2Low ^ length;
    let h2High = this.#h2High ^ lengthHigh;
    // h1 += h2; h2 += h1
    h1Low = (h1Low + h2Low) | 0;
    h1High = (h1High + h2High + carry(h1Low, h2Low)) | 0;
    h2Low = (h2Low + h1Low) | 0;
    h2High = (h2High + h1High + carry(h2Low, h1Low)) | 0;
    avalanche(h1Low, h1High, result, 0);
    avalanche(h2Low, h2High, result, 2);
    // h1 += h2; h2 += h1
    h2Low = result[2] as number;
    h1Low = ((result[0] as number) + h2Low) | 0;
    h1High = ((result[1] as number) + (result[3] as number) + carry(h1Low, h2Low)) | 0;
    h2Low = (h2Low + h1Low) | 0;
    h2High = ((result[3] as number) + h1High + carry(h2Low, h1Low)) | 0;
    result[0] = h1Low;
    result[1] = h1High;
    result[2] = h2Low;
    result[3] = h2High;
  }
}

/** The 64-bit finaliser, `fmix64`, into words[at..at+1]. */
function avalanche(inputLow: number, high: number, words: Word128, at: number): void {
  let low = inputLow ^ (high >>> 1);
  let product =
    (multiplyHigh(low, 0xed558ccd) + Math.imul(high, 0xed558ccd) + Math.imul(low, 0xff51afd7)) | 0;
  low = Math.imul(low, 0xed558ccd) ^ (product >>> 1);
  const mixed = product;
  product = (multiplyHigh(low, 0x1a85ec53) + Math.imul(mixed, 0x1a85ec53) + Math.imul(low, 0xc4ceb9fe)) | 0;
  words[at] = Math.imul(low, 0x1a85ec53) ^ (product >>> 1);
  words[at + 1] = product;
}
