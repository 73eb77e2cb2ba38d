/**
 * Walks the elements of a packed value (listpack, ziplist, intset, zipmap), checking it as it goes: when `next` has
 * said false, every byte of the value has been accounted for.
 *
 * A value of up to SMALL_BYTES lies in memory whole. Of a longer one only a part does: `packedThere` is where that
 * part ends, while `packedEnd` is where the value would. An element that does not fit into a part is marked as huge.
 */

import { A_MEMBER } from './expected';
import { afterListpack, nextOfListpack } from './listpack';
import { checkEndMark, integer, refusePacked, wide } from './packed-element';
import {
  INTSET_ORDER,
  INTSET_SIZE,
  INTSET_WIDTH,
  PACKED_EMPTY,
  PACKED_TOO_SHORT,
  PACKED_TOTAL,
} from './refusals';
import { S } from './state';
import { afterZiplist, afterZipmap, nextOfZiplist, nextOfZipmap } from './ziplist';

export const LISTPACK = 0;
export const ZIPLIST = 1;
export const INTSET = 2;
export const ZIPMAP = 3;

const LISTPACK_HEADER = 6;
const ZIPLIST_HEADER = 10;
const INTSET_HEADER = 8;

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
