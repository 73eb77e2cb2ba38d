import { EMPTY_ZIPLIST_BYTES } from '../../../format.ts';
import { PackedCursor } from './cursor.ts';

const HEADER_BYTES = 10;
const END = 0xff;
/** Stored as the number of elements when there are too many to count in 16 bits. */
const COUNT_UNKNOWN = 0xffff;
/** Announces that the length of the previous entry follows in four bytes. */
const WIDE_PREVIOUS = 254;

const INTEGER_WIDTHS: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

/** Total bytes, offset of the last entry, count, then entries: length of the previous entry, encoding, content. */
export class ZiplistCursor extends PackedCursor {
  #expected = 0;
  #tail = 0;
  #previousEntry = 0;

  constructor() {
    super('BadZiplist');
  }

  protected override readHeader(): void {
    const size = this.to - this.from;
    if (size < EMPTY_ZIPLIST_BYTES)
      this.fail(`expected at least ${EMPTY_ZIPLIST_BYTES} bytes, found ${size}`);
    const announced = this.u32(this.from);
    if (announced !== size) this.fail(`expected a total of ${size} bytes, found ${announced}`);
    if (this.u8(this.to - 1) !== END) this.fail(`expected the end mark in the last byte`);
    this.#tail = this.u32(this.from + 4);
    this.#expected = this.u16(this.from + 8);
    this.at = this.from + HEADER_BYTES;
    this.#previousEntry = this.at;
  }

  override next(): boolean {
    if (this.at === this.to - 1) {
      this.#checkEnd();
      return false;
    }
    const entry = this.at;
    const header = this.u8(entry) < WIDE_PREVIOUS ? 1 : 5;
    // The content is at least one byte, so the previous length and the first encoding byte must fit.
    this.#fits(entry + header + 1);
    const previous = header === 1 ? this.u8(entry) : this.u32(entry + 1);
    const expected = entry - this.#previousEntry;
    if (this.u8(entry) === END || previous !== expected) {
      this.fail(`expected a previous length of ${expected}, found ${previous}`);
    }
    this.at = this.#decode(entry + header);
    this.#previousEntry = entry;
    this.count++;
    return true;
  }

  #checkEnd(): void {
    if (this.#expected !== COUNT_UNKNOWN && this.#expected !== this.count) {
      this.fail(`expected ${this.#expected} elements, found ${this.count}`);
    }
    const tail = this.#previousEntry - this.from;
    if (this.#tail !== tail) this.fail(`expected the last element at ${tail}, found ${this.#tail}`);
  }

  /** Sets the element whose encoding is at `at`. @returns where its content ends */
  #decode(at: number): number {
    const first = this.u8(at);
    if (first >= 0xc0) return this.#decodeInteger(at, first);
    if (first < 0x40) return this.#string(at + 1, first);
    if (first < 0x80) {
      this.#fits(at + 2);
      return this.#string(at + 2, ((first & 0x3f) << 8) | this.u8(at + 1));
    }
    if (first !== 0x80) this.fail(`expected an entry encoding, found 0x${first.toString(16)}`);
    this.#fits(at + 5);
    return this.#string(at + 5, this.u32be(at + 1));
  }

  #decodeInteger(at: number, first: number): number {
    const width = INTEGER_WIDTHS[first];
    if (width !== undefined) {
      this.#fits(at + 1 + width);
      this.setInteger(at + 1, width);
      return at + 1 + width;
    }
    // 0xf1 to 0xfd hold the integers 0 to 12 themselves.
    if (first < 0xf1 || first > 0xfd) this.fail(`expected an entry encoding, found 0x${first.toString(16)}`);
    this.setSmall(first - 0xf1);
    return at + 1;
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
