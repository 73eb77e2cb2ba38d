/** The parts of commands in RESP, put together in OUT. */
import { copyShort } from './copy';
import { putInteger, TEXT_END, writeInteger } from './decimal';
import { COMMAND_TEXTS } from './layout';

/** Each text has this much room, so that it can be copied in blocks. */
const TEXT_ROOM = 64;
const RESTORE = COMMAND_TEXTS;
const REPLACE = RESTORE + TEXT_ROOM;
const ABSOLUTE = REPLACE + TEXT_ROOM;
const IDLE = ABSOLUTE + TEXT_ROOM;
const FREQUENCY = IDLE + TEXT_ROOM;
const SELECT = FREQUENCY + TEXT_ROOM;
const LIBRARY = SELECT + TEXT_ROOM;

const DOLLAR: u32 = 0x24;
const LINE_END: u32 = 0x0a0d;
/** "$1\r\n0\r\n", of which seven bytes count. */
const ZERO: u64 = 0x000a0d300a0d3124;

/** The most that {@link putBulkLength} writes, blocks included. */
export const BULK_LENGTH_ROOM: u32 = 32;

function lay(at: usize, text: string): void {
  for (let index = 0; index < text.length; index++) store<u8>(at + index, text.charCodeAt(index));
}

export function prepareCommands(): void {
  lay(RESTORE, '*0\r\n$7\r\nRESTORE\r\n$');
  lay(REPLACE, '$7\r\nREPLACE\r\n');
  lay(ABSOLUTE, '$6\r\nABSTTL\r\n');
  lay(IDLE, '$8\r\nIDLETIME\r\n');
  lay(FREQUENCY, '$4\r\nFREQ\r\n');
  lay(SELECT, '*2\r\n$6\r\nSELECT\r\n');
  lay(LIBRARY, '*4\r\n$8\r\nFUNCTION\r\n$4\r\nLOAD\r\n$7\r\nREPLACE\r\n$');
}

// All of these return where what they have written ends, and may write up to 31 bytes more.

export function putLineEnd(at: usize): usize {
  store<u16>(at, LINE_END);
  return at + 2;
}

function putLength(at: usize, length: u64): usize {
  return putLineEnd(putInteger(at, length));
}

/** The length of a bulk string. */
export function putBulkLength(at: usize, length: u64): usize {
  store<u8>(at, DOLLAR);
  return putLength(at + 1, length);
}

/** An integer as a bulk string. */
function putBulkInteger(at: usize, value: i64): usize {
  const text = writeInteger(value);
  const size = TEXT_END - (text as u32);
  const to = putBulkLength(at, size);
  return putLineEnd(putInteger(to, value));
}

/** Up to the bytes of the name. */
export function putRestore(at: usize, words: u32, nameBytes: u64): usize {
  copyShort(at, RESTORE, 18);
  store<u8>(at, 48 + words, 1);
  return putLength(at + 18, nameBytes);
}

/** What follows the name, up to the payload's length. @param expiry −1 for none */
export function putExpiry(at: usize, expiry: i64): usize {
  if (expiry >= 0) return putBulkInteger(putLineEnd(at), expiry);
  store<u64>(at + 2, ZERO);
  return putLineEnd(at) + 7;
}

export function putReplace(at: usize): usize {
  copyShort(at, REPLACE, 13);
  return at + 13;
}

export function putAbsolute(at: usize): usize {
  copyShort(at, ABSOLUTE, 12);
  return at + 12;
}

export function putIdle(at: usize, seconds: i64): usize {
  copyShort(at, IDLE, 14);
  return putBulkInteger(at + 14, seconds);
}

export function putFrequency(at: usize, frequency: i64): usize {
  copyShort(at, FREQUENCY, 10);
  return putBulkInteger(at + 10, frequency);
}

export function putSelect(at: usize, database: u32): usize {
  copyShort(at, SELECT, 16);
  return putBulkInteger(at + 16, database);
}

/** Up to the bytes of the code. */
export function putLibrary(at: usize, codeBytes: u64): usize {
  copyShort(at, LIBRARY, 42);
  return putLength(at + 42, codeBytes);
}
