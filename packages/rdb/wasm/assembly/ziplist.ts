/** The elements of ziplists and zipmaps, which servers before Redis 7.0 wrote. */

import { A_FIELD } from './expected';
import { COUNT_UNKNOWN, checkEndMark, END, fits, integer, refusePacked, text, wide } from './packed-element';
import {
  PACKED_COUNT,
  PACKED_EMPTY,
  PACKED_ENCODING,
  PACKED_LAST_ELEMENT,
  PACKED_PREVIOUS_LENGTH,
  ZIPMAP_COUNT,
  ZIPMAP_LONG_LENGTH,
  ZIPMAP_NO_LENGTH,
  ZIPMAP_NO_VALUE,
} from './refusals';
import { S } from './state';

/** Announces that the length of the previous entry follows in four bytes. */
export const WIDE: u32 = 254;

export function nextOfZiplist(): bool {
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

export function afterZiplist(entry: i32, end: i32): void {
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

export function nextOfZipmap(): bool {
  const at = S.packedAt;
  const isValue = ((S.packedCount as u32) & 1) === 1;
  if (at === S.packedEnd - 1) {
    if (S.isLong !== 0) checkEndMark();
    if (isValue) refusePacked(ZIPMAP_NO_VALUE, 0, 0);
    const fields = S.packedCount / 2;
    if (fields === 0) refusePacked(PACKED_EMPTY, A_FIELD, 0);
    if (S.packedExpected !== WIDE && (S.packedExpected as f64) !== fields) {
      refusePacked(ZIPMAP_COUNT, S.packedExpected, fields);
    }
    return false;
  }
  const first: u32 = load<u8>(at);
  if (first === END) refusePacked(ZIPMAP_NO_LENGTH, 0, 0);
  const header = (first >= WIDE ? 5 : 1) + (isValue ? 1 : 0);
  fits(at + header);
  const size: u32 = first >= WIDE ? load<u32>(at, 1) : first;
  // A server goes on behind a length of the shortest form, whatever form it read.
  if (first >= WIDE && size < WIDE) refusePacked(ZIPMAP_LONG_LENGTH, size, 0);
  S.hugeUnused = isValue ? load<u8>(at + header - 1) : 0;
  fits((at as i64) + header + (size as i64) + S.hugeUnused);
  const end = text(at + header, size);
  if (S.isHuge === 0) afterZipmap(end);
  return true;
}

export function afterZipmap(end: i32): void {
  S.packedAt = end + (S.hugeUnused as i32);
  S.packedCount += 1;
}
