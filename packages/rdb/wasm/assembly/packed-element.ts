/** One element of a packed value, whatever packs it: what it is, and how it is refused. */

import { refuse } from './host';
import { PACKED_BEYOND_END, PACKED_END_MARK } from './refusals';
import { S } from './state';

export const END: u32 = 0xff;
/** Stored as the number of elements when there are too many to count in 16 bits. */
export const COUNT_UNKNOWN: u32 = 0xffff;
/** More than a backward length takes. */
const TRAILER_BYTES = 8;

/** The shell finds the kind and the place in the state: `a` bytes into `b`, element `packedCount`. */
export function refusePacked(refusal: i32, a: f64, b: f64): void {
  refuseAt(refusal, a, b, S.packedAt);
}

export function refuseAt(refusal: i32, a: f64, b: f64, at: i32): void {
  S.packedAt = at;
  refuse(refusal, S.packedOffset, a, b, 0);
}

export function checkEndMark(): void {
  if ((load<u8>(S.packedEnd - 1) as u32) !== END) refusePacked(PACKED_END_MARK, 0, 0);
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
