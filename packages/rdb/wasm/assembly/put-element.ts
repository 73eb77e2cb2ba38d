/** Puts the element that `next` has found, in the form in which every value is hashed. */

import { copyShort } from './copy';
import { putInteger, TEXT_END, writeInteger } from './decimal';
import { putShort } from './listpack';
import { Message, prefixed, u64Of } from './murmur3';
import { LISTPACK, next } from './packed';
import { S } from './state';

/** Moves to the next element and puts it with its length at `to`. @returns where it ends, or 0 at the end of the value */
export function putNext(to: usize): usize {
  if (S.packedKind === LISTPACK) {
    const end = putShort(to);
    if (end !== 0) return end;
  }
  return next() ? put(to) : 0;
}

/** Puts the element with its length at `to`. @returns where it ends */
function put(to: usize): usize {
  if (S.isInteger !== 0) {
    const end = putInteger(to + 8, S.integer);
    store<u64>(to, end - to - 8);
    return end;
  }
  return putString(to, S.elementAt, S.elementSize);
}

/** Puts a string with its length at `to`. @returns where it ends */
export function putString(to: usize, from: usize, size: u32): usize {
  store<u64>(to, size);
  copyShort(to + 8, from, size);
  return to + 8 + size;
}

/** Appends the element, with its length; integers as their decimal text. */
export function append(into: Message): void {
  if (S.isInteger !== 0) {
    const start = writeInteger(S.integer) as u32;
    prefixed(into, start, TEXT_END - start);
  } else if (S.isHuge !== 0) {
    u64Of(into, S.elementSize);
    pass(changetype<usize>(into));
  } else {
    prefixed(into, S.elementAt, S.elementSize);
  }
}

/** Has a huge element passed on to a message, or to none. */
export function pass(into: usize): void {
  S.hugeInto = into as u32;
  S.hugeLeft = S.elementSize;
  S.packedAt = S.elementAt;
}
