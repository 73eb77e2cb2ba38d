/** The reading as a whole: header, keys and what stands between them, checksum. */

import { crc64, JONES } from './crc64';
import { addShortString, beginItem, finishItem, isEmpty } from './digest';
import { bigKey, keyRead, refuse } from './host';
import { checkKeys, seeKey } from './keys';
import { BUCKET_COUNT, KEYS_BY_RDB_TYPE, WINDOW } from './layout';
import { tryName } from './names';
import {
  AUX,
  END_OF_FILE,
  EXPIRE_TIME,
  EXPIRE_TIME_MS,
  FREQUENCY,
  IDLE,
  SLOT_IMPORT,
  tellKeys,
  tryOpcode,
} from './opcodes';
import { isOwnKey, OWN_KEY_BYTES } from './own-key';
import { BAD_CHECKSUM, BAD_MAGIC, BAD_TYPE, BAD_VERSION, DUPLICATE_MEMBER, EXPECTED_KEY } from './refusals';
import { beginPayload, endCommand, holdValue, settleMark, tryRestoredName } from './restore';
import { trySkim, wasEmpty } from './skim';
import { addSlot } from './slots';
import { has, offset } from './source';
import { QUOTED, S } from './state';
import { trySkip, tryString, WHOLE } from './strings';
import { tryValue } from './values';

const HEADER = 0;
export const MARK = 1;
const NAME = 2;
export const VALUE = 3;
const ANNOUNCED = 4;
const CHECKSUM = 5;
export const DONE = 6;
/** The value of a DUMP payload. */
export const PAYLOAD = 7;

const READING_KEY_OR_END = 1;
const READING_KEY = 2;
const READING_OPCODE = 3;
const READING_CHECKSUM = 4;

/** Both magics take nine bytes, digits of the version included: `REDIS0011`, `VALKEY080`. */
const HEADER_BYTES: u32 = 9;
const MAX_REDIS_VERSION = 13;
const VALKEY_VERSION = 80;
const FIRST_VERSION_WITH_CHECKSUM = 5;

/** How the checksum turned out. */
const NONE = 0;
const ABSENT = 1;
const VALID = 2;

/** The number of the key's type in the digest, or −1 for a type that is not known. */
export function keyTypeOf(type: i32): i32 {
  switch (type) {
    case 0:
      return 0;
    case 1:
    case 10:
    case 14:
    case 18:
      return 1;
    case 2:
    case 11:
    case 20:
      return 2;
    case 3:
    case 5:
    case 12:
    case 17:
      return 3;
    case 4:
    case 9:
    case 13:
    case 16:
      return 4;
    case 15:
    case 19:
    case 21:
      return 5;
    case 7:
      return 6;
    // From here on the two engines have given one number different meanings, so only the right pairs are read.
    case 22:
      return S.isValkey !== 0 ? 4 : -1;
    case 24:
    case 25:
      return S.isValkey === 0 && S.version >= 12 ? 4 : -1;
    case 26:
      return S.isValkey === 0 && S.version >= 13 ? 5 : -1;
    default:
      return -1;
  }
}

/** Reads as far as the bytes go. @returns whether the file, or the payload, has been read to its end */
export function read(): bool {
  while (S.stage !== DONE) if (!tryStage()) return false;
  return true;
}

function tryStage(): bool {
  switch (S.stage) {
    case MARK:
      return tryMark();
    case NAME:
      if (!tryNameOfKey()) return false;
      beginValue();
      return true;
    case VALUE:
      if (!(S.isDeep !== 0 ? tryValue() : trySkim())) return false;
      endKey();
      return true;
    case ANNOUNCED:
      if (!tryOpcode()) return false;
      S.stage = MARK;
      return true;
    case HEADER:
      return tryHeader();
    case CHECKSUM:
      return tryChecksum();
    default:
      if (!tryValue()) return false;
      S.stage = DONE;
      return true;
  }
}

function tryMark(): bool {
  S.reading = READING_KEY_OR_END;
  if (!has(1)) return false;
  S.opcodeOffset = offset();
  const mark: i32 = load<u8>(S.at);
  S.at += 1;
  S.phase = 0;
  if (mark < SLOT_IMPORT) {
    beginKey(mark);
    return true;
  }
  S.opcode = mark;
  if (mark === IDLE || mark === FREQUENCY || mark === EXPIRE_TIME || mark === EXPIRE_TIME_MS) {
    S.isAnnounced = 1;
    S.stage = ANNOUNCED;
    return true;
  }
  // KeyDB says more of the key between its expiry and its type, and every server passes over it.
  if (S.isAnnounced !== 0 && mark !== AUX) refuse(EXPECTED_KEY, S.opcodeOffset, mark, 0, 0);
  if (mark === END_OF_FILE) {
    tellKeys();
    S.stage = CHECKSUM;
    return true;
  }
  S.reading = READING_OPCODE;
  S.stage = ANNOUNCED;
  return true;
}

function beginKey(type: i32): void {
  const keyType = keyTypeOf(type);
  if (keyType < 0) refuse(BAD_TYPE, S.opcodeOffset, type, 0, 0);
  S.keyOffset = S.opcodeOffset;
  S.isOwnName = 0;
  S.isNamed = -1;
  S.type = type;
  S.keyType = keyType;
  S.reading = READING_KEY;
  S.stage = NAME;
}

function tryNameOfKey(): bool {
  if (S.restores !== 0) return tryRestoredName();
  if (S.isDeep !== 0 || S.seeksKeys !== 0) return tryName();
  // Other names are passed over. Servers write the length of a short one in its first byte.
  if (S.isNamed < 0) {
    if (!has(1)) return false;
    S.isNamed = load<u8>(S.at) === OWN_KEY_BYTES ? 1 : 0;
  }
  return S.isNamed !== 0 ? tryName() : trySkip();
}

function beginValue(): void {
  S.phase = 0;
  S.stage = VALUE;
  S.valueFrom = S.at;
  S.isTwice = 0;
  if (S.restores !== 0) beginPayload();
  if (S.isDeep === 0 || tryShortValue()) return;
  beginItem();
}

/** A short string that is there whole. */
function tryShortValue(): bool {
  if (S.type !== 0) return false;
  const from = S.at;
  if (tryString() !== WHOLE) {
    S.at = from;
    S.longKind = 0;
    return false;
  }
  if (!isOwnKey()) addShortString(S.start, S.size);
  S.hasItem = 1;
  endKey();
  return true;
}

function endKey(): void {
  if (S.isTwice !== 0) refuse(DUPLICATE_MEMBER, S.keyOffset, S.keyType, S.isTwice, 0);
  const own = isOwnKey();
  const empty = own || (S.isDeep !== 0 ? isEmpty() : wasEmpty);
  if (own) {
    S.hasItem = 0;
    S.ownKeys += 1;
    if (S.seeksKeys !== 0) seeKey();
  } else if (empty) {
    S.emptyKeys += 1;
  } else {
    if (S.isDeep !== 0) endDeepKey();
    if (S.seeksKeys !== 0) seeKey();
    const count: usize = KEYS_BY_RDB_TYPE + S.type * 8;
    store<f64>(count, load<f64>(count) + 1);
    S.databaseKeys += 1;
    S.withExpiry += S.hasExpiry;
  }
  if (S.tellsKeys !== 0) tellKey(empty);
  if (S.restores !== 0) endCommand(empty);
  S.expiry = -1;
  S.hasExpiry = 0;
  S.isAnnounced = 0;
  S.stage = MARK;
}

function endDeepKey(): void {
  if (S.hasItem === 0) finishItem();
  S.hasItem = 0;
  addSlot();
  S.elementsInAll += S.elements + S.volatileFields;
  S.volatileInAll += S.volatileFields;
  const sizeBytes = offset() - S.keyOffset;
  if (sizeBytes <= S.bigThreshold) return;
  store<u64>(QUOTED, S.nameLow);
  store<u64>(QUOTED, S.nameHigh, 8);
  S.bigThreshold = bigKey(sizeBytes, S.database, S.keyType);
}

function tellKey(empty: bool): void {
  const bucket = (S.nameLow as u32) & (BUCKET_COUNT - 1);
  keyRead(empty ? 1 : 0, bucket, S.elements, S.volatileFields);
}

function tryHeader(): bool {
  if (!has(HEADER_BYTES)) return false;
  const at = S.at;
  let digits: u32 = 0;
  // "REDI" and "S", "VALK" and "EY".
  if (load<u32>(at) === 0x49444552 && load<u8>(at, 4) === 0x53) digits = 4;
  if (load<u32>(at) === 0x4b4c4156 && load<u16>(at, 4) === 0x5945) digits = 3;
  if (digits === 0) refuse(BAD_MAGIC, 0, at, 0, 0);
  let version = 0;
  for (let digit = at + HEADER_BYTES - digits; digit < at + HEADER_BYTES; digit++) {
    const value = (load<u8>(digit) as i32) - 48;
    if (value < 0 || value > 9) refuse(BAD_MAGIC, 0, at, 0, 0);
    version = version * 10 + value;
  }
  S.isValkey = digits === 3 ? 1 : 0;
  S.version = version;
  const isKnown =
    S.isValkey !== 0 ? version === VALKEY_VERSION : version >= 1 && version <= MAX_REDIS_VERSION;
  if (!isKnown) refuse(BAD_VERSION, 0, version, S.isValkey, 0);
  S.at += HEADER_BYTES;
  S.stage = MARK;
  return true;
}

function tryChecksum(): bool {
  if (S.version >= FIRST_VERSION_WITH_CHECKSUM) {
    if (!tryStoredChecksum()) return false;
  } else {
    S.crcOutcome = NONE;
  }
  if (S.seeksKeys !== 0) checkKeys();
  S.stage = DONE;
  return true;
}

function tryStoredChecksum(): bool {
  S.reading = READING_CHECKSUM;
  if (!has(8)) return false;
  sum();
  const computed = S.crc;
  const stored = load<u64>(S.at);
  S.crcOutcome = stored === 0 ? ABSENT : VALID;
  if (stored !== 0 && stored !== computed) {
    store<u64>(QUOTED, computed);
    store<u64>(QUOTED, stored, 8);
    refuse(BAD_CHECKSUM, offset(), 0, 0, 0);
  }
  S.at += 8;
  return true;
}

/** Adds what has been consumed to the checksum. */
function sum(): void {
  if (S.stage === PAYLOAD) return;
  if (S.restores !== 0) settleMark();
  S.crc = crc64(JONES, S.crc, S.summed, S.at - S.summed);
  S.summed = S.at;
}

/** Moves what is unread to the front of the window. */
export function settle(): void {
  if (S.restores !== 0 && S.stage === VALUE) holdValue();
  sum();
  const unread = S.end - S.at;
  if (unread > 0 && S.at > (WINDOW as u32)) memory.copy(WINDOW, S.at, unread);
  S.base += (S.at - WINDOW) as f64;
  S.at = WINDOW;
  S.end = WINDOW + unread;
  S.summed = WINDOW;
  S.valueFrom = WINDOW;
}
