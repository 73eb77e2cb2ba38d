/** Values of a running server, whose names and expiries are known beforehand, summed like the keys of a file. */
import { addShortString, beginItem, finishItem, isEmpty } from './digest';
import { refuse } from './host';
import { OUT, STATE, STATE_BYTES, WINDOW } from './layout';
import * as murmur from './murmur3';
import { hashRest } from './murmur3';
import { DONE, keyTypeOf, PAYLOAD, read } from './reader';
import { BAD_TYPE } from './refusals';
import { RESULT_HIGH, RESULT_LOW, S } from './state';
import { tryString, WHOLE } from './strings';

const SEED_NAME = 1;

/** RDB version and CRC-64 at the end of what DUMP answers. */
const FOOTER_BYTES: u32 = 10;

/** What {@link addPayload} answers. */
const ADDED = 0;
const NOT_SOUND = 1;

/** Hashes the name of `size` bytes at OUT, for the window may hold half a value. The hash lies in the report. */
export function hashName(size: u32): void {
  hashRest(SEED_NAME, SEED_NAME, OUT, size, size);
  store<u64>(RESULT_LOW, murmur.low);
  store<u64>(RESULT_HIGH, murmur.high);
}

/**
 * Begins the value of a key. The hash of its name and its expiry, in this order, are in the report.
 * Its bytes follow through `run`, from the one behind the type on.
 */
export function beginPayload(type: i32, version: i32, isValkey: i32, database: u32, hasExpiry: i32): void {
  const low = load<u64>(RESULT_LOW);
  const high = load<u64>(RESULT_HIGH);
  const expiry = load<i64>(RESULT_LOW, 16);
  clearKey();
  S.base = 1;
  describe(type, version, isValkey);
  S.nameLow = low;
  S.nameHigh = high;
  S.database = database;
  S.hasExpiry = hasExpiry;
  S.expiry = hasExpiry !== 0 ? expiry : -1;
  beginItem();
}

/** Forgets the key before, but not the sums. */
function clearKey(): void {
  const width = S.binWidthSeconds;
  const bins = S.binCount;
  memory.fill(STATE, 0, STATE_BYTES);
  S.binWidthSeconds = width;
  S.binCount = bins;
  S.bigThreshold = -1;
  S.isDeep = 1;
  S.sizeBytes = Infinity;
  S.heldBytes = Infinity;
  S.stage = PAYLOAD;
  S.at = WINDOW;
  S.end = WINDOW;
  S.summed = WINDOW;
  S.valueFrom = WINDOW;
}

function describe(type: i32, version: i32, isValkey: i32): void {
  S.version = version;
  S.isValkey = isValkey;
  S.type = type;
  S.keyType = keyTypeOf(type);
  if (S.keyType < 0) refuse(BAD_TYPE, 0, type, 0, 0);
}

/**
 * A whole value as DUMP answers it, `size` bytes in the window, of the version that the server is known to write. Its
 * CRC-64 is not computed. The hash of the name and the expiry are given as words, low ones first.
 * @returns 0, or 1 for a payload that is not sound; nothing has been added then
 */
export function addPayload(
  size: u32,
  version: i32,
  isValkey: i32,
  database: u32,
  hasExpiry: i32,
  expiryLow: u32,
  expiryHigh: u32,
  name0: u32,
  name1: u32,
  name2: u32,
  name3: u32,
): i32 {
  if (size < FOOTER_BYTES + 2) return NOT_SOUND;
  const footer: usize = WINDOW + size - FOOTER_BYTES;
  if (load<u16>(footer) !== version) return NOT_SOUND;
  clearKey();
  describe(load<u8>(WINDOW), version, isValkey);
  S.nameLow = (name0 as u64) | ((name1 as u64) << 32);
  S.nameHigh = (name2 as u64) | ((name3 as u64) << 32);
  S.database = database;
  S.hasExpiry = hasExpiry;
  S.expiry = hasExpiry !== 0 ? (((expiryLow as u64) | ((expiryHigh as u64) << 32)) as i64) : -1;
  S.at = WINDOW + 1;
  S.end = footer as u32;
  return addValue() ? ADDED : NOT_SOUND;
}

function addValue(): bool {
  if (S.type === 0) {
    if (tryString() === WHOLE) {
      if (S.at !== S.end) return false;
      addShortString(S.start, S.size);
      S.stage = DONE;
      return true;
    }
    S.at = WINDOW + 1;
    S.longKind = 0;
  }
  beginItem();
  if (!read() || S.at !== S.end) return false;
  if (!isEmpty()) finishItem();
  return true;
}
