/**
 * Walks the elements of a packed value (listpack, ziplist, intset, zipmap), checking it as it goes: when `next` has
 * said false, every byte of the value has been accounted for.
 *
 * A value of up to SMALL_BYTES lies in memory whole. Of a longer one only a part does: `packedThere` is where that
 * part ends, while `packedEnd` is where the value would. An element that does not fit into a part is marked as huge.
 */
import { copyShort } from './copy';
import { putInteger } from './decimal';
import { refuse } from './host';
import {
  INTSET_ORDER,
  INTSET_SIZE,
  INTSET_WIDTH,
  PACKED_BACKWARD_LENGTH,
  PACKED_BACKWARD_LENGTH_FOUND,
  PACKED_BEYOND_END,
  PACKED_COUNT,
  PACKED_ENCODING,
  PACKED_END_MARK,
  PACKED_LAST_ELEMENT,
  PACKED_PREVIOUS_LENGTH,
  PACKED_TOO_SHORT,
  PACKED_TOTAL,
  ZIPMAP_COUNT,
  ZIPMAP_NO_LENGTH,
  ZIPMAP_NO_VALUE,
} from './refusals';
import { S } from './state';

export const LISTPACK = 0;
export const ZIPLIST = 1;
export const INTSET = 2;
export const ZIPMAP = 3;

const END: u32 = 0xff;
/** Stored as the number of elements when there are too many to count in 16 bits. */
const COUNT_UNKNOWN: u32 = 0xffff;
/** Announces that the length of the previous entry follows in four bytes. */
const WIDE: u32 = 254;

/** More than a backward length takes. */
const TRAILER_BYTES = 8;

const LISTPACK_HEADER = 6;
const ZIPLIST_HEADER = 10;
const INTSET_HEADER = 8;

/** The shell finds the kind and the place in the state: `a` bytes into `b`, element `packedCount`. */
export function refusePacked(refusal: i32, a: f64, b: f64): void {
  refuseAt(refusal, a, b, S.packedAt);
}

function refuseAt(refusal: i32, a: f64, b: f64, at: i32): void {
  S.packedAt = at;
  refuse(refusal, S.packedOffset, a, b, 0);
}

/** Starts on the value whose first bytes are there. @returns nothing: the header is sound, or refused */
export function openPacked(): void {
  S.packedCount = 0;
  S.isHuge = 0;
  S.hugeLeft = 0;
  const kind = S.packedKind;
  const size = S.packedEnd - S.packedFrom;
  S.packedAt = S.packedFrom;
  const least = kind === LISTPACK ? 7 : kind === ZIPLIST ? 11 : kind === INTSET ? 8 : 2;
  if (size < least) refusePacked(PACKED_TOO_SHORT, least, size);
  if (kind === INTSET) return openIntset(size);
  if (kind !== ZIPMAP) {
    const announced = load<u32>(S.packedFrom);
    if (announced !== (size as u32)) refusePacked(PACKED_TOTAL, size, announced);
  }
  // Of a long value the last byte is checked when it is there.
  if (S.isLong === 0) checkEndMark();
  if (kind === ZIPMAP) {
    S.packedExpected = load<u8>(S.packedFrom);
    S.packedAt = S.packedFrom + 1;
    return;
  }
  if (kind === LISTPACK) {
    S.packedExpected = load<u16>(S.packedFrom, 4);
    S.packedAt = S.packedFrom + LISTPACK_HEADER;
    return;
  }
  S.packedTail = load<u32>(S.packedFrom, 4);
  S.packedExpected = load<u16>(S.packedFrom, 8);
  S.packedAt = S.packedFrom + ZIPLIST_HEADER;
  S.packedPrevious = S.packedAt;
}

function checkEndMark(): void {
  if ((load<u8>(S.packedEnd - 1) as u32) !== END) refusePacked(PACKED_END_MARK, 0, 0);
}

function openIntset(size: i32): void {
  S.width = load<u32>(S.packedFrom);
  if (S.width !== 2 && S.width !== 4 && S.width !== 8) refusePacked(INTSET_WIDTH, S.width, 0);
  const expected = INTSET_HEADER + (load<u32>(S.packedFrom, 4) as f64) * (S.width as f64);
  if ((size as f64) !== expected) refusePacked(INTSET_SIZE, expected, size);
  S.packedAt = S.packedFrom + INTSET_HEADER;
}

/** Moves to the next element. @returns false at the end of a value that is sound throughout */
export function next(): bool {
  const kind = S.packedKind;
  if (kind === LISTPACK) return nextOfListpack();
  if (kind === INTSET) return nextOfIntset();
  return kind === ZIPLIST ? nextOfZiplist() : nextOfZipmap();
}

function integer(value: i64): void {
  S.isInteger = 1;
  S.integer = value;
}

function fits(end: i64): void {
  if (end > ((S.packedEnd - 1) as i64)) refusePacked(PACKED_BEYOND_END, 0, 0);
}

/** Sets a string element. @returns its end */
function text(from: i32, size: u32): i32 {
  fits((from as i64) + (size as i64));
  S.isInteger = 0;
  S.elementAt = from;
  S.elementSize = size;
  const end = from + (size as i32);
  // What follows the content has to be there as well.
  if (end + TRAILER_BYTES > S.packedThere && S.packedThere < S.packedEnd) S.isHuge = 1;
  return end;
}

/**
 * Most elements of listpacks: moves to a short string or a small integer, and puts it with its length at `to`.
 * @returns where it ends, or 0 with nothing done: `next` must see to it
 */
export function putShort(to: usize): usize {
  const at = S.packedAt;
  const first: u32 = load<u8>(at);
  if ((first & 0xc0) === 0x80) {
    const size = first & 0x3f;
    const end = at + 1 + (size as i32);
    if (end + 1 >= S.packedEnd || (load<u8>(end) as u32) !== size + 1) return 0;
    S.packedAt = end + 1;
    S.packedCount += 1;
    store<u64>(to, size);
    copyShort(to + 8, at + 1, size);
    return to + 8 + size;
  }
  if (first >= 0x80 || at + 2 >= S.packedEnd || load<u8>(at, 1) !== 1) return 0;
  S.packedAt = at + 2;
  S.packedCount += 1;
  const end = putInteger(to + 8, first);
  store<u64>(to, end - to - 8);
  return end;
}

function nextOfListpack(): bool {
  const at = S.packedAt;
  if (at === S.packedEnd - 1) {
    if (S.isLong !== 0) checkEndMark();
    if (S.packedExpected !== COUNT_UNKNOWN && (S.packedExpected as f64) !== S.packedCount) {
      refusePacked(PACKED_COUNT, S.packedExpected, S.packedCount);
    }
    return false;
  }
  const end = decodeListpack(at);
  if (S.isHuge !== 0) {
    S.hugeEntry = at;
    S.hugeSize = end - at;
    return true;
  }
  afterListpack(at, end, end - at);
  return true;
}

/** How many bytes the length of an entry takes when written backwards after it, seven bits a byte. */
function backwardBytes(size: u32): i32 {
  if (size <= 127) return 1;
  // Not 16384: the server's own limits are one short of the power of two, and what it writes is what is checked.
  if (size < 16383) return 2;
  if (size < 2097151) return 3;
  return size < 268435455 ? 4 : 5;
}

/** Checks what follows an entry that began at `entry`, whose content ends at `end`, and passes it. */
function afterListpack(entry: i32, end: i32, size: u32): void {
  const width = backwardBytes(size);
  if (end + width > S.packedEnd - 1) refuseAt(PACKED_BEYOND_END, 0, 0, entry);
  if (width === 1) {
    const found: u32 = load<u8>(end);
    if (found !== size) refuseAt(PACKED_BACKWARD_LENGTH_FOUND, size, found, entry);
  } else {
    let rest = size;
    for (let byte = width - 1; byte >= 0; byte--) {
      const written = (rest & 127) | (byte > 0 ? 128 : 0);
      if ((load<u8>(end + byte) as u32) !== written) refuseAt(PACKED_BACKWARD_LENGTH, size, 0, entry);
      rest >>= 7;
    }
  }
  S.packedAt = end + width;
  S.packedCount += 1;
}

function decodeListpack(at: i32): i32 {
  const first: u32 = load<u8>(at);
  if (first < 0x80) {
    integer(first);
    return at + 1;
  }
  if (first < 0xc0) return text(at + 1, first & 0x3f);
  if (first < 0xe0) {
    fits(at + 2);
    const value = ((first & 0x1f) << 8) | load<u8>(at, 1);
    integer(((value << 19) as i32) >> 19);
    return at + 2;
  }
  if (first < 0xf0) {
    fits(at + 2);
    return text(at + 2, ((first & 0x0f) << 8) | load<u8>(at, 1));
  }
  if (first === 0xf0) {
    fits(at + 5);
    return text(at + 5, load<u32>(at, 1));
  }
  if (first > 0xf4) refusePacked(PACKED_ENCODING, first, 0);
  const width: i32 = first === 0xf4 ? 8 : first - 0xf1 + 2;
  fits(at + 1 + width);
  integer(wide(at + 1, width));
  return at + 1 + width;
}

/** A little-endian signed integer of 1 to 4 bytes, or 8. */
function wide(at: i32, width: i32): i64 {
  switch (width) {
    case 1:
      return load<i8>(at);
    case 2:
      return load<i16>(at);
    case 3:
      return ((load<u16>(at) as i32) | ((load<i8>(at, 2) as i32) << 16)) as i64;
    case 4:
      return load<i32>(at);
    default:
      return load<i64>(at);
  }
}

function nextOfZiplist(): bool {
  const entry = S.packedAt;
  if (entry === S.packedEnd - 1) {
    if (S.isLong !== 0) checkEndMark();
    checkZiplistEnd();
    return false;
  }
  const first: u32 = load<u8>(entry);
  const header = first < WIDE ? 1 : 5;
  // The content is at least one byte, so the previous length and the first encoding byte must fit.
  fits(entry + header + 1);
  const previous: u32 = header === 1 ? first : load<u32>(entry, 1);
  const expected: u32 = entry - S.packedPrevious;
  if (first === END || previous !== expected) refusePacked(PACKED_PREVIOUS_LENGTH, expected, previous);
  const end = decodeZiplist(entry + header);
  S.hugeEntry = entry;
  if (S.isHuge === 0) afterZiplist(entry, end);
  return true;
}

function afterZiplist(entry: i32, end: i32): void {
  S.packedAt = end;
  S.packedPrevious = entry;
  S.packedCount += 1;
}

function checkZiplistEnd(): void {
  if (S.packedExpected !== COUNT_UNKNOWN && (S.packedExpected as f64) !== S.packedCount) {
    refusePacked(PACKED_COUNT, S.packedExpected, S.packedCount);
  }
  const tail = S.packedPrevious - S.packedFrom;
  if (S.packedTail !== (tail as u32)) refusePacked(PACKED_LAST_ELEMENT, tail, S.packedTail);
}

function decodeZiplist(at: i32): i32 {
  const first: u32 = load<u8>(at);
  if (first >= 0xc0) return decodeZiplistInteger(at, first);
  if (first < 0x40) return text(at + 1, first);
  if (first < 0x80) {
    fits(at + 2);
    return text(at + 2, ((first & 0x3f) << 8) | load<u8>(at, 1));
  }
  if (first !== 0x80) refusePacked(PACKED_ENCODING, first, 0);
  fits(at + 5);
  return text(at + 5, bswap<u32>(load<u32>(at, 1)));
}

function decodeZiplistInteger(at: i32, first: u32): i32 {
  let width = 0;
  if (first === 192) width = 2;
  else if (first === 208) width = 4;
  else if (first === 224) width = 8;
  else if (first === 240) width = 3;
  else if (first === 254) width = 1;
  if (width > 0) {
    fits(at + 1 + width);
    integer(wide(at + 1, width));
    return at + 1 + width;
  }
  // 0xf1 to 0xfd hold the integers 0 to 12 themselves.
  if (first < 0xf1 || first > 0xfd) refusePacked(PACKED_ENCODING, first, 0);
  integer(first - 0xf1);
  return at + 1;
}

function nextOfIntset(): bool {
  const at = S.packedAt;
  if (at === S.packedEnd) return false;
  const value = wide(at, S.width);
  if (S.packedCount > 0 && value <= S.lastInteger) refusePacked(INTSET_ORDER, 0, 0);
  S.lastInteger = value;
  integer(value);
  S.packedAt = at + S.width;
  S.packedCount += 1;
  return true;
}

function nextOfZipmap(): bool {
  const at = S.packedAt;
  const isValue = ((S.packedCount as u32) & 1) === 1;
  if (at === S.packedEnd - 1) {
    if (S.isLong !== 0) checkEndMark();
    if (isValue) refusePacked(ZIPMAP_NO_VALUE, 0, 0);
    const fields = S.packedCount / 2;
    if (S.packedExpected < WIDE && (S.packedExpected as f64) !== fields) {
      refusePacked(ZIPMAP_COUNT, S.packedExpected, fields);
    }
    return false;
  }
  const first: u32 = load<u8>(at);
  if (first === END) refusePacked(ZIPMAP_NO_LENGTH, 0, 0);
  const header = (first >= WIDE ? 5 : 1) + (isValue ? 1 : 0);
  fits(at + header);
  const size: u32 = first >= WIDE ? load<u32>(at, 1) : first;
  S.hugeUnused = isValue ? load<u8>(at + header - 1) : 0;
  fits((at as i64) + header + (size as i64) + S.hugeUnused);
  const end = text(at + header, size);
  if (S.isHuge === 0) afterZipmap(end);
  return true;
}

function afterZipmap(end: i32): void {
  S.packedAt = end + (S.hugeUnused as i32);
  S.packedCount += 1;
}

/** Passes what follows a huge element whose content ends at `end`. */
export function afterHuge(end: i32): void {
  S.isHuge = 0;
  if (S.packedKind === LISTPACK) afterListpack(S.hugeEntry, end, S.hugeSize);
  else if (S.packedKind === ZIPLIST) afterZiplist(S.hugeEntry, end);
  else afterZipmap(end);
}
