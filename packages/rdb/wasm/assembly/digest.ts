/** The content digest: one item per key, summed into buckets by name or, for what expires, into bins by time. */

import { beginGathering } from './elements';
import { item, refuse } from './host';
import {
  BIN_BYTES,
  BIN_SLOT_COUNT,
  BIN_SLOTS,
  BINS,
  BUCKET_BYTES,
  BUCKET_COUNT,
  BUCKETS,
  GATHERED,
  MAX_BINS,
  MAX_WAITING,
  WAITING,
} from './layout';
import * as murmur from './murmur3';
import {
  body,
  element,
  finish,
  hashRest,
  Message,
  mixFirst,
  mixSecond,
  reset,
  u32Of,
  u64Of,
} from './murmur3';
import { NEGATIVE_EXPIRY } from './refusals';
import { SEED_ELEMENT, SEED_ITEM, SEED_VOLATILE_FIELD } from './seeds';
import { RESULT_HIGH, RESULT_LOW, S } from './state';

/** The numbers of the types in the digest. */
export const STRING = 0;
export const LIST = 1;
export const SET = 2;
export const ZSET = 3;
export const HASH = 4;
export const STREAM = 5;
export const MODULE = 6;

/** Kinds of items, for a shell that sums them itself. */
const ITEM_KEY = 0;
const ITEM_EXPIRING_KEY = 1;
const ITEM_VOLATILE_FIELD = 2;

/** Expiry times beyond this many ms (the year 287396) are counted in the bin of this one. */
const MAX_BIN_MS: u64 = 9007199254740991;

/** The latest expiry of a field: the server keeps 48 bits. One more stands for none, in the earliest of a hash. */
export const MAX_FIELD_EXPIRY_MS: f64 = 281474976710655;

/** Begins the item of the key whose name has been hashed. */
export function beginItem(): void {
  S.sumLow = 0;
  S.sumHigh = 0;
  S.elements = 0;
  S.volatileFields = 0;
  beginGathering();
  reset(body, SEED_ITEM);
  u64Of(body, S.nameLow);
  u64Of(body, S.nameHigh);
  u64Of(body, S.expiry);
  u32Of(body, S.database);
  u32Of(body, S.keyType);
}

export function beginElement(): void {
  reset(element, SEED_ELEMENT);
}

/** Ends the message of one member or field, which stays as long as the key does. */
export function addElement(): void {
  finish(element);
  const low = S.sumLow + murmur.low;
  S.sumHigh += murmur.high + ((low < murmur.low) as u64);
  S.sumLow = low;
  S.elements += 1;
}

/** Ends the message of a field that expires by itself: an item of its own. */
export function addVolatileField(expiry: i64): void {
  finish(element);
  const low = murmur.low;
  const high = murmur.high;
  reset(element, SEED_VOLATILE_FIELD);
  u64Of(element, S.nameLow);
  u64Of(element, S.nameHigh);
  u64Of(element, S.expiry);
  u32Of(element, S.database);
  u32Of(element, 0);
  u64Of(element, expiry);
  u64Of(element, low);
  u64Of(element, high);
  finish(element);
  let goneAt = binMs(expiry);
  if (S.hasExpiry !== 0) goneAt = min<u64>(goneAt, binMs(S.expiry));
  addExpiring(goneAt, 0, 1);
  S.volatileFields += 1;
}

/** @returns whether nothing is in the value: a server loads no key from that */
export function isEmpty(): bool {
  const type = S.keyType;
  if (type === STRING || type === STREAM || type === MODULE) return false;
  return S.elements + S.volatileFields === 0;
}

/** The item of a short string, in one piece instead of {@link beginItem} to {@link finishItem}. */
export function addShortString(from: usize, size: u32): void {
  S.elements = 0;
  S.volatileFields = 0;
  let h1 = mixFirst(SEED_ITEM, SEED_ITEM, S.nameLow);
  let h2 = mixSecond(SEED_ITEM, h1, S.nameHigh);
  h1 = mixFirst(h1, h2, S.expiry);
  h2 = mixSecond(h2, h1, (S.database as u64) | ((STRING as u64) << 32));
  if (size < 8) {
    // The string's length and what there is of it.
    store<u64>(GATHERED, size);
    store<u64>(GATHERED, load<u64>(from), 8);
    hashRest(h1, h2, GATHERED, 8 + size, 40 + size);
  } else {
    h1 = mixFirst(h1, h2, size);
    h2 = mixSecond(h2, h1, load<u64>(from));
    hashRest(h1, h2, from + 8, size - 8, 40 + size);
  }
  addItem();
}

/** Adds the key, unless it consists of volatile fields alone, which have been added already. */
export function finishItem(): void {
  if (S.keyType === LIST) {
    u64Of(body, S.elements as u64);
  } else if (S.keyType >= SET && S.keyType <= HASH) {
    u64Of(body, S.sumLow);
    u64Of(body, S.sumHigh);
    u64Of(body, S.elements as u64);
  }
  finish(body);
  addItem();
}

function addItem(): void {
  store<u64>(RESULT_LOW, murmur.low);
  store<u64>(RESULT_HIGH, murmur.high);
  if (S.volatileFields > 0 && S.elements === 0) return;
  if (S.hasExpiry !== 0) addExpiring(binMs(S.expiry), 1, 0);
  else if (S.tellsItems !== 0) item(ITEM_KEY, 0);
  else addTo(BUCKETS + ((S.nameLow as u32) & (BUCKET_COUNT - 1)) * BUCKET_BYTES);
}

function addTo(bucket: usize): void {
  addSum(bucket, murmur.low, murmur.high);
  store<u64>(bucket, load<u64>(bucket, 16) + 1, 16);
}

function addSum(at: usize, addedLow: u64, addedHigh: u64): void {
  const low = load<u64>(at) + addedLow;
  store<u64>(at, load<u64>(at, 8) + addedHigh + ((low < addedLow) as u64), 8);
  store<u64>(at, low);
}

export function binMs(instant: i64): u64 {
  return min<u64>(instant as u64, MAX_BIN_MS);
}

/** Refuses an expiry before 1970, which no server writes. */
export function checkInstant(instant: i64, offset: f64): void {
  if (instant < 0) refuse(NEGATIVE_EXPIRY, offset, 0, 0, 0);
}

function addExpiring(ms: u64, keys: u64, fields: u64): void {
  if (S.tellsItems !== 0) {
    store<u64>(RESULT_LOW, murmur.low);
    store<u64>(RESULT_HIGH, murmur.high);
    item(keys !== 0 ? ITEM_EXPIRING_KEY : ITEM_VOLATILE_FIELD, ms as f64);
    return;
  }
  const at: usize = WAITING + waiting * BIN_BYTES;
  store<u64>(at, ms);
  store<u64>(at, keys, 8);
  store<u64>(at, fields, 16);
  store<u64>(at, murmur.low, 24);
  store<u64>(at, murmur.high, 32);
  if (++waiting === MAX_WAITING) settleBins();
}

/** How many additions wait. */
let waiting: u32 = 0;

/**
 * Makes the additions that wait. The bins lie scattered over more memory than the processor keeps at hand, so all of them
 * are asked for before the first one is needed.
 */
export function settleBins(): void {
  const end: usize = WAITING + waiting * BIN_BYTES;
  let touched: u64 = 0;
  for (let at: usize = WAITING; at < end; at += BIN_BYTES) {
    const index = indexOf(load<u64>(at));
    store<u64>(at, index);
    const number = load<u32>(BIN_SLOTS + (slotOf(index) << 2));
    touched += load<u64>(BINS + number * BIN_BYTES - BIN_BYTES);
  }
  // Without a use of it, the compiler would leave the loading out.
  store<u64>(WAITING + MAX_WAITING * BIN_BYTES, touched);
  let coarsened: u64 = 0;
  for (let at: usize = WAITING; at < end; at += BIN_BYTES) {
    const index = load<u64>(at) >> coarsened;
    addBin(index, load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24), load<u64>(at, 32));
    for (; S.binCount > (MAX_BINS as u32); coarsened++) coarsen();
  }
  waiting = 0;
}

function indexOf(ms: u64): u64 {
  return ms / ((S.binWidthSeconds as u64) * 1000);
}

function slotOf(index: u64): u32 {
  return ((index * 0x9e3779b97f4a7c15) >> 47) as u32;
}

/** Adds to the bin of that index. */
export function addBin(index: u64, keys: u64, fields: u64, low: u64, high: u64): void {
  let slot = slotOf(index);
  let at: usize = 0;
  for (;;) {
    const number = load<u32>(BIN_SLOTS + (slot << 2));
    at = BINS + (number - 1) * BIN_BYTES;
    if (number === 0) {
      at = newBin(slot, index);
      break;
    }
    if (load<u64>(at) === index) break;
    slot = (slot + 1) & (BIN_SLOT_COUNT - 1);
  }
  store<u64>(at, load<u64>(at, 8) + keys, 8);
  store<u64>(at, load<u64>(at, 16) + fields, 16);
  addSum(at + 24, low, high);
}

function newBin(slot: u32, index: u64): usize {
  const at: usize = BINS + S.binCount * BIN_BYTES;
  S.binCount++;
  store<u32>(BIN_SLOTS + (slot << 2), S.binCount);
  memory.fill(at, 0, BIN_BYTES);
  store<u64>(at, index);
  return at;
}

/** Forgets which bins there are. */
function clearBins(): void {
  if (S.binCount > 0) memory.fill(BIN_SLOTS, 0, BIN_SLOT_COUNT * 4);
  S.binCount = 0;
}

/** Begins without any bins, and without what waits for them. */
export function forgetBins(): void {
  clearBins();
  waiting = 0;
}

/** Joins neighbouring bins: adding them anew never overtakes the reading of them. */
function coarsen(): void {
  const end: usize = BINS + S.binCount * BIN_BYTES;
  clearBins();
  S.binWidthSeconds *= 2;
  for (let at: usize = BINS; at < end; at += BIN_BYTES) {
    addBin(load<u64>(at) >> 1, load<u64>(at, 8), load<u64>(at, 16), load<u64>(at, 24), load<u64>(at, 32));
  }
}

/** Appends a score as its IEEE 754 bits, most significant byte first; −0 as 0, for packed encodings cannot hold −0. */
export function scoreOf(message: Message, score: f64): void {
  u64Of(message, score === 0 ? 0 : bswap<u64>(reinterpret<u64>(score)));
}
