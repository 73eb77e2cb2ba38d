/** What the shell calls. Bytes are handed over in the window: the shell writes them at `unreadEnd()`. */

import { prepareCommands } from './commands';
import { crc64, JONES, NVME, prepareCrc } from './crc64';
import { preparePowersOfTen } from './decimal';
import { addBin, beginItem, finishItem, forgetBins, isEmpty, settleBins } from './digest';
import { groups, keys, members, SLOT_BYTES, Table } from './duplicates';
import { refuse } from './host';
import { beginKeys } from './keys';
import {
  BIN_BYTES,
  BUCKET_BYTES,
  BUCKET_COUNT,
  BUCKETS,
  MAX_TABLE_KEPT,
  REPORT,
  SLOTS,
  SLOTS_BYTES,
  STATE,
  STATE_BYTES,
  WINDOW,
} from './layout';
import * as murmur from './murmur3';
import { body, bytesOf, finish, prepareMasks, reset } from './murmur3';
import { DONE, keyTypeOf, PAYLOAD, read, settle, VALUE } from './reader';
import { BAD_TYPE } from './refusals';
import { prepareSlots } from './slots';
import { RESULT_HIGH, RESULT_LOW, S } from './state';
import { slide } from './strings';

export { flush } from './restore';
export { reportRestore, resumeRestore, startRestore } from './restore-start';

/** Call once. */
export function prepare(): void {
  prepareCrc(JONES, 0x95ac9329ac4bc9b5);
  prepareCrc(NVME, 0x9a6c9329ac4bc9b5);
  prepareSlots();
  preparePowersOfTen();
  prepareCommands();
  prepareMasks();
}

/** Forgets everything and begins a file. */
export function start(isDeep: i32, tellsKeys: i32, sizeBytes: f64, heldBytes: f64): void {
  clearDigest();
  clear();
  beginKeys(0, 0);
  S.isDeep = isDeep;
  S.tellsKeys = tellsKeys;
  S.sizeBytes = sizeBytes;
  S.heldBytes = heldBytes;
}

/**
 * Has duplicates looked for in the file that has been begun. The secret of the reading lies in the report, 32 bytes.
 * @param pass 0 for the first reading of a file, 1 for the second one of those that see all of it between them
 */
export function seek(pass: u32, keyPasses: u32): void {
  S.secret0 = load<u64>(REPORT);
  S.secret1 = load<u64>(REPORT, 8);
  S.secret2 = load<u64>(REPORT, 16);
  S.secret3 = load<u64>(REPORT, 24);
  S.seeks = S.isDeep;
  S.pass = pass;
  beginKeys(pass, keyPasses);
}

function clear(): void {
  memory.fill(STATE, 0, STATE_BYTES);
  S.at = WINDOW;
  S.end = WINDOW;
  S.summed = WINDOW;
  S.valueFrom = WINDOW;
  S.expiry = -1;
  S.bigThreshold = -1;
  S.binWidthSeconds = 1;
  S.memberPasses = 1;
}

function clearDigest(): void {
  forgetBins();
  memory.fill(BUCKETS, 0, BUCKET_COUNT * BUCKET_BYTES);
  memory.fill(SLOTS, 0, SLOTS_BYTES);
}

/** Where the next chunk goes. */
export function unreadEnd(): u32 {
  return S.end;
}

/** Reads on, after so many bytes have been put into the window. @returns whether the end has been reached */
export function run(bytes: u32): i32 {
  S.end += bytes;
  const isDone = read();
  settleBins();
  settle();
  return isDone ? 1 : 0;
}

/** Position in the file of the first byte that has not been consumed. */
export function consumed(): f64 {
  return S.base;
}

/** Bytes that have arrived and are not consumed. */
export function unread(): u32 {
  return S.end - WINDOW;
}

/**
 * Writes to the report, from its tenth number on: what is being read, opcode, type, database, whether the key expires,
 * its expiry, whether the magic is Valkey's, version, outcome of the checksum, keys with expiry, empty keys, functions,
 * elements, volatile fields, the width of a bin in seconds, the key's type in the digest, streams of a wrong length; of
 * the search for duplicates, how many readings see all keys, how many all members, and whether a checkpoint has
 * forgotten some.
 */
export function report(): void {
  settleBins();
  let at: usize = REPORT + 80;
  at = put(at, S.reading);
  at = put(at, S.opcode);
  at = put(at, S.type);
  at = put(at, S.database);
  at = put(at, S.hasExpiry);
  at = put(at, S.expiry as f64);
  at = put(at, S.isValkey);
  at = put(at, S.version);
  at = put(at, S.crcOutcome);
  at = put(at, S.withExpiry);
  at = put(at, S.emptyKeys);
  at = put(at, S.functions);
  at = put(at, S.elementsInAll);
  at = put(at, S.volatileInAll);
  at = put(at, S.binWidthSeconds);
  at = put(at, S.keyType);
  at = put(at, S.wrongLengths);
  at = put(at, keys.mask + 1);
  at = put(at, S.memberPasses);
  at = put(at, S.isForgotten);
  put(at, S.ownKeys);
}

function put(at: usize, value: f64): usize {
  store<f64>(at, value);
  return at + 8;
}

/** For a refusal inside a packed value, at the same place of the report: kind, bytes into it, its size, element. */
export function reportPacked(): void {
  let at: usize = REPORT + 80;
  at = put(at, S.packedKind);
  at = put(at, S.packedAt - S.packedFrom);
  at = put(at, S.packedEnd - S.packedFrom);
  put(at, S.packedCount);
}

/** How many expiry bins there are, one after the other. */
export function bins(): u32 {
  settleBins();
  return S.binCount;
}

/** Takes a bin back, its 40 bytes lying in the window; before that {@link setWidth}. */
export function restoreBins(count: u32): void {
  for (let bin: u32 = 0; bin < count; bin++) {
    const at: usize = WINDOW + bin * BIN_BYTES;
    addBin(load<u64>(at), load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24), load<u64>(at, 32));
  }
}

/** Moves what a checkpoint has to hold of the part buffer to its front. @returns where that ends */
export function packPart(): u32 {
  if (S.longKind === 0) return 0;
  slide();
  return S.partEnd;
}

/** The end of the field names that are kept. */
export function namesEnd(): u32 {
  return S.namesEnd;
}

/** After the state has been restored: the bins will be added again, and another shell may want other things told. */
export function afterRestore(tellsKeys: i32): void {
  S.binCount = 0;
  S.tellsKeys = tellsKeys;
  forgetLarge(members);
  forgetLarge(groups);
}

/** A table that a checkpoint has no room for is given up. */
function forgetLarge(table: Table): void {
  if (tableBytes(table) <= (MAX_TABLE_KEPT as u32)) return;
  table.slots = 0;
  S.isForgotten = 1;
}

/** How many bytes of the tables of members and of groups are in use. */
export function membersBytes(): u32 {
  return tableBytes(members);
}

export function groupsBytes(): u32 {
  return tableBytes(groups);
}

function tableBytes(table: Table): u32 {
  return S.stage === VALUE ? table.slots * SLOT_BYTES : 0;
}

/** A CRC-64 of `size` bytes in the window; before and after it lies in the report. */
export function crc(kind: i32, from: u32, size: u32): void {
  store<u64>(RESULT_LOW, crc64(kind, load<u64>(RESULT_LOW), from, size));
}

/** Begins a message. */
export function beginMessage(seed: u32): void {
  reset(body, seed);
}

/** Adds `size` bytes in the window to the message. */
export function addToMessage(size: u32): void {
  bytesOf(body, WINDOW, size);
}

/** Ends the message: its hash lies in the report. */
export function endMessage(): void {
  finish(body);
  store<u64>(RESULT_LOW, murmur.low);
  store<u64>(RESULT_HIGH, murmur.high);
}

/** Begins the payload of the key whose name was the last message. Its value starts at byte 1. */
export function startPayload(type: i32, version: i32, isValkey: i32, database: u32, hasExpiry: i32): void {
  const low = load<u64>(RESULT_LOW);
  const high = load<u64>(RESULT_HIGH);
  const expiry = load<i64>(RESULT_LOW, 16);
  clear();
  S.isDeep = 1;
  S.tellsItems = 1;
  S.version = version;
  S.isValkey = isValkey;
  S.sizeBytes = Infinity;
  S.heldBytes = Infinity;
  S.base = 1;
  S.nameLow = low;
  S.nameHigh = high;
  S.type = type;
  S.keyType = keyTypeOf(type);
  if (S.keyType < 0) refuse(BAD_TYPE, 0, type, 0, 0);
  S.database = database;
  S.hasExpiry = hasExpiry;
  S.expiry = hasExpiry !== 0 ? expiry : -1;
  S.stage = PAYLOAD;
  beginItem();
}

export { packKeys, restoreKeys } from './keys';
export { addPayload, beginPayload, hashName } from './payload';

/** Begins sums of values that come one by one, see payload.ts. */
export function startSums(binWidthSeconds: f64): void {
  clearDigest();
  clear();
  S.binWidthSeconds = binWidthSeconds;
}

/** Ends it: the item is told, or summed, if there is one. */
export function endPayload(): void {
  if (!isEmpty()) finishItem();
}

export function isDone(): i32 {
  return S.stage === DONE ? 1 : 0;
}
