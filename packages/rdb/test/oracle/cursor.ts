import { unpackLzf } from './lzf.ts';
import { damaged } from './refusal.ts';

/** A string of the file, unpacked only when its bytes are asked for: a structural reading does not. */
export interface Text {
  /** Of the bytes, once unpacked. */
  readonly length: number;
  readonly bytes: () => Buffer;
}

/** From here on the first byte is no length, but says how the string is encoded. */
const FIRST_ENCODING = 0xc0;
const INT32 = 2;
const LZF = 3;
/** LZF makes at most 264 bytes of three. */
const LZF_MAX_RATIO = 88;

export const textFrom = (bytes: Buffer): Text => ({ length: bytes.length, bytes: () => bytes });

/** Reads a buffer from its start to its end. */
export class Cursor {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(from, to);
  }

  take(size: number): Buffer {
    if (size > this.left) damaged(`${size} bytes, of which ${this.left} are there`);
    this.at += size;
    return this.slice(this.at - size, this.at);
  }

  /** Little-endian, of 1 to 4 bytes. */
  unsigned(width: number): number {
    return this.take(width).readUIntLE(0, width);
  }

  /** Little-endian, of 1 to 4 bytes, or 8. */
  signed(width: number): bigint {
    return width === 8 ? this.take(8).readBigInt64LE() : BigInt(this.take(width).readIntLE(0, width));
  }

  /** A length, or another integer in the form of one. */
  integer(): bigint {
    const first = this.unsigned(1);
    if (first < 0x40) return BigInt(first);
    if (first < 0x80) return BigInt(((first & 0x3f) << 8) | this.unsigned(1));
    if (first === 0x80) return BigInt(this.take(4).readUInt32BE());
    return first === 0x81 ? this.take(8).readBigUInt64BE() : damaged(`a length that begins with ${first}`);
  }

  /** How many follow, each of which takes a byte at least. */
  count(): number {
    const count = Number(this.integer());
    return count <= this.left ? count : damaged(`${count} of something in ${this.left} bytes`);
  }

  /** As many as their number, which comes first, says. */
  many<T>(read: () => T): T[] {
    return Array.from({ length: this.count() }, read);
  }

  text(): Text {
    const encoding = (this.#bytes[this.at] ?? 0) - FIRST_ENCODING;
    if (encoding < 0) return textFrom(this.take(this.count()));
    this.at++;
    if (encoding <= INT32) return textFrom(Buffer.from(`${this.signed(1 << encoding)}`));
    if (encoding !== LZF) damaged(`string encoding ${encoding}`);
    const size = this.count();
    const length = Number(this.integer());
    const packed = this.take(size);
    if (size === 0 || length === 0 || length > size * LZF_MAX_RATIO)
      damaged(`LZF of ${size} for ${length} bytes`);
    return { length, bytes: () => unpackLzf(packed, length) };
  }
}
