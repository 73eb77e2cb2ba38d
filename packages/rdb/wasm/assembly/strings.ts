/**
 * RDB strings in all four forms: raw, integers of 8, 16 and 32 bits, and LZF. A string of up to SMALL_BYTES is held
 * whole, once all of it is there; a longer one passes by in parts, whatever its length.
 */
import { TEXT_END, writeInteger } from './decimal';
import { A_COMPRESSED_LENGTH, A_STRING_LENGTH, AN_UNCOMPRESSED_LENGTH } from './expected';
import { refuse } from './host';
import { LZF_HISTORY_BYTES, PART, PART_BYTES, SMALL_BYTES, UNPACKED } from './layout';
import * as lzf from './lzf';
import { bytesOf, Message, prefixed, u64Of } from './murmur3';
import { BAD_STRING_ENCODING, LENGTH_IS_STRING, LZF_IMPOSSIBLE, LZF_TOO_LITTLE, TOO_LARGE } from './refusals';
import { bound, has, offset, tryLength } from './source';
import { S } from './state';

export const RAW = 1;
export const INTEGER = 2;
export const PACKED = 3;

/** What {@link tryString} found. */
export const NOT_THERE = 0;
export const WHOLE = 1;
export const LONG = 2;

/** A stored byte of LZF yields at most this many: three bytes make 264. */
const MAX_RATIO: u64 = 88;

/** Left free at the end of the part buffer: the longest run, and what copies write too much. */
const MARGIN: u32 = 512;

/** Reads everything before the string's bytes; an integer is read entirely. */
export function tryHeader(): bool {
  const from = S.at;
  S.stringOffset = offset();
  if (!tryLength()) return false;
  if (S.special < 0) {
    bound(A_STRING_LENGTH, S.stringOffset, 1);
    S.stringKind = RAW;
    S.stringLength = S.length;
    S.stringStored = S.length;
    return true;
  }
  const complete = S.special <= 2 ? tryIntegerString((1 as u32) << S.special) : tryPackedHeader();
  if (!complete) S.at = from;
  return complete;
}

function tryIntegerString(width: u32): bool {
  if (!has(width)) return false;
  const at = S.at;
  const value: i64 = width === 1 ? load<i8>(at) : width === 2 ? load<i16>(at) : load<i32>(at);
  S.at = at + width;
  S.start = writeInteger(value) as u32;
  S.size = TEXT_END - S.start;
  S.stringKind = INTEGER;
  S.stringLength = S.size;
  S.stringStored = 0;
  return true;
}

function tryPackedHeader(): bool {
  if (S.special !== 3) refuse(BAD_STRING_ENCODING, S.stringOffset, S.special, 0, 0);
  if (!tryLength()) return false;
  plain(A_COMPRESSED_LENGTH, 1);
  const stored = S.length;
  if (!tryLength()) return false;
  plain(AN_UNCOMPRESSED_LENGTH, 0);
  const length = S.length;
  if (stored === 0 || length === 0 || length > stored * MAX_RATIO) {
    refuse(LZF_IMPOSSIBLE, S.stringOffset, stored as f64, length as f64, 0);
  }
  S.stringKind = PACKED;
  S.stringStored = stored;
  S.stringLength = length;
  return true;
}

function plain(expected: i32, bytesEach: f64): void {
  if (S.special >= 0) refuse(LENGTH_IS_STRING, S.stringOffset, expected, S.special, 0);
  bound(expected, S.stringOffset, bytesEach);
}

/**
 * Holds the next string (`start`, `size`) if it is short and all there. Of a long one only the header is read, and
 * {@link pull} or {@link tryLong} does the rest.
 */
export function tryString(): i32 {
  const from = S.at;
  // Most strings are this short, raw and there: nothing else has to be known of them.
  if (from + 1 < S.end) {
    const first: u32 = load<u8>(from);
    if (first < 0x40 && from + 1 + first <= S.end) {
      S.start = from + 1;
      S.size = first;
      S.stringLength = first;
      S.at = from + 1 + first;
      return WHOLE;
    }
  }
  if (!tryHeader()) return NOT_THERE;
  if (S.stringKind === INTEGER) return WHOLE;
  if (S.stringStored > (SMALL_BYTES as u64) || S.stringLength > (SMALL_BYTES as u64)) {
    beginLong();
    return LONG;
  }
  const stored = S.stringStored as u32;
  if (!has(stored)) {
    S.at = from;
    return NOT_THERE;
  }
  if (S.stringKind === PACKED) unpackWhole(stored);
  else {
    S.start = S.at;
    S.size = stored;
  }
  S.at += stored;
  return WHOLE;
}

function unpackWhole(stored: u32): void {
  const length = S.stringLength;
  const to = S.at + stored;
  lzf.unpack(S.at, to, UNPACKED, SMALL_BYTES + 1, 0, length, S.stringOffset);
  finishPacked(lzf.input, to, (lzf.output - UNPACKED) as u64, length, S.stringOffset);
  S.start = UNPACKED;
  S.size = length as u32;
}

function finishPacked(at: usize, to: usize, produced: u64, length: u64, where: f64): void {
  // With the announced length reached, whatever input is left is too much of it.
  if (at < to) lzf.refuseCut(at, to, produced, length, where);
  if (produced !== length) refuse(LZF_TOO_LITTLE, where, length as f64, produced as f64, 0);
}

function beginLong(): void {
  S.longKind = S.stringKind;
  S.longLeft = S.stringStored;
  S.longLength = S.stringLength;
  S.longOffset = S.stringOffset;
  S.longDone = 0;
  S.partAt = PART;
  S.partEnd = PART;
}

/**
 * Gets more of a long string into the part buffer, behind what has not been used up.
 * @returns whether there is more now
 */
export function pull(): bool {
  if (S.longLeft === 0) return false;
  if (S.partEnd > ((PART + PART_BYTES - SMALL_BYTES) as u32)) slide();
  return S.longKind === RAW ? pullRaw() : pullPacked();
}

/** Moves what is left, with the history before it, to the front. */
export function slide(): void {
  let keep = S.partAt;
  if (S.partEnd - LZF_HISTORY_BYTES < keep) keep = S.partEnd - LZF_HISTORY_BYTES;
  if (keep <= (PART as u32)) return;
  const by = keep - PART;
  memory.copy(PART, keep, S.partEnd - keep);
  S.partAt -= by;
  S.partEnd -= by;
  if (S.isLong === 0) return;
  S.packedAt -= by;
  S.packedThere -= by;
  S.packedEnd -= by;
  S.packedFrom -= by;
  S.packedPrevious -= by;
  S.hugeEntry -= by;
}

function pullRaw(): bool {
  let take: u32 = min<u32>(S.end - S.at, PART + PART_BYTES - MARGIN - S.partEnd);
  if ((take as u64) > S.longLeft) take = S.longLeft as u32;
  if (take === 0) return false;
  memory.copy(S.partEnd, S.at, take);
  S.at += take;
  S.partEnd += take;
  S.longLeft -= take;
  return true;
}

function pullPacked(): bool {
  const there = S.end - S.at;
  const isLast = (there as u64) >= S.longLeft;
  const to = isLast ? S.at + (S.longLeft as u32) : S.end;
  const room: u32 = PART + PART_BYTES - MARGIN - S.partEnd;
  const had = S.partEnd;
  lzf.unpack(S.at, to, had, room, S.longDone, S.longLength, S.longOffset);
  const taken = (lzf.input as u32) - S.at;
  S.at += taken;
  S.longLeft -= taken;
  S.partEnd = lzf.output as u32;
  S.longDone += S.partEnd - had;
  const isFull = S.partEnd - had >= room;
  if (isLast && (S.longLeft === 0 || !isFull)) finishPacked(S.at, to, S.longDone, S.longLength, S.longOffset);
  return S.partEnd > had;
}

/** Appends the string that {@link tryString} found to be long. @returns whether all of it has been appended */
export function tryLong(into: Message): bool {
  for (;;) {
    if (S.longKind === RAW) {
      // No detour through the part buffer for bytes that lie in the window.
      let take: u32 = S.end - S.at;
      if ((take as u64) > S.longLeft) take = S.longLeft as u32;
      bytesOf(into, S.at, take);
      S.at += take;
      S.longLeft -= take;
    } else if (pull()) {
      bytesOf(into, S.partAt, S.partEnd - S.partAt);
      S.partAt = S.partEnd;
      continue;
    }
    if (S.longLeft > 0) return false;
    S.longKind = 0;
    return true;
  }
}

/** Appends the next string with its length. Called again after a suspension, it goes on. */
export function tryHash(into: Message): bool {
  if (S.longKind === 0) {
    const found = tryString();
    if (found === WHOLE) {
      prefixed(into, S.start, S.size);
      return true;
    }
    if (found === NOT_THERE) return false;
    u64Of(into, S.longLength);
  }
  return tryLong(into);
}

/** Skips the next string; `stringLength` says how long it is. Called again after a suspension, it goes on. */
export function trySkip(): bool {
  if (S.longKind === 0) {
    if (!tryHeader()) return false;
    const there = S.end - S.at;
    if (S.stringStored <= (there as u64)) {
      S.at += S.stringStored as u32;
      return true;
    }
    S.longKind = RAW;
    S.longLeft = S.stringStored;
  }
  const there = S.end - S.at;
  if (S.longLeft > (there as u64)) {
    S.longLeft -= there;
    S.at = S.end;
    return false;
  }
  S.at += S.longLeft as u32;
  S.longKind = 0;
  return true;
}

/** Refuses the string whose header has been read if it is larger than what may be held. */
export function limit(expected: i32): void {
  if ((S.stringLength as f64) > S.heldBytes) {
    refuse(TOO_LARGE, S.stringOffset, expected, S.heldBytes, S.stringLength as f64);
  }
}
