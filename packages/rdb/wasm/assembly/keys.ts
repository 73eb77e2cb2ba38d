/** The keys of the databases, of which none may come twice. */
import { hash, hashBytes, hashMessage, isOfPart, keys, mostOf, place, SLOT_BYTES, Table } from './duplicates';
import { refuse } from './host';
import {
  KEYS_TABLE,
  MAX_KEYS_KEPT,
  MAX_WAITING_KEYS,
  OUT,
  PAGE_BYTES,
  SLOTS_USED,
  WAITING_KEY_BYTES,
  WAITING_KEYS,
} from './layout';
import { DUPLICATE_KEY } from './refusals';
import { S } from './state';

/** In place of a hash that was taken out: others may lie behind it. */
const GONE: u64 = 1;
/** Too many keys to be kept in a checkpoint. */
const TOO_MANY: u32 = 0xffffffff;
const PACKED_KEY_BYTES: u32 = 16;

/** How many keys wait to be put into the table, and how many were since it was cleared. */
let waiting: u32 = 0;
let used: u32 = 0;

function slotsInAll(): u32 {
  const bytes = ((memory.size() as u64) * PAGE_BYTES - KEYS_TABLE) as u64;
  return 1 << (63 - (clz<u64>(bytes / SLOT_BYTES) as u32));
}

/** Begins a reading. @param passes how many readings see all keys between them, if that is known already; 0: not looked for */
export function beginKeys(pass: u32, passes: u32): void {
  clearKeys();
  const isSought = pass < passes;
  S.seeksKeys = isSought ? 1 : 0;
  S.twiceAt = -1;
  keys.base = KEYS_TABLE;
  keys.slots = slotsInAll();
  keys.shift = 64 - ctz<u32>(keys.slots);
  keys.kept = 0;
  // The parts are not quite of one size.
  keys.most = mostOf(keys.slots) + (pass > 0 ? keys.slots >> 3 : 0);
  keys.mask = isSought ? passes - 1 : 0;
  keys.part = pass;
}

/** Most files have few keys: only their slots are cleared. */
function clearKeys(): void {
  waiting = 0;
  if (used > (MAX_KEYS_KEPT as u32)) memory.fill(KEYS_TABLE, 0, slotsInAll() * SLOT_BYTES);
  else for (let key: u32 = 0; key < used; key++) store<u64>(slotAt(load<u32>(SLOTS_USED + (key << 2))), 0);
  used = 0;
}

function slotAt(slot: u32): usize {
  return (KEYS_TABLE as u32) + slot * SLOT_BYTES;
}

/** Hashes the name of the key, which is there. */
export function hashKey(from: usize, size: u32): void {
  if (S.seeksKeys === 0) return;
  hashBytes(from, size, (S.database as u64) + 1);
  S.keyHash = hash;
  S.keyPlace = place;
}

/** Hashes the name of the key, whose hash was finished last. */
export function hashLongKey(): void {
  if (S.seeksKeys === 0) return;
  hashMessage((S.database as u64) + 1);
  S.keyHash = hash;
  S.keyPlace = place;
}

/** A key has been read. The table is larger than what the processor keeps at hand, so some keys wait for each other. */
export function seeKey(): void {
  if (!isOfPart(keys, S.keyHash)) return;
  const at: usize = WAITING_KEYS + waiting * WAITING_KEY_BYTES;
  store<u64>(at, S.keyHash);
  store<u64>(at, S.keyPlace, 8);
  store<f64>(at, S.keyOffset, 16);
  if (++waiting === MAX_WAITING_KEYS) settleKeys();
}

/** Puts the keys that wait into the table, having asked for all their slots before the first one is needed. */
export function settleKeys(): void {
  const end: usize = WAITING_KEYS + waiting * WAITING_KEY_BYTES;
  let touched: u64 = 0;
  for (let at: usize = WAITING_KEYS; at < end; at += WAITING_KEY_BYTES) {
    touched += load<u64>(slotAt((load<u64>(at, 8) >> (keys.shift as u64)) as u32));
  }
  // Without a use of it, the compiler would leave the loading out.
  store<u64>(WAITING_KEYS + MAX_WAITING_KEYS * WAITING_KEY_BYTES, touched);
  for (let at: usize = WAITING_KEYS; at < end; at += WAITING_KEY_BYTES) {
    put(load<u64>(at), load<u64>(at, 8), load<f64>(at, 16));
  }
  waiting = 0;
}

function put(key: u64, from: u64, where: f64): void {
  if (!isOfPart(keys, key)) return;
  const last = keys.slots - 1;
  let slot = (from >> (keys.shift as u64)) as u32;
  let gap: i64 = -1;
  for (;;) {
    const found = load<u64>(slotAt(slot));
    if (found === key) return twice(where);
    if (found === 0) break;
    if (found === GONE && gap < 0) gap = slot;
    slot = (slot + 1) & last;
  }
  keep(gap < 0 ? slot : (gap as u32), key);
}

function keep(slot: u32, key: u64): void {
  store<u64>(slotAt(slot), key);
  if (used < (MAX_KEYS_KEPT as u32)) store<u32>(SLOTS_USED + (used << 2), slot);
  used++;
  keys.kept++;
  if (keys.kept > keys.most) halve(keys);
}

function twice(where: f64): void {
  if (S.twiceAt < 0 || where < S.twiceAt) S.twiceAt = where;
}

/** Leaves half of the keys to another reading: those of the part that the table no longer holds. */
function halve(table: Table): void {
  table.mask = (table.mask << 1) | 1;
  for (let slot: u32 = 0; slot < table.slots; slot++) {
    const found = load<u64>(slotAt(slot));
    if (found <= GONE || isOfPart(table, found)) continue;
    store<u64>(slotAt(slot), GONE);
    table.kept--;
  }
}

/** Refuses the file whose last byte has been read if a key came twice. */
export function checkKeys(): void {
  settleKeys();
  if (S.twiceAt >= 0) refuse(DUPLICATE_KEY, S.twiceAt, 0, 0, 0);
}

/** Packs the table for a checkpoint, from OUT on. @returns how many keys, or TOO_MANY */
export function packKeys(): u32 {
  settleKeys();
  if (used > (MAX_KEYS_KEPT as u32)) return TOO_MANY;
  for (let key: u32 = 0; key < used; key++) {
    const slot = load<u32>(SLOTS_USED + (key << 2));
    store<u64>(OUT + key * PACKED_KEY_BYTES, slot);
    store<u64>(OUT + key * PACKED_KEY_BYTES, load<u64>(slotAt(slot)), 8);
  }
  return used;
}

/** Takes them back, or what was said instead. */
export function restoreKeys(count: u32): void {
  const kept = keys.kept;
  clearKeys();
  keys.kept = 0;
  if (count === TOO_MANY) {
    S.seeksKeys = 0;
    S.isForgotten = 1;
    return;
  }
  for (let key: u32 = 0; key < count; key++) {
    keep(load<u64>(OUT + key * PACKED_KEY_BYTES) as u32, load<u64>(OUT + key * PACKED_KEY_BYTES, 8));
  }
  keys.kept = kept;
}
