/**
 * What may not occur twice: the members of a value, the groups of a stream, the consumers of a group, the keys of a
 * database. Of each, a hash of 64 bits lies in a table at a place that further bits of the hash choose, so that of a
 * thousand million readings none takes two for one by chance; and the hash is keyed with a secret of the reading, so
 * that nobody can store names that it takes for one.
 *
 * A table that cannot hold all of them holds a part, those whose hash ends in certain bits, and it is counted how many
 * readings would see all parts.
 */

import { GROUPS_TABLE, GROUPS_TABLE_BYTES, MEMBERS_TABLE, MEMBERS_TABLE_BYTES, STATE } from './layout';
import * as murmur from './murmur3';
import { ZIPMAP } from './packed';
import { COUNT_UNKNOWN } from './packed-element';
import { S } from './state';
import { NOT_THERE, tryLong, tryString, WHOLE } from './strings';

/** A slot: the hash, 0 for none. */
export const SLOT_BYTES: u32 = 8;
const MIN_SLOTS: u32 = 16;
const FEW: u64 = 1024;
@unmanaged
export class Table {
  base: u32;
  /** 0: nothing is looked for. */
  slots: u32;
  /** Leaves of 64 bits those that number a slot. */
  shift: u32;
  kept: u32;
  most: u32;
  /** Of a hash, the bits that tell its part, and which part is held. */
  mask: u32;
  part: u32;
  unused: u32;
}
const TABLES: usize = STATE + 3584;
export const members: Table = changetype<Table>(TABLES);
export const groups: Table = changetype<Table>(TABLES + 32);
export const keys: Table = changetype<Table>(TABLES + 64);

/** What may be there twice. */
export const MEMBER = 1;
export const GROUP = 2;

/** The last hash, and what chooses its place. */
export let hash: u64 = 0;
export let place: u64 = 0;

const LOW: u64 = 0xffffffff;
const ODD: u64 = 0x9e3779b97f4a7c15;

/** The upper half of the product. */
function upper(a: u64, b: u64): u64 {
  const a0 = a & LOW;
  const a1 = a >> 32;
  const b0 = b & LOW;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  return a1 * b1 + (middle >> 32) + (((middle & LOW) + a0 * b1) >> 32);
}

/** Hashes `size` bytes, of which up to 7 more may be read. */
export function hashBytes(from: usize, size: u32, salt: u64): void {
  const end = from + size;
  let x = S.secret0 ^ (salt + (size as u64) * ODD);
  let y = S.secret1;
  for (let at = from; end - at > 16 && size > 16; at += 16) {
    x ^= load<u64>(at);
    y ^= load<u64>(at, 8);
    const high = upper(x, y);
    const low = x * y;
    const before = x;
    x = low + y;
    y = high ^ before;
  }
  // Of a longer one the last 16 bytes, whether or not some of them have been mixed.
  if (size >= 8) {
    if (size > 8) x ^= load<u64>(size > 16 ? end - 16 : from);
    y ^= load<u64>(end - 8);
  } else if (size > 0) {
    y ^= load<u64>(from) << ((64 - 8 * size) as u64);
  }
  finish(x, y);
}

function finish(x: u64, y: u64): void {
  const high = upper(x, y) ^ x;
  // 0 and 1 mean something else.
  hash = (x * y + rotl<u64>(high, 23)) | 2;
  place = high * ODD;
}

/** Takes the hash that was finished last for that of a long string, whose bytes have passed by. */
export function hashMessage(salt: u64): void {
  finish(murmur.low ^ S.secret0 ^ (salt * ODD), murmur.high ^ S.secret1);
}

/** How many a table of so many slots takes: three quarters. */
export function mostOf(slots: u32): u32 {
  return slots - (slots >> 2);
}

/** Prepares a table for up to `count` of a kind; what was in it is forgotten. */
function begin(table: Table, base: usize, bytes: u32, count: u64): void {
  if (S.seeks === 0) return;
  const all = bytes / SLOT_BYTES;
  // The power of two from two for each upwards; of a few members from four, for then fewer of them meet.
  const each: u64 = count <= FEW ? 4 : 2;
  const wanted = max<u64>(min<u64>(each * count, all), MIN_SLOTS);
  const slots: u32 = 1 << (64 - (clz<u64>(wanted - 1) as u32));
  let parts: u32 = 1;
  while (count > (mostOf(slots) as u64) * parts && parts < 0x40000000) parts <<= 1;
  if (parts > S.memberPasses) S.memberPasses = parts;
  table.base = base as u32;
  table.slots = S.pass < parts && count > 1 ? slots : 0;
  table.shift = 64 - ctz<u32>(slots);
  table.kept = 0;
  table.most = mostOf(slots);
  table.mask = parts - 1;
  table.part = S.pass;
  if (table.slots !== 0) clear(base, slots * SLOT_BYTES);
}

/** A call of the memory's own filling takes longer for as little as most values need. */
function clear(base: usize, bytes: u32): void {
  if (bytes > 1024) return memory.fill(base, 0, bytes);
  for (let at = base; at < base + bytes; at += 16) v128.store(at, i64x2.splat(0));
}

export function beginMembers(count: u64): void {
  begin(members, MEMBERS_TABLE, MEMBERS_TABLE_BYTES, count);
}

export function beginGroups(count: u64): void {
  begin(groups, GROUPS_TABLE, GROUPS_TABLE_BYTES, count);
}

/** Looks for no members until another value begins. */
export function endMembers(): void {
  members.slots = 0;
}

/** Whether the table holds hashes like this. */
export function isOfPart(table: Table, one: u64): bool {
  return (((one >> 2) as u32) & table.mask) === table.part;
}

/** Puts the last hash into the table. @returns whether it was there */
export function isThere(table: Table): bool {
  if (!isOfPart(table, hash)) return false;
  const last = table.slots - 1;
  let slot = (place >> (table.shift as u64)) as u32;
  let at: usize = table.base + slot * SLOT_BYTES;
  let found = load<u64>(at);
  while (found !== 0) {
    if (found === hash) return true;
    slot = (slot + 1) & last;
    at = table.base + slot * SLOT_BYTES;
    found = load<u64>(at);
  }
  // A value that holds more than it announced is refused at its end.
  if (table.kept >= table.most) return false;
  store<u64>(at, hash);
  table.kept++;
  return false;
}

/** Notes if a member was there before. @param what MEMBER or GROUP */
function see(table: Table, what: i32): void {
  if (isThere(table)) S.isTwice = what;
}

/**
 * Looks for members that lie one after the other, each behind its length, as {@link seeMember} does: all in one
 * function, for most members pass here.
 * @param ends where the whole element ends, and its member, of each
 */
export function seeAll(from: usize, ends: usize, count: u32): void {
  const secret0 = S.secret0;
  const secret1 = S.secret1;
  const shift = members.shift as u64;
  const last = members.slots - 1;
  const base: usize = members.base;
  const mask = members.mask;
  const part = members.part;
  let kept = members.kept;
  let at = from + 8;
  for (let entry = ends; entry < ends + (count << 3); entry += 8) {
    const end: usize = load<u32>(entry, 4);
    const size = (end - at) as u32;
    // The bytes before a member of less than eight are zeros of its length.
    let x = secret0 ^ ((size as u64) * ODD);
    let y = secret1;
    if (size > 16) {
      for (let block = at; end - block > 16; block += 16) {
        x ^= load<u64>(block);
        y ^= load<u64>(block, 8);
        const high = upper(x, y);
        const low = x * y;
        const before = x;
        x = low + y;
        y = high ^ before;
      }
      x ^= load<u64>(end - 16);
    } else {
      x ^= select<u64>(load<u64>(at), 0, size > 8);
    }
    y ^= select<u64>(load<u64>(end - 8), 0, size > 0);
    const high = upper(x, y) ^ x;
    const found = (x * y + rotl<u64>(high, 23)) | 2;
    at = (((load<u32>(entry) as usize) + 31) & ~15) + 8;
    if ((((found >> 2) as u32) & mask) !== part) continue;
    let slot = ((high * ODD) >> shift) as u32;
    let there = load<u64>(base + (slot << 3));
    while (there !== 0 && there !== found) {
      slot = (slot + 1) & last;
      there = load<u64>(base + (slot << 3));
    }
    if (there === found) {
      S.isTwice = MEMBER;
    } else if (kept < members.most) {
      store<u64>(base + (slot << 3), found);
      kept++;
    }
  }
  members.kept = kept;
}

/** A member whose bytes are there. */
export function seeMember(table: Table, what: i32, from: usize, size: u32): void {
  if (table.slots === 0) return;
  hashBytes(from, size, 0);
  see(table, what);
}

/** A member that the message ends with, whose bytes have passed by. */
export function seeLongMember(table: Table, what: i32, message: murmur.Message): void {
  if (table.slots === 0) return;
  murmur.peek(message);
  hashMessage(0);
  see(table, what);
}

/** Appends the next string to the message and looks for it. Called again after a suspension, it goes on. */
export function tryMember(into: murmur.Message, table: Table, what: i32): bool {
  if (S.longKind === 0) {
    const found = tryString();
    if (found === NOT_THERE) return false;
    if (found === WHOLE) {
      murmur.prefixed(into, S.start, S.size);
      seeMember(table, what, S.start, S.size);
      return true;
    }
    murmur.u64Of(into, S.longLength);
  }
  if (!tryLong(into)) return false;
  seeLongMember(table, what, into);
  return true;
}

/** Prepares for the members of the packed value that has been opened. */
export function beginPacked(perMember: u32): void {
  const size = (S.packedEnd - S.packedFrom) as u32;
  const isCounted = S.packedKind === ZIPMAP ? S.packedExpected < 254 : S.packedExpected !== COUNT_UNKNOWN;
  const elements = isCounted ? S.packedExpected : size;
  const count = S.packedKind === ZIPMAP && isCounted ? elements : elements / perMember;
  beginMembers(min<u32>(count, size));
}
