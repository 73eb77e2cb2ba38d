import { RdbError, type RdbErrorCode } from '../../../errors.ts';
import { writeInteger } from '../strings.ts';

/** Room for the text of any 64-bit integer, with its sign. */
const INTEGER_TEXT_BYTES = 20;

/**
 * Walks the elements of a packed value (listpack, ziplist, intset, zipmap), checking it as it goes: when
 * {@link next} has said false, every byte of the blob has been accounted for.
 *
 * An element is `bytes[start, end)`, or an integer in `low` and `high` until {@link text} writes it out in decimal.
 */
export abstract class PackedCursor {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;

  isInteger = false;
  /** Signed 32-bit halves of the 64-bit integer. */
  low = 0;
  high = 0;

  /** How many elements {@link next} has yielded. */
  count = 0;

  protected blob: Uint8Array = new Uint8Array(0);
  /** Where the blob begins in its buffer, and where it ends. */
  protected from = 0;
  protected to = 0;
  protected at = 0;

  readonly #code: RdbErrorCode;
  readonly #integerText = new Uint8Array(INTEGER_TEXT_BYTES);
  #offset = 0;

  constructor(code: RdbErrorCode) {
    this.#code = code;
  }

  /**
   * Starts on the blob `bytes[from, to)`, and checks its header.
   * @param offset where the value that holds the blob starts in the file, for errors
   */
  open(bytes: Uint8Array, from: number, to: number, offset: number): void {
    this.blob = bytes;
    this.from = from;
    this.to = to;
    this.at = from;
    this.count = 0;
    this.#offset = offset;
    this.readHeader();
  }

  protected abstract readHeader(): void;

  /** Moves to the next element. @returns false at the end of a blob that is sound throughout */
  abstract next(): boolean;

  /** Moves to the next element, which must exist. */
  require(what: string): void {
    if (!this.next()) this.fail(`expected ${what}, found the end of the blob`);
  }

  /** Makes the element available as bytes, integers as their decimal text. */
  text(): void {
    if (!this.isInteger) return;
    const text = this.#integerText;
    if (this.high === this.low >> 31) {
      this.start = writeInteger(text, this.low);
    } else {
      const value = ((BigInt(this.high) << 32n) | BigInt(this.low >>> 0)).toString();
      this.start = INTEGER_TEXT_BYTES - value.length;
      for (let digit = 0; digit < value.length; digit++) text[this.start + digit] = value.charCodeAt(digit);
    }
    this.end = INTEGER_TEXT_BYTES;
    this.bytes = text;
  }

  /** The integer as a number; beyond 2^53 it is rounded to the nearest double, as the server does. */
  number(): number {
    return this.high * 0x1_0000_0000 + (this.low >>> 0);
  }

  /** @param detail begins with what was expected */
  fail(detail: string): never {
    const where = `${this.at - this.from} bytes into the ${this.to - this.from} of the blob, element ${this.count}`;
    throw new RdbError(this.#code, this.#offset, `${detail} (${where})`);
  }

  protected setString(start: number, end: number): void {
    this.isInteger = false;
    this.bytes = this.blob;
    this.start = start;
    this.end = end;
  }

  /** Sets a little-endian signed integer of 1 to 4 bytes, or 8. */
  protected setInteger(at: number, width: number): void {
    this.isInteger = true;
    if (width === 8) {
      this.low = this.u32(at) | 0;
      this.high = this.u32(at + 4) | 0;
      return;
    }
    let value = 0;
    for (let byte = 0; byte < width; byte++) value |= (this.blob[at + byte] as number) << (8 * byte);
    const unused = 32 - 8 * width;
    this.setSmall((value << unused) >> unused);
  }

  protected setSmall(value: number): void {
    this.isInteger = true;
    this.low = value;
    this.high = value >> 31;
  }

  protected u8(at: number): number {
    return this.blob[at] as number;
  }

  protected u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8);
  }

  protected u32(at: number): number {
    return (this.u16(at) | (this.u16(at + 2) << 16)) >>> 0;
  }

  protected u32be(at: number): number {
    return ((this.u8(at) << 24) | (this.u8(at + 1) << 16) | (this.u8(at + 2) << 8) | this.u8(at + 3)) >>> 0;
  }
}
