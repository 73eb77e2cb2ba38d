/** The elements of listpacks: small integers and strings, each followed by its own length, written backwards. */

import { copyShort } from './copy';
import { putInteger } from './decimal';
import {
  COUNT_UNKNOWN,
  checkEndMark,
  fits,
  integer,
  refuseAt,
  refusePacked,
  text,
  wide,
} from './packed-element';
import {
  PACKED_BACKWARD_LENGTH,
  PACKED_BACKWARD_LENGTH_FOUND,
  PACKED_BEYOND_END,
  PACKED_COUNT,
  PACKED_ENCODING,
} from './refusals';
import { S } from './state';

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

export function nextOfListpack(): bool {
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
export function afterListpack(entry: i32, end: i32, size: u32): void {
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
