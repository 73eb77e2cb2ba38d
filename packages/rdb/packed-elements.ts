import { RdbError } from './errors.ts';

/** Where an entry's text is, and where the entry ends. */
interface Entry {
  readonly text: Uint8Array;
  readonly end: number;
}

const END = 0xff;
const LISTPACK_HEADER_BYTES = 6;
const ZIPLIST_HEADER_BYTES = 10;
/** Announces that the length of a ziplist's previous entry follows in four bytes. */
const WIDE = 254;

const encoder = new TextEncoder();
const integer = (value: number | bigint): Uint8Array => encoder.encode(String(value));
const viewOf = ({ buffer, byteOffset, length }: Uint8Array) => new DataView(buffer, byteOffset, length);

/** The elements of a listpack. The bytes have been found sound before, or nothing but what they say is read. */
export function* listpackElements(packed: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = LISTPACK_HEADER_BYTES; packed[at] !== END; ) {
    const { text, end } = listpackEntry(packed, at);
    yield text;
    at = end + backwardBytes(end - at);
    if (at >= packed.length) throw new RdbError('BadListpack', at, 'expected an end mark, found the end');
  }
}

/** The elements of a ziplist. */
export function* ziplistElements(packed: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = ZIPLIST_HEADER_BYTES; packed[at] !== END; ) {
    const { text, end } = ziplistEntry(packed, at + ((packed[at] ?? 0) < WIDE ? 1 : 5));
    yield text;
    at = end;
    if (at >= packed.length) throw new RdbError('BadZiplist', at, 'expected an end mark, found the end');
  }
}

/** How many bytes the length of a listpack's entry takes behind it. */
function backwardBytes(size: number): number {
  if (size <= 127) return 1;
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

function listpackEntry(packed: Uint8Array, at: number): Entry {
  const first = packed[at] ?? 0;
  if (first < 0x80) return { text: integer(first), end: at + 1 };
  if (first < 0xc0) return textAt(packed, at + 1, first & 0x3f);
  if (first < 0xe0) {
    const bits = ((first & 0x1f) << 8) | (packed[at + 1] ?? 0);
    return { text: integer(bits >= 4096 ? bits - 8192 : bits), end: at + 2 };
  }
  if (first < 0xf0) return textAt(packed, at + 2, ((first & 0x0f) << 8) | (packed[at + 1] ?? 0));
  if (first === 0xf0) return textAt(packed, at + 5, viewOf(packed).getUint32(at + 1, true));
  const width = [2, 3, 4, 8][first - 0xf1];
  if (width === undefined) throw new RdbError('BadListpack', at, `expected an encoding, found ${first}`);
  return integerAt(packed, at + 1, width);
}

const ZIPLIST_WIDTHS: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

function ziplistEntry(packed: Uint8Array, at: number): Entry {
  const first = packed[at] ?? 0;
  if (first < 0x40) return textAt(packed, at + 1, first);
  if (first < 0x80) return textAt(packed, at + 2, ((first & 0x3f) << 8) | (packed[at + 1] ?? 0));
  if (first === 0x80) return textAt(packed, at + 5, viewOf(packed).getUint32(at + 1));
  const width = ZIPLIST_WIDTHS[first];
  if (width !== undefined) return integerAt(packed, at + 1, width);
  if (first >= 0xf1 && first <= 0xfd) return { text: integer(first - 0xf1), end: at + 1 };
  throw new RdbError('BadZiplist', at, `expected an encoding, found ${first}`);
}

function textAt(packed: Uint8Array, from: number, size: number): Entry {
  return { text: packed.slice(from, from + size), end: from + size };
}

/** Little-endian, signed. */
function integerAt(packed: Uint8Array, from: number, width: number): Entry {
  let value = 0n;
  for (let byte = width - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(packed[from + byte] ?? 0);
  return { text: integer(BigInt.asIntN(width * 8, value)), end: from + width };
}
