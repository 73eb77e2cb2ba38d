/** The elements of values that are packed into one string. */
import { Cursor } from './cursor.ts';
import { damaged } from './refusal.ts';

/** Strings are bytes, also those that look like integers. */
export type Element = Buffer | bigint;

/** How a kind of packed value is read, and how many bytes one without elements has. */
export interface Packing {
  readonly emptyBytes: number;
  readonly elementsOf: (packed: Buffer) => Element[];
}

const END = 0xff;
/** In place of a number of elements that does not fit into 16 bits. */
const UNCOUNTED = 0xffff;
/** In place of a length that does not fit into one byte: four more follow. */
const WIDE = 254;

export const textOf = (element: Element): Buffer =>
  typeof element === 'bigint' ? Buffer.from(String(element)) : element;

/** What lies before the end mark. */
function beforeEnd(packed: Buffer): Cursor {
  if (packed.at(-1) !== END) damaged('a packed value without its end mark');
  return new Cursor(packed.subarray(0, -1));
}

/** Total size, number of elements, then per element: encoding, content, and the size of both once more. */
function listpack(packed: Buffer): Element[] {
  const cursor = beforeEnd(packed);
  if (cursor.unsigned(4) !== packed.length) damaged('a listpack of another size');
  const count = cursor.unsigned(2);
  const elements: Element[] = [];
  while (cursor.left > 0) {
    const from = cursor.at;
    elements.push(listpackElement(cursor));
    const backwards = backwardLength(cursor.at - from);
    if (!cursor.take(backwards.length).equals(backwards)) damaged('a listpack with a wrong backward length');
  }
  if (count !== UNCOUNTED && count !== elements.length) damaged('a listpack of another number of elements');
  return elements;
}

function listpackElement(cursor: Cursor): Element {
  const first = cursor.unsigned(1);
  if (first < 0x80) return BigInt(first);
  if (first < 0xc0) return cursor.take(first & 0x3f);
  if (first < 0xe0) return BigInt.asIntN(13, BigInt(((first & 0x1f) << 8) | cursor.unsigned(1)));
  if (first < 0xf0) return cursor.take(((first & 0x0f) << 8) | cursor.unsigned(1));
  if (first === 0xf0) return cursor.take(cursor.unsigned(4));
  const width = [2, 3, 4, 8][first - 0xf1];
  return width ? cursor.signed(width) : damaged(`a listpack with encoding ${first}`);
}

/** Seven bits a byte, the highest first; all bytes but the first one have their top bit set. */
function backwardLength(size: number): Buffer {
  // As servers write it: the limits are one less than what the bytes could hold.
  const width = 1 + [128, 16_383, 2_097_151, 268_435_455].filter((limit) => size >= limit).length;
  const bytes = Array.from({ length: width }, (_, index) => (size / 128 ** (width - 1 - index)) & 127);
  return Buffer.from(bytes.map((byte, index) => (index > 0 ? byte | 128 : byte)));
}

const ZIPLIST_INTEGER_BYTES: Readonly<Record<number, number>> = { 192: 2, 208: 4, 224: 8, 240: 3, 254: 1 };

/** Total size, where the last element is, number of elements, then per element: size of the one before, encoding, content. */
function ziplist(packed: Buffer): Element[] {
  const cursor = beforeEnd(packed);
  if (cursor.unsigned(4) !== packed.length) damaged('a ziplist of another size');
  const last = cursor.unsigned(4);
  const count = cursor.unsigned(2);
  const elements: Element[] = [];
  let before = cursor.at;
  while (cursor.left > 0) {
    const from = cursor.at;
    const first = cursor.unsigned(1);
    const size = first === WIDE ? cursor.unsigned(4) : first;
    if (first === END || size !== from - before) damaged('a ziplist with a wrong size of the element before');
    elements.push(ziplistElement(cursor));
    before = from;
  }
  if (last !== before) damaged('a ziplist whose last element is elsewhere');
  if (count !== UNCOUNTED && count !== elements.length) damaged('a ziplist of another number of elements');
  return elements;
}

function ziplistElement(cursor: Cursor): Element {
  const first = cursor.unsigned(1);
  if (first < 0x40) return cursor.take(first);
  if (first < 0x80) return cursor.take(((first & 0x3f) << 8) | cursor.unsigned(1));
  if (first === 0x80) return cursor.take(cursor.take(4).readUInt32BE());
  const width = ZIPLIST_INTEGER_BYTES[first];
  if (width) return cursor.signed(width);
  return first > 0xf0 && first < 0xfe ? BigInt(first - 0xf1) : damaged(`a ziplist with encoding ${first}`);
}

/** Size of each, number, then the integers in ascending order. */
function intset(packed: Buffer): Element[] {
  const cursor = new Cursor(packed);
  const width = cursor.unsigned(4);
  const count = cursor.unsigned(4);
  if (![2, 4, 8].includes(width)) damaged(`an intset of integers of ${width} bytes`);
  if (count === 0 || cursor.left !== count * width) damaged('an intset of another size');
  const integers = Array.from({ length: count }, () => cursor.signed(width));
  if (!ascends(integers)) damaged('an intset out of order');
  return integers;
}

/** Whether each is more than the one before. */
export const ascends = (integers: readonly bigint[]): boolean =>
  integers.every((integer, index) => index === 0 || integer > (integers[index - 1] ?? 0n));

/** Number of fields, then per field: length, field, length of the value, how many bytes behind it are unused, value, those. */
function zipmap(packed: Buffer): Element[] {
  const cursor = beforeEnd(packed);
  const count = cursor.unsigned(1);
  const elements: Element[] = [];
  while (cursor.left > 0) {
    elements.push(cursor.take(zipmapLength(cursor)));
    const length = zipmapLength(cursor);
    const unused = cursor.unsigned(1);
    elements.push(cursor.take(length));
    cursor.take(unused);
  }
  const fields = elements.length / 2;
  if (fields === 0 || (count !== WIDE && count !== fields)) damaged('a zipmap of another number of fields');
  return elements;
}

function zipmapLength(cursor: Cursor): number {
  const first = cursor.unsigned(1);
  if (first < WIDE) return first;
  const length = first === WIDE ? cursor.unsigned(4) : 0;
  // A server goes on behind a length of the shortest form, whatever form it read.
  return length >= WIDE ? length : damaged(`a zipmap with ${length} as a long length`);
}

export const LISTPACK: Packing = { emptyBytes: 7, elementsOf: listpack };
export const ZIPLIST: Packing = { emptyBytes: 11, elementsOf: ziplist };
export const INTSET: Packing = { emptyBytes: 8, elementsOf: intset };
export const ZIPMAP: Packing = { emptyBytes: 2, elementsOf: zipmap };
