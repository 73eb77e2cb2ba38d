import { EMPTY_ZIPMAP_BYTES } from '../../../format.ts';
import { PackedCursor } from './cursor.ts';

const END = 0xff;
/** From this on a length byte means "four bytes follow", and the count byte means "not known". */
const WIDE = 254;

/** Hashes up to Redis 2.4: count, then field length, field, value length, unused bytes, value, unused. */
export class ZipmapCursor extends PackedCursor {
  #isValue = false;

  constructor() {
    super('BadZipmap');
  }

  protected override readHeader(): void {
    const size = this.to - this.from;
    if (size < EMPTY_ZIPMAP_BYTES) this.fail(`expected at least ${EMPTY_ZIPMAP_BYTES} bytes, found ${size}`);
    if (this.u8(this.to - 1) !== END) this.fail('expected the end mark in the last byte');
    this.at = this.from + 1;
    this.#isValue = false;
  }

  override next(): boolean {
    if (this.at === this.to - 1) {
      const expected = this.u8(this.from);
      const fields = this.count / 2;
      if (this.#isValue) this.fail('expected a value for the last field');
      if (fields === 0) this.fail('expected a field, found none');
      if (expected !== WIDE && expected !== fields) this.fail(`expected ${expected} fields, found ${fields}`);
      return false;
    }
    const wide = this.u8(this.at) >= WIDE;
    if (this.u8(this.at) === END) this.fail('expected a length, found the end mark');
    const header = (wide ? 5 : 1) + (this.#isValue ? 1 : 0);
    this.#fits(this.at + header);
    const length = wide ? this.u32(this.at + 1) : this.u8(this.at);
    if (wide && length < WIDE) this.fail(`expected the length ${length} in one byte, found it in five`);
    const unused = this.#isValue ? this.u8(this.at + header - 1) : 0;
    const start = this.at + header;
    this.#fits(start + length + unused);
    this.setString(start, start + length);
    this.at = start + length + unused;
    this.#isValue = !this.#isValue;
    this.count++;
    return true;
  }

  #fits(end: number): void {
    if (end > this.to - 1) this.fail('expected an entry that ends before the end mark');
  }
}
