/** Lengths and numbers of the file, and the position. Every `try…` consumes all of its bytes or none. */

import { refuse } from './host';
import { WINDOW } from './layout';
import { BAD_LENGTH_ENCODING, LENGTH_BEYOND, LENGTH_IS_STRING } from './refusals';
import { S } from './state';

/** A length beyond this is damage, not data: 1 TiB, more than any server can hold in one value. */
const MAX_LENGTH: f64 = 1099511627776;

const LENGTH_32: u32 = 0x80;
const LENGTH_64: u32 = 0x81;

/** {@link tryCount} found too few bytes. */
export const SUSPENDED: i64 = -1;

/** Position in the file of an address in the window. */
export function positionOf(at: u32): f64 {
  return S.base + ((at - WINDOW) as f64);
}

export function offset(): f64 {
  return positionOf(S.at);
}

export function has(count: u32): bool {
  return S.end - S.at >= count;
}

/** Reads a length into `length`, or the kind of a specially encoded string into `special` (otherwise −1). */
export function tryLength(): bool {
  const at = S.at;
  if (at >= S.end) return false;
  const first: u32 = load<u8>(at);
  S.special = -1;
  if (first < 0x40) {
    S.length = first;
    S.at = at + 1;
    return true;
  }
  if (first < 0x80) {
    if (at + 2 > S.end) return false;
    S.length = ((first & 0x3f) << 8) | load<u8>(at, 1);
    S.at = at + 2;
    return true;
  }
  if (first >= 0xc0) {
    S.length = 0;
    S.special = first & 0x3f;
    S.at = at + 1;
    return true;
  }
  return tryWideLength(at, first);
}

function tryWideLength(at: u32, first: u32): bool {
  if (first !== LENGTH_32 && first !== LENGTH_64) refuse(BAD_LENGTH_ENCODING, offset(), first, 0, 0);
  const width: u32 = first === LENGTH_32 ? 4 : 8;
  if (!has(1 + width)) return false;
  S.length = width === 4 ? (bswap<u32>(load<u32>(at, 1)) as u64) : bswap<u64>(load<u64>(at, 1));
  S.at = at + 1 + width;
  return true;
}

/** Reads an integer of up to 64 bits into `length`. */
export function tryInteger(expected: i32): bool {
  if (!tryLength()) return false;
  if (S.special >= 0) refuse(LENGTH_IS_STRING, offset() - 1, expected, S.special, 0);
  return true;
}

/** Reads a number of things, each of which takes at least `bytesEach` bytes. */
export function tryCount(expected: i32, bytesEach: f64): i64 {
  const from = offset();
  if (!tryInteger(expected)) return SUSPENDED;
  bound(expected, from, bytesEach);
  return S.length;
}

/** Refuses `length` if that many things cannot follow. */
export function bound(expected: i32, from: f64, bytesEach: f64): void {
  const value = S.length as f64;
  const remaining = S.sizeBytes - offset();
  if (value > MAX_LENGTH || value * bytesEach > remaining) {
    refuse(LENGTH_BEYOND, from, expected, value, remaining);
  }
}

/** Reads eight bytes, little-endian, into `length`. */
export function tryU64(): bool {
  if (!has(8)) return false;
  S.length = load<u64>(S.at);
  S.at += 8;
  return true;
}
