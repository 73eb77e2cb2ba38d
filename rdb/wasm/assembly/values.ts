/** Decodes values of every type, checks them throughout and puts their canonical form into the item of the key. */
import { addElement, addVolatileField, beginElement, checkInstant, scoreOf } from './digest';
import { addGathered, gather, room } from './elements';
import * as expected from './expected';
import { refuse } from './host';
import { tryModule } from './module';
import { body, element } from './murmur3';
import { INTSET, LISTPACK, ZIPLIST, ZIPMAP } from './packed';
import { BAD_CONTAINER, FIELD_EXPIRY_BEYOND } from './refusals';
import { has, offset, positionOf, SUSPENDED, tryCount, tryInteger, tryU64 } from './source';
import { S } from './state';
import { tryStream } from './stream';
import { tryHash, tryString, WHOLE } from './strings';
import {
  EXPIRING_HASH_OF,
  HASH_OF,
  LIST_OF,
  parseScore,
  putString,
  refuseNan,
  SET_OF,
  tryPacked,
  ZSET_OF,
} from './walk';

const CONTAINER_PLAIN: u64 = 1;
const CONTAINER_PACKED: u64 = 2;

/** Beyond what a field's expiry can be: the server keeps 48 bits. */
const MAX_FIELD_EXPIRY_MS: f64 = 281474976710656;

/** Phases of a value that is a number of elements. */
const COUNT = 0;
const ELEMENT = 1;
const STRING = 2;
const SECOND = 3;
const NUMBER = 4;

/** Reads the value that comes next. `phase` must begin at 0; called again after a suspension, it goes on. */
export function tryValue(): bool {
  const isDone = tryKind();
  addGathered();
  return isDone;
}

function tryKind(): bool {
  switch (S.type) {
    case 0:
      return tryHash(body);
    case 1:
      return tryList();
    case 2:
      return trySet();
    case 3:
    case 5:
      return tryZset();
    case 4:
      return tryHashOf();
    case 7:
      return tryModule(body);
    case 9:
      return tryPacked(ZIPMAP, HASH_OF);
    case 10:
      return tryPacked(ZIPLIST, LIST_OF);
    case 11:
      return tryPacked(INTSET, SET_OF);
    case 12:
      return tryPacked(ZIPLIST, ZSET_OF);
    case 13:
      return tryPacked(ZIPLIST, HASH_OF);
    case 14:
      return tryQuicklist();
    case 16:
      return tryPacked(LISTPACK, HASH_OF);
    case 17:
      return tryPacked(LISTPACK, ZSET_OF);
    case 18:
      return tryQuicklist2();
    case 20:
      return tryPacked(LISTPACK, SET_OF);
    case 22:
      return tryHashWithExpiryAfter();
    case 24:
      return tryHashWithExpiryBefore();
    case 25:
      return tryExpiringListpack();
    default:
      return tryStream();
  }
}

function tryBegin(what: i32, bytesEach: f64): bool {
  if (S.phase !== COUNT) return true;
  const count = tryCount(what, bytesEach);
  if (count === SUSPENDED) return false;
  S.left = count;
  S.phase = ELEMENT;
  return true;
}

function tryList(): bool {
  if (!tryBegin(expected.ELEMENTS, 1)) return false;
  for (; S.left > 0; S.left--) {
    if (!tryHash(body)) return false;
    S.elements += 1;
  }
  return true;
}

function trySet(): bool {
  if (!tryBegin(expected.MEMBERS, 1)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase === ELEMENT) {
      const end = tryShort(room);
      if (end !== 0) {
        gather(end);
        continue;
      }
      beginElement();
    }
    S.phase = STRING;
    if (!tryHash(element)) return false;
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

function tryZset(): bool {
  if (!tryBegin(expected.MEMBERS, 2)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase <= STRING) {
      if (S.phase === ELEMENT) {
        if (S.type === 5 && tryShortMember()) continue;
        beginElement();
      }
      S.phase = STRING;
      if (!tryHash(element)) return false;
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
  gather(end + 8);
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
    if (!tryHash(element)) return false;
    S.phase = SECOND;
  }
  if (S.phase === SECOND) {
    if (!tryHash(element)) return false;
    S.phase = NUMBER;
  }
  return true;
}

function tryHashOf(): bool {
  if (!tryBegin(expected.FIELDS, 2)) return false;
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
  gather(end);
  return true;
}

/** Valkey: field, value, then when it expires, −1 for never. */
function tryHashWithExpiryAfter(): bool {
  if (!tryBegin(expected.FIELDS, 10)) return false;
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
function tryHashWithExpiryBefore(): bool {
  if (S.phase === COUNT) {
    if (!tryU64()) return false;
    S.earliest = S.length as f64;
    S.phase = EARLIEST;
  }
  if (S.phase === EARLIEST) {
    const count = tryCount(expected.FIELDS, 3);
    if (count === SUSPENDED) return false;
    S.left = count;
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

function tryQuicklist(): bool {
  if (!tryBegin(expected.NODES, 1)) return false;
  for (; S.left > 0; S.left--) if (!tryPacked(ZIPLIST, LIST_OF)) return false;
  return true;
}

function tryQuicklist2(): bool {
  if (!tryBegin(expected.NODES, 2)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase === ELEMENT) {
      const from = offset();
      if (!tryInteger(expected.A_CONTAINER)) return false;
      if (S.length !== CONTAINER_PLAIN && S.length !== CONTAINER_PACKED) {
        refuse(BAD_CONTAINER, from, S.length as f64, 0, 0);
      }
      S.phase = S.length === CONTAINER_PACKED ? SECOND : STRING;
    }
    if (S.phase === SECOND) {
      if (!tryPacked(LISTPACK, LIST_OF)) return false;
    } else {
      if (!tryHash(body)) return false;
      S.elements += 1;
    }
    S.phase = ELEMENT;
  }
  return true;
}

/** The earliest expiry, which the fields' own repeat, then the listpack. */
function tryExpiringListpack(): bool {
  if (S.phase === COUNT) {
    if (!tryU64()) return false;
    S.phase = ELEMENT;
  }
  return tryPacked(LISTPACK, EXPIRING_HASH_OF);
}
