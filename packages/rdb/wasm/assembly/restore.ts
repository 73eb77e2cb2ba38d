/**
 * Writes RESTORE commands: a value's bytes go from the file into the command as they are, neither decompressed nor
 * understood. RESP wants lengths first, and the length of a value is known at its end. So a value that is still
 * arriving is collected behind room for its length; one larger than OUT is only passed, and the shell reads it again.
 */
import {
  BULK_LENGTH_ROOM,
  putAbsolute,
  putBulkLength,
  putExpiry,
  putFrequency,
  putIdle,
  putLineEnd,
  putReplace,
  putRestore,
  putSelect,
} from './commands';
import { crc64, JONES } from './crc64';
import { TEXT_END } from './decimal';
import { batch, large, takesDatabase, takesKey, tooBig } from './host';
import { COMMAND_BYTES, COMMANDS, MAX_COMMANDS, NAMES, OUT, OUT_BYTES } from './layout';
import { isOwnKey, noteName } from './own-key';
import { offset, positionOf } from './source';
import { S, State } from './state';
import { NOT_THERE, pull, tryString, WHOLE } from './strings';

/** What has become of a key. */
export const TAKEN = 0;
export const FILTERED = 1;
const EXPIRED = 2;
export const TOO_BIG = 3;
const EMPTY = 4;

/** A batch is handed over when it has reached this size. */
const BATCH_BYTES: u32 = 131072;
/** Names beyond this are refused, so that a command's head fits into OUT whatever stands before it. */
const MAX_NAME_BYTES: u64 = 1048576;
/** What follows a value, options and blocks included, takes less. */
const TAIL_ROOM: u32 = 256;
const OUT_LIMIT: u32 = OUT + OUT_BYTES - TAIL_ROOM;

/** Type before the value, version and CRC-64 after it. */
const FRAME_BYTES: u32 = 11;

/** Reads the name of a key into the beginning of its command. */
export function tryRestoredName(): bool {
  if (S.longKind === 0) {
    const found = tryString();
    if (found === NOT_THERE) return false;
    if (found === WHOLE) moveInteger();
    beginCommand();
    if (found === WHOLE) {
      noteName(S.start, S.size);
      if (isOwnKey() && S.outcome === TAKEN) S.outcome = FILTERED;
      takeName(S.start, S.size);
      endName();
      return true;
    }
  }
  while (pull()) {
    takeName(S.partAt, S.partEnd - S.partAt);
    S.partAt = S.partEnd;
  }
  if (S.longLeft > 0) return false;
  S.longKind = 0;
  endName();
  return true;
}

/** The text of a string that is stored as an integer moves to where the numbers of a command do not overwrite it. */
export function moveInteger(): void {
  if (S.start >= TEXT_END) return;
  memory.copy(NAMES, S.start, S.size);
  S.start = NAMES;
}

function isWanted(): bool {
  return S.databaseTaken !== 0 && ((S.typesTaken >> S.keyType) & 1) !== 0;
}

function beginCommand(): void {
  S.payloadAt = 0;
  S.valueBytes = 0;
  S.isBeyond = 0;
  S.keyNameSize = 0;
  S.outcome = !isWanted() ? FILTERED : S.hasExpiry !== 0 && S.expiry <= S.nowMs ? EXPIRED : TAKEN;
  if (S.outcome !== TAKEN) return;
  if (S.database !== S.outDatabase) select();
  if (S.stringLength > MAX_NAME_BYTES) S.outcome = TOO_BIG;
  const hints = S.frequency >= 0 || S.idleSeconds >= 0 ? 2 : 0;
  S.outAt = putRestore(S.outEnd, 4 + S.hasExpiry + S.replaces + hints, S.stringLength) as u32;
  S.keyNameAt = S.outAt;
}

/** Goes alone, so that nothing is sent before the receiver has agreed to it. */
function select(): void {
  flush();
  S.outAt = putSelect(S.outEnd, S.database) as u32;
  S.outDatabase = S.database;
  addCommand(S.keyOffset);
  flush();
}

function takeName(from: usize, size: u32): void {
  if (S.outcome !== TAKEN && S.outcome !== TOO_BIG) return;
  if (((S.keyNameSize + size) as u64) > MAX_NAME_BYTES) return;
  memory.copy(S.outAt, from, size);
  S.outAt += size;
  S.keyNameSize += size;
}

function endName(): void {
  if (S.outcome !== TAKEN) return;
  if (S.asksKeys !== 0) {
    const expiry: f64 = S.hasExpiry !== 0 ? (S.expiry as f64) : -1;
    if (takesKey(S.keyNameAt, S.keyNameSize, S.keyType, S.database, expiry) === 0) {
      S.outcome = FILTERED;
      S.outAt = S.outEnd;
      return;
    }
  }
  S.outAt = putExpiry(S.outAt, S.hasExpiry !== 0 ? S.expiry : -1) as u32;
}

/** Before the value. */
export function beginPayload(): void {
  S.valueOffset = offset();
}

/** Keeps the part of the value that is about to leave the window. */
export function holdValue(): void {
  if (S.outcome !== TAKEN) return;
  const size: u32 = S.at - S.valueFrom;
  S.valueBytes += size as f64;
  if (S.payloadAt === 0) {
    flush();
    S.payloadAt = S.outAt + BULK_LENGTH_ROOM;
    S.outAt = S.payloadAt + 1;
  }
  keep(size);
}

function keep(size: u32): void {
  if (S.isBeyond !== 0) return;
  if (size > OUT_LIMIT - S.outAt) {
    S.isBeyond = 1;
    return;
  }
  memory.copy(S.outAt, S.valueFrom, size);
  S.outAt += size;
}

/** After the value. */
export function endCommand(isEmpty: bool): void {
  const last: u32 = S.at - S.valueFrom;
  S.valueBytes += last as f64;
  const payloadBytes = S.valueBytes + FRAME_BYTES;
  if (S.outcome === TAKEN && isEmpty) S.outcome = EMPTY;
  if (S.outcome === TAKEN && payloadBytes > S.maxPayloadBytes) S.outcome = TOO_BIG;
  if (S.outcome === TOO_BIG) tellTooBig(payloadBytes);
  const count: usize = changetype<usize>(S) + offsetof<State>('outcome0') + S.outcome * 8;
  if (!isOwnKey()) store<f64>(count, load<f64>(count) + 1);
  mark();
  if (S.outcome === TAKEN) finish(last);
  S.outAt = S.outEnd;
  S.frequency = -1;
  S.idleSeconds = -1;
  flushIfFull();
}

function tellTooBig(payloadBytes: f64): void {
  tooBig(
    S.keyNameAt,
    S.keyNameSize,
    payloadBytes,
    S.keyOffset,
    S.valueOffset,
    S.valueBytes,
    S.type,
    S.database,
    S.hasExpiry !== 0 ? (S.expiry as f64) : -1,
  );
}

/** A reading can begin again here. */
export function mark(): void {
  S.markAt = S.at;
  S.markDatabase = S.database;
}

/** Completes the command, of whose value the last part lies in the window. */
function finish(last: u32): void {
  if (S.payloadAt === 0) {
    S.payloadAt = putBulkLength(S.outAt, (S.valueBytes as u64) + FRAME_BYTES) as u32;
    S.outAt = S.payloadAt + 1;
    keep(last);
  } else {
    keep(last);
    if (S.isBeyond !== 0) {
      finishLarge();
      return;
    }
    closeGap();
  }
  store<u8>(S.payloadAt, S.type as u8);
  store<u16>(S.outAt, S.version as u16);
  const crc = crc64(JONES, 0, S.payloadAt, S.outAt + 2 - S.payloadAt);
  store<u64>(S.outAt, crc, 2);
  S.outAt = putTail(S.outAt + 10) as u32;
  addCommand(S.keyOffset);
}

/** Moves the command's head up to its payload, with the length in between. It is the only command in OUT. */
function closeGap(): void {
  const head: u32 = S.payloadAt - BULK_LENGTH_ROOM - S.outEnd;
  const length: u64 = (S.valueBytes as u64) + FRAME_BYTES;
  // Written once to see how long it is, in front of the type, which is not there yet.
  const size =
    (putBulkLength(S.payloadAt - BULK_LENGTH_ROOM, length) as u32) - (S.payloadAt - BULK_LENGTH_ROOM);
  const by = BULK_LENGTH_ROOM - size;
  memory.copy(S.outEnd + by, S.outEnd, head + size);
  S.outFrom = S.outEnd + by;
}

/** The shell puts the value between head and tail. */
function finishLarge(): void {
  const end = putBulkLength(S.payloadAt - BULK_LENGTH_ROOM, (S.valueBytes as u64) + FRAME_BYTES);
  store<u8>(end, S.type as u8);
  const headBytes = (end as u32) + 1 - S.outEnd;
  const tailBytes = (putTail(end + 1) as u32) - ((end as u32) + 1);
  settleMark();
  large(headBytes, tailBytes, S.keyOffset, S.valueOffset, S.valueBytes);
}

/** What follows the payload. */
function putTail(from: usize): usize {
  let at = putLineEnd(from);
  if (S.replaces !== 0) at = putReplace(at);
  if (S.hasExpiry !== 0) at = putAbsolute(at);
  if (S.frequency >= 0) return putFrequency(at, S.frequency);
  return S.idleSeconds >= 0 ? putIdle(at, S.idleSeconds) : at;
}

/** Counts what has been written as a command of the batch. */
export function addCommand(position: f64): void {
  const at: usize = COMMANDS + S.commands * COMMAND_BYTES;
  store<u32>(at, S.outAt - S.outFrom);
  store<u32>(at, S.outDatabase, 4);
  store<f64>(at, position, 8);
  S.commands += 1;
  S.outEnd = S.outAt;
}

export function flushIfFull(): void {
  if (S.outEnd - OUT >= BATCH_BYTES || S.commands === MAX_COMMANDS) flush();
}

/** Hands the batch over; what is unfinished moves to the beginning of OUT. */
export function flush(): void {
  settleMark();
  if (S.commands > 0) batch(S.outFrom, S.outEnd - S.outFrom, S.commands);
  const by = S.outEnd - OUT;
  if (by > 0) {
    memory.copy(OUT, S.outEnd, S.outAt - S.outEnd);
    S.outAt -= by;
    S.keyNameAt -= by;
    if (S.payloadAt !== 0) S.payloadAt -= by;
  }
  S.outFrom = OUT;
  S.outEnd = OUT;
  S.commands = 0;
}

/** Settles where the mark is in the file, and the checksum there, before its place in the window is lost. */
export function settleMark(): void {
  if (S.markAt === 0) return;
  S.crc = crc64(JONES, S.crc, S.summed, S.markAt - S.summed);
  S.summed = S.markAt;
  S.markCrc = S.crc;
  S.markOffset = positionOf(S.markAt);
  S.markAt = 0;
}

export function enterDatabase(): void {
  S.databaseTaken = takesDatabase(S.database);
}
