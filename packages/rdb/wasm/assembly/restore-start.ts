/** Begins a reading that writes RESTORE commands, and tells where it is. */
import { takesDatabase } from './host';
import { OUT, REPORT } from './layout';
import { MARK } from './reader';
import { QUOTED, RESULT_LOW, S } from './state';

/** Call after `start`; the instant before which keys have expired lies in the report. */
export function startRestore(
  replaces: i32,
  takesLibraries: i32,
  asksKeys: i32,
  typesTaken: i32,
  maxPayloadBytes: f64,
): void {
  S.restores = 1;
  S.nowMs = load<i64>(RESULT_LOW);
  S.replaces = replaces;
  S.takesLibraries = takesLibraries;
  S.asksKeys = asksKeys;
  S.typesTaken = typesTaken;
  S.maxPayloadBytes = maxPayloadBytes;
  S.outFrom = OUT;
  S.outEnd = OUT;
  S.outAt = OUT;
  S.frequency = -1;
  S.idleSeconds = -1;
  S.databaseTaken = takesDatabase(0);
}

/** Begins at a mark instead of the file's beginning; the checksum there lies in the report. */
export function resumeRestore(version: i32, isValkey: i32, database: u32, position: f64): void {
  S.version = version;
  S.isValkey = isValkey;
  S.database = database;
  S.databaseTaken = takesDatabase(database);
  S.base = position;
  S.crc = load<u64>(RESULT_LOW);
  S.markOffset = position;
  S.markCrc = S.crc;
  S.markDatabase = database;
  S.stage = MARK;
}

/**
 * Writes to the report: the checksum at the mark where integers are quoted, then, from the tenth number on, version,
 * whether the magic is Valkey's, position and database of the mark, keys by what has become of them (five), libraries.
 */
export function reportRestore(): void {
  store<u64>(QUOTED, S.markCrc);
  let at: usize = REPORT + 80;
  at = put(at, S.version);
  at = put(at, S.isValkey);
  at = put(at, S.markOffset);
  at = put(at, S.markDatabase);
  at = put(at, S.outcome0);
  at = put(at, S.outcome1);
  at = put(at, S.outcome2);
  at = put(at, S.outcome3);
  at = put(at, S.outcome4);
  put(at, S.libraries);
}

function put(at: usize, value: f64): usize {
  store<f64>(at, value);
  return at + 8;
}
