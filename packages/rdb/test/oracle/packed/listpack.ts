import { EMPTY_LISTPACK_BYTES } from '../../../format.ts';
import { PackedCursor } from './cursor.ts';

const HEADER_BYTES = 6;
const END = 0xff;
/** Stored as the number of elements when there are too many to count in 16 bits. */
const COUNT_UNKNOWN = 0xffff;

/** How many bytes the length of an entry takes when written backwards after it, seven bits a byte. */
function backlenBytes(entryBytes: number): number {
  if (entryBytes <= 127) return 1;
  // Not 16384: the server's own limits are one short of the power of two, and what it writes is what is checked.
  if (entryBytes < 16383) return 2;
  if (entryBytes < 2097151) return 3;
  return entryBytes < 268435455 ? 4 : 5;
}

/** Total bytes, count, then entries: encoding, content, and the entry's length again for walking backwards. */
export class ListpackCursor extends PackedCursor {
  #expected = 0;

  constructor() {
    super('BadListpack');
  }

  protected override readHeader(): void {
    const size = this.to - this.from;
    if (size < EMPTY_LISTPACK_BYTES)
      this.fail(`expected at least ${EMPTY_LISTPACK_BYTES} bytes, found ${size}`);
    const announced = this.u32(this.from);
    if (announced !== size) this.fail(`expected a total of ${size} bytes, found ${announced}`);
    if (this.u8(this.to - 1) !== END) this.fail(`expected the end mark in the last byte`);
    this.#expected = this.u16(this.from + 4);
    this.at = this.from + HEADER_BYTES;
  }

  override next(): boolean {
    if (this.at === this.to - 1) {
      if (this.#expected !== COUNT_UNKNOWN && this.#expected !== this.count) {
        this.fail(`expected ${this.#expected} elements, found ${this.count}`);
      }
      return false;
    }
    const entry = this.at;
    const entryEnd = this.#decode(entry);
    const width = backlenBytes(entryEnd - entry);
    if (entryEnd + width > this.to - 1) this.fail('expected an entry that ends before the end mark');
    this.#checkBacklen(entryEnd, width, entryEnd - entry);
    this.at = entryEnd + width;
    this.count++;
    return true;
  }

  /** The most significant seven bits come first; every byte but the first has its top bit set. */
  #checkBacklen(at: number, width: number, expected: number): void {
    if (width === 1) {
      if (this.u8(at) !== expected)
        this.fail(`expected a backward length of ${expected}, found ${this.u8(at)}`);
      return;
    }
    let rest = expected;
    for (let byte = width - 1; byte >= 0; byte--) {
      const written = (rest % 128) | (byte > 0 ? 128 : 0);
      if (this.u8(at + byte) !== written) this.fail(`expected a backward length of ${expected}`);
      rest = Math.floor(rest / 128);
    }
  }

  /** Sets the element that starts at `at`. @returns where its content ends */
  #decode(at: number): number {
    const first = this.u8(at);
    if (first < 0x80) {
      this.setSmall(first);
      return at + 1;
    }
    if (first < 0xc0) return this.#string(at + 1, first & 0x3f);
    if (first < 0xe0) {
      this.#fits(at + 2);
      const value = ((first & 0x1f) << 8) | this.u8(at + 1);
      this.setSmall((value << 19) >> 19);
      return at + 2;
    }
    if (first < 0xf0) {
      this.#fits(at + 2);
      return this.#string(at + 2, ((first & 0x0f) << 8) | this.u8(at + 1));
    }
    return this.#decodeWide(at, first);
  }

  #decodeWide(at: number, first: number): number {
    if (first === 0xf0) {
      this.#fits(at + 5);
      return this.#string(at + 5, this.u32(at + 1));
    }
    if (first > 0xf4) this.fail(`expected an entry encoding, found 0x${first.toString(16)}`);
    // 0xf1 to 0xf4: 16, 24, 32 and 64 bits.
    const width = first === 0xf4 ? 8 : first - 0xf1 + 2;
    this.#fits(at + 1 + width);
    this.setInteger(at + 1, width);
    return at + 1 + width;
  }

  #string(start: number, length: number): number {
    this.#fits(start + length);
    this.setString(start, start + length);
    return start + length;
  }

  #fits(end: number): void {
    if (end > this.to - 1) this.fail('expected an entry that ends before the end mark');
  }
}
