/**
 * Walks the elements of a packed value (listpack, ziplist, intset, zipmap), checking it as it goes: when `next` has
 * said false, every byte of the value has been accounted for.
 *
 * A value of up to SMALL_BYTES lies in memory whole. Of a longer one only a part does: `packedThere` is where that
 * part ends, while `packedEnd` is where the value would. An element that does not fit into a part is marked as huge.
 */

import { A_MEMBER } from './expected';
import { refuse } from './host';
import { afterListpack, nextOfListpack } from './listpack';
import {
  INTSET_ORDER,
  INTSET_SIZE,
  INTSET_WIDTH,
  PACKED_BEYOND_END,
  PACKED_EMPTY,
  PACKED_END_MARK,
  PACKED_TOO_SHORT,
  PACKED_TOTAL,
} from './refusals';
import { S } from './state';
import { afterZiplist, afterZipmap, nextOfZiplist, nextOfZipmap } from './ziplist';

export const LISTPACK = 0;
export const ZIPLIST = 1;
export const INTSET = 2;
export const ZIPMAP = 3;

export const END: u32 = 0xff;
/** Stored as the number of elements when there are too many to count in 16 bits. */
export const COUNT_UNKNOWN: u32 = 0xffff;
/** More than a backward length takes. */
const TRAILER_BYTES = 8;

const LISTPACK_HEADER = 6;
const ZIPLIST_HEADER = 10;
const INTSET_HEADER = 8;

/** The shell finds the kind and the place in the state: `a` bytes into `b`, element `packedCount`. */
export function refusePacked(refusal: i32, a: f64, b: f64): void {
  refuseAt(refusal, a, b, S.packedAt);
}

export function refuseAt(refusal: i32, a: f64, b: f64, at: i32): void {
  S.packedAt = at;
  refuse(refusal, S.packedOffset, a, b, 0);
}

/** Starts on the value whose first bytes are there. @returns nothing: the header is sound, or refused */
export function openPacked(): void {
  S.packedCount = 0;
  S.lastInteger = -1;
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

export function checkEndMark(): void {
  if ((load<u8>(S.packedEnd - 1) as u32) !== END) refusePacked(PACKED_END_MARK, 0, 0);
}

function openIntset(size: i32): void {
  S.width = load<u32>(S.packedFrom);
  if (S.width !== 2 && S.width !== 4 && S.width !== 8) refusePacked(INTSET_WIDTH, S.width, 0);
  const expected = INTSET_HEADER + (load<u32>(S.packedFrom, 4) as f64) * (S.width as f64);
  if ((size as f64) !== expected) refusePacked(INTSET_SIZE, expected, size);
  if (size === INTSET_HEADER) refusePacked(PACKED_EMPTY, A_MEMBER, 0);
  S.packedAt = S.packedFrom + INTSET_HEADER;
}

/** Moves to the next element. @returns false at the end of a value that is sound throughout */
export function next(): bool {
  const kind = S.packedKind;
  if (kind === LISTPACK) return nextOfListpack();
  if (kind === INTSET) return nextOfIntset();
  return kind === ZIPLIST ? nextOfZiplist() : nextOfZipmap();
}

export function integer(value: i64): void {
  S.isInteger = 1;
  S.integer = value;
}

export function fits(end: i64): void {
  if (end > ((S.packedEnd - 1) as i64)) refusePacked(PACKED_BEYOND_END, 0, 0);
}

/** Sets a string element. @returns its end */
export function text(from: i32, size: u32): i32 {
  fits((from as i64) + (size as i64));
  S.isInteger = 0;
  S.elementAt = from;
  S.elementSize = size;
  const end = from + (size as i32);
  // What follows the content has to be there as well.
  if (end + TRAILER_BYTES > S.packedThere && S.packedThere < S.packedEnd) S.isHuge = 1;
  return end;
}

/** A little-endian signed integer of 1 to 4 bytes, or 8. */
export function wide(at: i32, width: i32): i64 {
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

/** Passes what follows a huge element whose content ends at `end`. */
export function afterHuge(end: i32): void {
  S.isHuge = 0;
  if (S.packedKind === LISTPACK) afterListpack(S.hugeEntry, end, S.hugeSize);
  else if (S.packedKind === ZIPLIST) afterZiplist(S.hugeEntry, end);
  else afterZipmap(end);
}
