/** What stands between keys. */

import { checkInstant } from './digest';
import {
  A_DATABASE_NUMBER,
  A_MODULE_ID,
  A_MODULE_MARK,
  A_MODULE_WHEN,
  AN_IDLE_TIME,
  AN_INTEGER,
  SLOT_RANGES,
} from './expected';
import { keysOf, refuse, slotImport } from './host';
import { PART, tryParts } from './module';
import { body } from './murmur3';
import { tryAux, tryLibrary, tryOldLibrary } from './names';
import { BAD_DATABASE, BAD_IMPORT_NAME, BAD_OPCODE_FOR_FORMAT, IMPORT_RANGE, MODULE_WHEN } from './refusals';
import { enterDatabase } from './restore';
import { tryRestoredLibrary } from './restore-library';
import { has, offset, SUSPENDED, tryCount, tryInteger } from './source';
import { S } from './state';
import { trySkip } from './strings';

export const SLOT_IMPORT = 243;
const SLOT_INFO = 244;
const FUNCTION_2 = 245;
const FUNCTION_PRE_GA = 246;
const MODULE_AUX = 247;
export const IDLE = 248;
export const FREQUENCY = 249;
export const AUX = 250;
const RESIZE_DATABASE = 251;
export const EXPIRE_TIME_MS = 252;
export const EXPIRE_TIME = 253;
const SELECT_DATABASE = 254;
export const END_OF_FILE = 255;

/** Databases are numbered with a signed 32-bit integer. */
const MAX_DATABASE: u64 = 2147483647;
/** The name of a slot import is that of a cluster node. */
const SLOT_IMPORT_NAME_BYTES: u64 = 40;
const UNSIGNED: u64 = 2;
const MAX_SLOT: f64 = 16383;

/** Reads what the opcode announces. `phase` must begin at 0; called again after a suspension, it goes on. */
export function tryOpcode(): bool {
  switch (S.opcode) {
    case IDLE:
    case FREQUENCY:
    case EXPIRE_TIME:
    case EXPIRE_TIME_MS:
      return tryAnnouncement();
    case SELECT_DATABASE:
      return tryDatabase();
    case RESIZE_DATABASE:
      return tryIntegers(2);
    case SLOT_INFO:
      return tryIntegers(3);
    case AUX:
      return tryAux();
    case FUNCTION_2:
    case FUNCTION_PRE_GA:
      if (!tryAnyLibrary()) return false;
      S.functions += 1;
      return true;
    case MODULE_AUX:
      return tryModuleAux();
    default:
      return trySlotImport();
  }
}

function tryAnyLibrary(): bool {
  if (S.restores !== 0) return tryRestoredLibrary(S.opcode === FUNCTION_2);
  return S.opcode === FUNCTION_2 ? tryLibrary() : tryOldLibrary();
}

/** What is said of the next key: when it expires, and how recently or often it was used. */
function tryAnnouncement(): bool {
  switch (S.opcode) {
    case EXPIRE_TIME_MS:
      if (!has(8)) return false;
      return expireAt(load<i64>(S.at), 8);
    case EXPIRE_TIME:
      if (!has(4)) return false;
      return expireAt((load<i32>(S.at) as i64) * 1000, 4);
    case FREQUENCY:
      if (!has(1)) return false;
      S.frequency = load<u8>(S.at);
      S.at += 1;
      return true;
    default:
      if (!tryInteger(AN_IDLE_TIME)) return false;
      S.idleSeconds = S.length;
      return true;
  }
}

function expireAt(ms: i64, width: u32): bool {
  checkInstant(ms, offset());
  S.expiry = ms;
  S.hasExpiry = 1;
  S.at += width;
  return true;
}

function tryIntegers(count: i32): bool {
  for (; S.phase < count; S.phase++) if (!tryInteger(AN_INTEGER)) return false;
  return true;
}

function tryDatabase(): bool {
  if (!tryInteger(A_DATABASE_NUMBER)) return false;
  if (S.length > MAX_DATABASE) refuse(BAD_DATABASE, S.opcodeOffset, MAX_DATABASE as f64, S.length as f64, 0);
  tellKeys();
  S.database = S.length as u32;
  if (S.restores !== 0) enterDatabase();
  return true;
}

/** Tells the shell how many keys the database had. */
export function tellKeys(): void {
  if (S.databaseKeys > 0) keysOf(S.database, S.databaseKeys);
  S.databaseKeys = 0;
}

const ID = 10;
const MARK = 11;
const WHEN = 12;

/** A module's own global state: when it is to be loaded, and parts as in a module's value. Not content of any key. */
function tryModuleAux(): bool {
  if (S.phase === 0) S.phase = ID;
  if (S.phase === ID) {
    if (!tryInteger(A_MODULE_ID)) return false;
    S.phase = MARK;
  }
  if (S.phase === MARK) {
    if (!tryInteger(A_MODULE_MARK)) return false;
    if (S.length !== UNSIGNED) refuse(MODULE_WHEN, S.opcodeOffset, UNSIGNED as f64, S.length as f64, 0);
    S.phase = WHEN;
  }
  if (S.phase === WHEN) {
    if (!tryInteger(A_MODULE_WHEN)) return false;
    S.phase = PART;
  }
  // Hashed for nothing: so that what a server would refuse to decompress is refused.
  return tryParts(S.isDeep !== 0 ? body : null);
}

/** Valkey 9: a migration of slots that was under way. */
function trySlotImport(): bool {
  if (S.opcode !== SLOT_IMPORT || S.isValkey === 0) {
    refuse(BAD_OPCODE_FOR_FORMAT, S.opcodeOffset, S.opcode, 0, 0);
  }
  if (S.phase === 0) {
    if (!trySkip()) return false;
    if (S.stringLength !== SLOT_IMPORT_NAME_BYTES) {
      refuse(BAD_IMPORT_NAME, S.opcodeOffset, SLOT_IMPORT_NAME_BYTES as f64, S.stringLength as f64, 0);
    }
    S.phase = 1;
  }
  if (S.phase === 1) {
    const ranges = tryCount(SLOT_RANGES, 2);
    if (ranges === SUSPENDED) return false;
    S.left = ranges * 2;
    S.phase = 2;
  }
  for (; S.left > 0; S.left--) {
    if (!tryInteger(AN_INTEGER)) return false;
    if ((S.left & 1) === 0) S.firstSlot = S.length as f64;
    else tellImport(S.firstSlot, S.length as f64);
  }
  return true;
}

function tellImport(first: f64, last: f64): void {
  if (last > MAX_SLOT || first > last) refuse(IMPORT_RANGE, S.opcodeOffset, first, last, 0);
  slotImport(first as u32, last as u32);
}
