import { RdbError } from './errors.ts';

/** Encodings of strings that are not plain, in the two high bits' special case. */
const Special = { int8: 0, int16: 1, int32: 2, lzf: 3 } as const;
const SPECIAL = 3;
const Score = { nan: 253, infinite: 254, minusInfinite: 255 } as const;

const encoder = new TextEncoder();
const ascii = new TextDecoder('latin1');

/** What stands before a string. */
interface Head {
  readonly isSpecial: boolean;
  /** The length, or which special encoding it is. */
  readonly value: number;
}

/** Reads what RDB files are made of out of chunks of any size. */
export class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array();
  #at = 0;
  #offset: number;

  /** @param offset of the first byte in the file */
  constructor(chunks: AsyncIterable<Uint8Array>, offset: number) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#offset = offset;
  }

  /** So many bytes, which are the caller's. @throws RdbError `Truncated` */
  async take(size: number): Promise<Uint8Array> {
    const taken = new Uint8Array(size);
    for (let filled = 0; filled < size; ) filled += await this.#takeInto(taken.subarray(filled));
    return taken;
  }

  /** A length. @throws RdbError `BadLength` */
  async length(): Promise<number> {
    const { isSpecial, value } = await this.#head();
    if (!isSpecial) return value;
    throw new RdbError('BadLength', this.#offset, `expected a length, found encoding ${value}`);
  }

  async string(): Promise<Uint8Array> {
    const head = await this.#head();
    return head.isSpecial ? this.#special(head.value) : this.take(head.value);
  }

  /** A string in parts; one that is compressed comes whole. */
  async *stringInParts(partBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
    const head = await this.#head();
    if (head.isSpecial) {
      yield await this.#special(head.value);
      return;
    }
    for (let left = head.value; left > 0; left -= partBytes) yield await this.take(Math.min(left, partBytes));
  }

  /** Eight bytes. */
  async doubleScore(): Promise<number> {
    return viewOf(await this.take(8)).getFloat64(0, true);
  }

  /** A text behind its length, of which some stand for what is no number. */
  async textScore(): Promise<number> {
    const [size = 0] = await this.take(1);
    if (size === Score.nan) return Number.NaN;
    if (size === Score.infinite) return Number.POSITIVE_INFINITY;
    if (size === Score.minusInfinite) return Number.NEGATIVE_INFINITY;
    return Number(ascii.decode(await this.take(size)));
  }

  async #head(): Promise<Head> {
    const [first = 0] = await this.take(1);
    const kind = first >> 6;
    const low = first & 0x3f;
    if (kind === 0) return { isSpecial: false, value: low };
    if (kind === 1) return { isSpecial: false, value: (low << 8) | ((await this.take(1))[0] ?? 0) };
    if (kind === SPECIAL) return { isSpecial: true, value: low };
    if (low === 0) return { isSpecial: false, value: viewOf(await this.take(4)).getUint32(0) };
    return { isSpecial: false, value: Number(viewOf(await this.take(8)).getBigUint64(0)) };
  }

  async #special(encoding: number): Promise<Uint8Array> {
    if (encoding === Special.int8) return encoder.encode(String(viewOf(await this.take(1)).getInt8(0)));
    if (encoding === Special.int16)
      return encoder.encode(String(viewOf(await this.take(2)).getInt16(0, true)));
    if (encoding === Special.int32)
      return encoder.encode(String(viewOf(await this.take(4)).getInt32(0, true)));
    if (encoding !== Special.lzf)
      throw new RdbError('BadString', this.#offset, `expected an encoding of strings, found ${encoding}`);
    const packed = await this.length();
    const size = await this.length();
    return unpacked(await this.take(packed), size, this.#offset);
  }

  async #takeInto(space: Uint8Array): Promise<number> {
    if (this.#at === this.#chunk.length) await this.#next();
    const part = this.#chunk.subarray(this.#at, this.#at + space.length);
    space.set(part);
    this.#at += part.length;
    this.#offset += part.length;
    return part.length;
  }

  async #next(): Promise<void> {
    const { value, done } = await this.#chunks.next();
    if (done === true)
      throw new RdbError('Truncated', this.#offset, 'expected more of a value, found its end');
    this.#chunk = value;
    this.#at = 0;
  }
}

const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

/** Decompresses LZF. @throws RdbError `BadLzf` */
function unpacked(packed: Uint8Array, size: number, offset: number): Uint8Array {
  const out = new Uint8Array(size);
  let put = 0;
  for (let at = 0; at < packed.length; ) {
    const control = packed[at++] ?? 0;
    if (control < 32) {
      out.set(packed.subarray(at, at + control + 1), put);
      put += control + 1;
      at += control + 1;
      continue;
    }
    let run = (control >> 5) + 2;
    if (run === 9) run += packed[at++] ?? 0;
    const from = put - (((control & 0x1f) << 8) | (packed[at++] ?? 0)) - 1;
    if (from < 0 || put + run > size)
      throw new RdbError('BadLzf', offset, `expected ${size} bytes, found others`);
    for (let copied = 0; copied < run; copied++) out[put++] = out[from + copied] ?? 0;
  }
  if (put === size) return out;
  throw new RdbError('BadLzf', offset, `expected ${size} bytes, found ${put}`);
}
