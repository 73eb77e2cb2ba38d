/** Puts packed values into the item of the key, in the same canonical form as values that are not packed. */

import { TEXT_END, writeInteger } from './decimal';
import {
  addElement,
  addVolatileField,
  beginElement,
  checkInstant,
  MAX_FIELD_EXPIRY_MS,
  scoreOf,
} from './digest';
import { beginPacked, endMembers, MEMBER, members, seeLongMember, seeMember } from './duplicates';
import { gather, room } from './elements';
import { A_FIELD_EXPIRY, A_PACKED_VALUE, A_SCORE, A_STREAM_NODE, A_VALUE } from './expected';
import { refuse } from './host';
import { GATHERED, PART, SMALL_BYTES } from './layout';
import { body, bytesOf, element, Message } from './murmur3';
import { afterHuge, INTSET, next, openPacked } from './packed';
import { refusePacked } from './packed-element';
import { append, putNext } from './put-element';
import { FIELD_EXPIRY_BEYOND, PACKED_EXPIRY_ORDER, PACKED_MISSING, PACKED_NOT_INTEGER } from './refusals';
import { parseScore } from './scores';
import { offset } from './source';
import { S } from './state';
import * as entries from './stream-entries';
import { walkEntries } from './stream-node';
import { limit, NOT_THERE, pull, tryString, WHOLE } from './strings';

export const LIST_OF = 0;
export const SET_OF = 1;
export const ZSET_OF = 2;
export const HASH_OF = 3;
export const EXPIRING_HASH_OF = 4;
export const STREAM_NODE = 5;

/** An element up to this long is always there whole when `next` is called, with its header and what follows it. */
const ELEMENT_BYTES: i32 = SMALL_BYTES + 64;
/** Of a list's elements, before they are hashed; one more has room behind them. */
const GATHERED_BYTES: usize = 131072;

/** 0 before the string that holds the value, 1 within it, 2 when the walk is over. */
const OPENING = 0;
const WALKING = 1;
const DRAINING = 2;

/** Walks the packed value that comes next. Called again after a suspension, it goes on. */
export function tryPacked(kind: i32, family: i32): bool {
  if (S.packedStep === OPENING) {
    if (!open(kind, family)) return false;
    S.packedStep = WALKING;
  }
  if (S.packedStep === WALKING) {
    if (S.isLong === 0) walkWhole();
    else if (!walkLong()) return false;
    S.packedStep = DRAINING;
  }
  // Whatever input is left of a long compressed value is too much of it, which pulling it finds out.
  while (S.longKind !== 0 && S.longLeft > 0) if (!pull()) return false;
  S.longKind = 0;
  S.isLong = 0;
  S.packedStep = OPENING;
  return true;
}

function open(kind: i32, family: i32): bool {
  if (S.longKind === 0) {
    const at = offset();
    const found = tryString();
    if (found === NOT_THERE) return false;
    S.packedOffset = at;
    limit(family === STREAM_NODE ? A_STREAM_NODE : A_PACKED_VALUE);
    S.packedKind = kind;
    S.packedFamily = family;
    S.role = 0;
    S.isLong = 0;
    if (found === WHOLE) {
      S.packedFrom = S.start;
      S.packedEnd = S.start + S.size;
      S.packedThere = S.packedEnd;
    } else {
      S.packedFrom = PART;
      S.packedAt = PART;
      S.packedThere = PART;
      S.packedEnd = PART + (S.longLength as i32);
      S.isLong = 1;
    }
  }
  if (S.isLong !== 0 && !ensure(ELEMENT_BYTES)) return false;
  openPacked();
  const perMember = elementsPerMember(family);
  if (perMember === 0 || kind === INTSET) endMembers();
  else beginPacked(perMember);
  return true;
}

/** How many elements a member takes; 0 if any may come twice. */
function elementsPerMember(family: i32): u32 {
  switch (family) {
    case SET_OF:
      return 1;
    case ZSET_OF:
    case HASH_OF:
      return 2;
    case EXPIRING_HASH_OF:
      return 3;
    default:
      return 0;
  }
}

/** Makes sure that so many bytes from the current one on are there, or all that the value has. */
function ensure(bytes: i32): bool {
  while (S.packedThere - S.packedAt < bytes && S.packedThere < S.packedEnd) {
    S.partAt = S.packedAt;
    if (!pull()) return false;
    S.packedThere = S.partEnd;
  }
  return true;
}

function walkWhole(): void {
  const family = S.packedFamily;
  if (family === STREAM_NODE) {
    entries.begin();
    while (S.role !== entries.ENTRY && next()) {
      before();
      entries.after();
    }
    if (S.role === entries.ENTRY) walkEntries();
    return entries.end();
  }
  if (family === HASH_OF) return walkHash();
  if (family === SET_OF) return walkSet();
  if (family === ZSET_OF) return walkSortedSet();
  if (family === LIST_OF) return walkList();
  while (next()) {
    before();
    after();
  }
  end();
}

function walkHash(): void {
  for (;;) {
    const end = putNext(room);
    if (end === 0) return;
    const pairEnd = putNext(end);
    if (pairEnd === 0) refusePacked(PACKED_MISSING, A_VALUE, 0);
    gather(pairEnd, end);
  }
}

function walkSet(): void {
  for (;;) {
    const end = putNext(room);
    if (end === 0) return;
    gather(end, end);
  }
}

function walkSortedSet(): void {
  for (;;) {
    const end = putNext(room);
    if (end === 0) return;
    if (!next()) refusePacked(PACKED_MISSING, A_SCORE, 0);
    const score = scoreHere();
    store<u64>(end, score === 0 ? 0 : bswap<u64>(reinterpret<u64>(score)));
    gather(end + 8, end);
  }
}

/** Elements are put one after the other and hashed together. */
function walkList(): void {
  let end: usize = GATHERED;
  for (;;) {
    const nextEnd = putNext(end);
    if (nextEnd === 0) break;
    end = nextEnd;
    S.elements += 1;
    if (end - GATHERED > GATHERED_BYTES) {
      bytesOf(body, GATHERED, (end - GATHERED) as u32);
      end = GATHERED;
    }
  }
  bytesOf(body, GATHERED, (end - GATHERED) as u32);
}

function walkLong(): bool {
  if (S.packedFamily === STREAM_NODE && S.packedStarted === 0) {
    entries.begin();
    S.packedStarted = 1;
  }
  for (;;) {
    if (S.isHuge !== 0) {
      if (!tryHuge()) return false;
    } else {
      if (!ensure(ELEMENT_BYTES)) return false;
      if (!next()) break;
      before();
      if (S.isHuge !== 0) continue;
    }
    if (S.packedFamily === STREAM_NODE) entries.after();
    else after();
  }
  if (S.packedFamily === STREAM_NODE) entries.end();
  else end();
  S.packedStarted = 0;
  return true;
}

/** Passes on an element that is longer than what is there, part by part. */
function tryHuge(): bool {
  while (S.hugeLeft > 0) {
    if (S.packedAt === S.packedThere && !ensure(1)) return false;
    const take = min<u32>(S.hugeLeft, S.packedThere - S.packedAt);
    if (S.hugeInto !== 0) bytesOf(changetype<Message>(S.hugeInto), S.packedAt, take);
    S.packedAt += take;
    S.hugeLeft -= take;
  }
  // What follows the content: a backward length, or up to 255 unused bytes, which are not looked at.
  if (!ensure(8)) return false;
  afterHuge(S.packedAt);
  return true;
}

/** What is done with an element as its bytes come by. */
function before(): void {
  switch (S.packedFamily) {
    case LIST_OF:
      return append(body);
    case STREAM_NODE:
      return entries.before();
    case ZSET_OF:
      if (S.role === 1) return scoreOf(element, scoreHere());
      break;
    case EXPIRING_HASH_OF:
      if (S.role === 2) return fieldExpiry();
      break;
  }
  if (S.role === 0) beginElement();
  append(element);
}

/** What is done once they have. */
function after(): void {
  if (S.role === 0 && members.slots !== 0) see();
  switch (S.packedFamily) {
    case LIST_OF:
      S.elements += 1;
      return;
    case SET_OF:
      return addElement();
    case EXPIRING_HASH_OF:
      S.role = S.role === 2 ? 0 : S.role + 1;
      return;
    default:
      if (S.role === 1) addElement();
      S.role = 1 - S.role;
  }
}

/** Looks for the member or field that the message begins with. */
function see(): void {
  if (S.isInteger !== 0) {
    const start = writeInteger(S.integer) as u32;
    seeMember(members, MEMBER, start, TEXT_END - start);
  } else if (S.elementSize <= (SMALL_BYTES as u32)) {
    seeMember(members, MEMBER, S.elementAt, S.elementSize);
  } else {
    seeLongMember(members, MEMBER, element);
  }
}

/** The value has ended: it may do so only after a whole element. */
function end(): void {
  if (S.role === 0) return;
  const missing = S.packedFamily === ZSET_OF ? A_SCORE : S.role === 2 ? A_FIELD_EXPIRY : A_VALUE;
  refusePacked(PACKED_MISSING, missing, 0);
}

function scoreHere(): f64 {
  return S.isInteger !== 0 ? (S.integer as f64) : parseScore(S.elementAt, S.elementSize, S.packedOffset);
}

/** Redis 7.4: after field and value, when it expires; 0 for never. */
function fieldExpiry(): void {
  if (S.isInteger === 0) refusePacked(PACKED_NOT_INTEGER, A_FIELD_EXPIRY, 0);
  const before = S.lastInteger;
  S.lastInteger = S.integer;
  if (S.integer === 0) return addElement();
  checkInstant(S.integer, S.packedOffset);
  if ((S.integer as f64) > MAX_FIELD_EXPIRY_MS) {
    refuse(FIELD_EXPIRY_BEYOND, S.packedOffset, MAX_FIELD_EXPIRY_MS, S.integer as f64, 0);
  }
  // Fields stand in the order in which they expire, those that never do last.
  if (before === 0 || S.integer < before) refusePacked(PACKED_EXPIRY_ORDER, 0, 0);
  addVolatileField(S.integer);
}
