/** Strings that are not content of a value: names of keys, AUX fields, function libraries. */

import { A_DESCRIPTION, A_KEY, A_LIBRARY, A_LIBRARY_ENGINE, A_LIBRARY_NAME, AN_AUX_FIELD } from './expected';
import { aux, library, nameOf, refuse } from './host';
import { hashKey, hashLongKey } from './keys';
import { NAMES, SMALL_BYTES, TEXT } from './layout';
import * as murmur from './murmur3';
import { body, bytesOf, finish, hashRest, reset } from './murmur3';
import { noteName } from './own-key';
import { TOO_LARGE } from './refusals';
import { SEED_FUNCTION, SEED_KEY } from './seeds';
import { addName, beginName } from './slots';
import { tryInteger } from './source';
import { RESULT_HIGH, RESULT_LOW, S } from './state';
import { limit, NOT_THERE, pull, trySkip, tryString, WHOLE } from './strings';

/** AUX fields longer than this are passed over: none that matters is. */
const MAX_AUX_BYTES: u32 = 4096;

/** What the parts of a string are for. */
const KEY = 0;
const LIBRARY = 1;
const NOTHING = 2;

function take(purpose: i32, from: usize, size: u32, isFirst: i32): void {
  if (purpose === KEY) {
    bytesOf(body, from, size);
    addName(from, size);
    if (S.tellsKeys !== 0) nameOf(from, size, isFirst);
  } else if (purpose === LIBRARY) {
    bytesOf(body, from, size);
  }
}

/** Has the parts of the next string taken. Called again after a suspension, it goes on. */
function tryParts(purpose: i32, what: i32): bool {
  if (S.longKind === 0) {
    const found = tryString();
    if (found === NOT_THERE) return false;
    limit(what);
    if (found === WHOLE) {
      take(purpose, S.start, S.size, 1);
      return true;
    }
    take(purpose, S.partAt, 0, 1);
  }
  while (pull()) {
    take(purpose, S.partAt, S.partEnd - S.partAt, 0);
    S.partAt = S.partEnd;
  }
  if (S.longLeft > 0) return false;
  S.longKind = 0;
  return true;
}

/** Reads the name of a key: its hash and its slot. `phase` must begin at 0. */
export function tryName(): bool {
  if (S.phase === 0) {
    beginName();
    S.phase = 1;
  }
  // Until it is known to be long, so that a name is hashed in one way wherever a chunk ends.
  if (S.longKind === 0) {
    if (tryShortName()) return true;
    reset(body, SEED_KEY);
  }
  if (!tryParts(KEY, A_KEY)) return false;
  finish(body);
  hashLongKey();
  endName();
  return true;
}

/** A short name that is there whole; consumes nothing otherwise. */
function tryShortName(): bool {
  const from = S.at;
  if (tryString() !== WHOLE) {
    S.at = from;
    S.longKind = 0;
    return false;
  }
  limit(A_KEY);
  noteName(S.start, S.size);
  addName(S.start, S.size);
  if (S.tellsKeys !== 0) nameOf(S.start, S.size, 1);
  hashRest(SEED_KEY, SEED_KEY, S.start, S.size, S.size);
  hashKey(S.start, S.size);
  endName();
  return true;
}

function endName(): void {
  S.nameLow = murmur.low;
  S.nameHigh = murmur.high;
}

/** Reads an AUX field. */
export function tryAux(): bool {
  if (S.phase <= 1) {
    if (!tryKept()) return false;
    S.phase = 2;
  }
  if (S.phase === 2) {
    if (S.longKind === 0) {
      const found = tryString();
      if (found === NOT_THERE) return false;
      limit(AN_AUX_FIELD);
      if (found === WHOLE) {
        if (S.auxNameSize >= 0 && S.size <= MAX_AUX_BYTES) aux(NAMES, S.auxNameSize, S.start, S.size);
        return true;
      }
    }
    return tryParts(NOTHING, AN_AUX_FIELD);
  }
  return true;
}

/** Reads the name of an AUX field and keeps it while the value arrives. */
function tryKept(): bool {
  if (S.longKind === 0) {
    const found = tryString();
    if (found === NOT_THERE) return false;
    limit(AN_AUX_FIELD);
    S.auxNameSize = found === WHOLE && S.size <= MAX_AUX_BYTES ? (S.size as i32) : -1;
    if (S.auxNameSize >= 0) {
      memory.copy(NAMES, S.start, S.size);
      S.namesEnd = NAMES + S.size;
    }
    if (found === WHOLE) return true;
  }
  return tryParts(NOTHING, AN_AUX_FIELD);
}

/** Reads a function library. */
export function tryLibrary(): bool {
  if (S.isDeep === 0) return trySkip();
  if (S.phase === 0) {
    reset(body, SEED_FUNCTION);
    S.phase = 1;
  }
  if (!tryParts(LIBRARY, A_LIBRARY)) return false;
  return endLibrary();
}

function endLibrary(): bool {
  if (S.isDeep === 0) return true;
  finish(body);
  store<u64>(RESULT_LOW, murmur.low);
  store<u64>(RESULT_HIGH, murmur.high);
  library();
  return true;
}

/** Redis 7.0 RC: engine and name stood apart from the code, and move into it when a server loads them. */
export function tryOldLibrary(): bool {
  if (S.phase === 0) {
    if (!tryShort(A_LIBRARY_NAME)) return false;
    memory.copy(NAMES, S.start, S.size);
    S.namesEnd = NAMES + S.size;
    S.phase = 1;
  }
  if (S.phase === 1) {
    if (!tryShort(A_LIBRARY_ENGINE)) return false;
    reset(body, SEED_FUNCTION);
    store<u64>(TEXT, 0x3d656d616e202123); // "#! name="
    bytesOf(body, TEXT, 2);
    bytesOf(body, S.start, S.size);
    bytesOf(body, TEXT + 2, 6);
    bytesOf(body, NAMES, S.namesEnd - NAMES);
    store<u8>(TEXT, 10);
    bytesOf(body, TEXT, 1);
    S.phase = 2;
  }
  if (S.phase === 2) {
    if (!tryInteger(A_DESCRIPTION)) return false;
    S.phase = (S.length as u32) !== 0 ? 3 : 4;
  }
  if (S.phase === 3) {
    if (!trySkip()) return false;
    S.phase = 4;
  }
  if (!tryParts(LIBRARY, A_LIBRARY)) return false;
  return endLibrary();
}

export function tryShort(what: i32): bool {
  const found = tryString();
  if (found === NOT_THERE) return false;
  limit(what);
  if (found !== WHOLE) refuse(TOO_LARGE, S.stringOffset, what, SMALL_BYTES, S.stringLength as f64);
  return true;
}
