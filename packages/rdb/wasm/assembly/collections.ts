/** Sets, sorted sets and hashes that are written element by element. */

import {
  addElement,
  addVolatileField,
  beginElement,
  checkInstant,
  MAX_FIELD_EXPIRY_MS,
  scoreOf,
} from './digest';
import { beginMembers, MEMBER, members, tryMember } from './duplicates';
import { gather, room } from './elements';
import * as expected from './expected';
import { refuse } from './host';
import { element } from './murmur3';
import { putString } from './put-element';
import { FIELD_EXPIRY_BEYOND } from './refusals';
import { parseScore, refuseNan } from './scores';
import { has, offset, positionOf, SUSPENDED, tryCount, tryInteger, tryU64 } from './source';
import { S } from './state';
import { tryHash, tryString, WHOLE } from './strings';

/** Phases of a value that is a number of elements. */
export const COUNT = 0;
export const ELEMENT = 1;
export const STRING = 2;
export const SECOND = 3;
const NUMBER = 4;

export function tryBegin(what: i32, bytesEach: f64): bool {
  if (S.phase !== COUNT) return true;
  const count = tryCount(what, bytesEach);
  if (count === SUSPENDED) return false;
  S.left = count;
  S.phase = ELEMENT;
  return true;
}

/** As {@link tryBegin}, where no member may come twice. */
function tryBeginMembers(what: i32, bytesEach: f64): bool {
  if (S.phase !== COUNT) return true;
  if (!tryBegin(what, bytesEach)) return false;
  beginMembers(S.left);
  return true;
}

export function trySet(): bool {
  if (!tryBeginMembers(expected.MEMBERS, 1)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase === ELEMENT) {
      const end = tryShort(room);
      if (end !== 0) {
        gather(end, end);
        continue;
      }
      beginElement();
    }
    S.phase = STRING;
    if (!tryMember(element, members, MEMBER)) return false;
    addElement();
    S.phase = ELEMENT;
  }
  return true;
}

/**
 * Puts the next string with its length at `to`, if it is short (up to SMALL_BYTES) and there.
 * @returns where it ends, or 0 with nothing consumed
 */
function tryShort(to: usize): usize {
  const from = S.at;
  if (tryString() === WHOLE) return putString(to, S.start, S.size);
  S.at = from;
  S.longKind = 0;
  return 0;
}

export function tryZset(): bool {
  if (!tryBeginMembers(expected.MEMBERS, 2)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase <= STRING) {
      if (S.phase === ELEMENT) {
        if (S.type === 5 && tryShortMember()) continue;
        beginElement();
      }
      S.phase = STRING;
      if (!tryMember(element, members, MEMBER)) return false;
      S.phase = NUMBER;
    }
    if (!(S.type === 3 ? tryTextScore() : tryScore())) return false;
    addElement();
    S.phase = ELEMENT;
  }
  return true;
}

/** A short member and its score, if both are there; consumes nothing otherwise. */
function tryShortMember(): bool {
  const from = S.at;
  const end = tryShort(room);
  if (end === 0) return false;
  if (!has(8)) {
    S.at = from;
    return false;
  }
  const score = load<f64>(S.at);
  if (score !== score) refuseNan(offset());
  S.at += 8;
  store<u64>(end, score === 0 ? 0 : bswap<u64>(reinterpret<u64>(score)));
  gather(end + 8, end);
  return true;
}

function tryScore(): bool {
  if (!has(8)) return false;
  const score = load<f64>(S.at);
  if (score !== score) refuseNan(offset());
  S.at += 8;
  scoreOf(element, score);
  return true;
}

/** Scores of RDB < 8: a length byte and text, or the name of a special value in place of the length. */
function tryTextScore(): bool {
  if (!has(1)) return false;
  const size: u32 = load<u8>(S.at);
  if (size === 253) refuseNan(offset());
  if (size >= 254) {
    scoreOf(element, size === 254 ? Infinity : -Infinity);
    S.at += 1;
    return true;
  }
  if (!has(1 + size)) return false;
  scoreOf(element, parseScore(S.at + 1, size, offset()));
  S.at += 1 + size;
  return true;
}

/** A field and its value, as a message that is not finished. */
function tryField(): bool {
  if (S.phase <= STRING) {
    if (S.phase === ELEMENT) beginElement();
    S.phase = STRING;
    if (!tryMember(element, members, MEMBER)) return false;
    S.phase = SECOND;
  }
  if (S.phase === SECOND) {
    if (!tryHash(element)) return false;
    S.phase = NUMBER;
  }
  return true;
}

export function tryHashOf(): bool {
  if (!tryBeginMembers(expected.FIELDS, 2)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase === ELEMENT && tryShortPair()) continue;
    if (!tryField()) return false;
    addElement();
    S.phase = ELEMENT;
  }
  return true;
}

/** A short field and its value, if both are there; consumes nothing otherwise. */
function tryShortPair(): bool {
  const from = S.at;
  const field = tryShort(room);
  if (field === 0) return false;
  const end = tryShort(field);
  if (end === 0) {
    S.at = from;
    return false;
  }
  gather(end, field);
  return true;
}

/** Valkey: field, value, then when it expires, −1 for never. */
export function tryHashWithExpiryAfter(): bool {
  if (!tryBeginMembers(expected.FIELDS, 10)) return false;
  for (; S.left > 0; S.left--) {
    if (!tryField()) return false;
    if (!tryU64()) return false;
    const expiry = S.length as i64;
    if (expiry === -1) addElement();
    else {
      checkInstant(expiry, positionOf(S.at - 8));
      addVolatileField(expiry);
    }
    S.phase = ELEMENT;
  }
  return true;
}

const EARLIEST = 5;
const AFTER = 6;

/** Redis 7.4: the earliest expiry, then per field ms after it plus one (0 for never), field, value. */
export function tryHashWithExpiryBefore(): bool {
  if (S.phase === COUNT) {
    if (!tryU64()) return false;
    S.earliest = S.length as f64;
    const most = MAX_FIELD_EXPIRY_MS + 1;
    if (S.earliest > most) refuse(FIELD_EXPIRY_BEYOND, positionOf(S.at - 8), most, S.earliest, 0);
    S.phase = EARLIEST;
  }
  if (S.phase === EARLIEST) {
    const count = tryCount(expected.FIELDS, 3);
    if (count === SUSPENDED) return false;
    S.left = count;
    beginMembers(count);
    S.phase = AFTER;
  }
  for (; S.left > 0; S.left--) {
    if (S.phase === AFTER) {
      const from = offset();
      if (!tryInteger(expected.A_FIELD_EXPIRY)) return false;
      S.after = S.length as f64;
      S.earliestOffset = from;
      S.phase = ELEMENT;
    }
    if (!tryField()) return false;
    if (S.after === 0) addElement();
    else addVolatileField(expiryOfField());
    S.phase = AFTER;
  }
  return true;
}

function expiryOfField(): i64 {
  const expiry = S.earliest + S.after - 1;
  if (expiry > MAX_FIELD_EXPIRY_MS)
    refuse(FIELD_EXPIRY_BEYOND, S.earliestOffset, MAX_FIELD_EXPIRY_MS, expiry, 0);
  return expiry as i64;
}
