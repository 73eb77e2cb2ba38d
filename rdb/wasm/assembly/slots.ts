/** Hash slots of a cluster: CRC16 (XModem) of the key, or of its first non-empty `{tag}`. */
import { CRC16_TABLE, SLOTS } from './layout';
import { S } from './state';

const OPEN: u32 = 0x7b;
const CLOSE: u32 = 0x7d;
const SLOT_MASK: u32 = 16383;

/** Where in a name we are: before its first brace, after it, after an end that counts or never will. */
const BEFORE = 0;
const INSIDE = 1;
const TAGGED = 2;
const UNTAGGED = 3;

export function prepareSlots(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc = byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) !== 0 ? (crc << 1) ^ 0x1021 : crc << 1;
    store<u16>(CRC16_TABLE + 2 * byte, crc);
  }
}

function crc16(before: u32, from: usize, to: usize): u32 {
  let crc = before;
  for (let at = from; at < to; at++) {
    crc = ((crc << 8) & 0xffff) ^ load<u16>(CRC16_TABLE + 2 * ((crc >> 8) ^ load<u8>(at)));
  }
  return crc;
}

export function beginName(): void {
  S.slotCrc = 0;
  S.tagCrc = 0;
  S.tagState = BEFORE;
}

function find(byte: u32, from: usize, to: usize): usize {
  let at = from;
  while (at < to && (load<u8>(at) as u32) !== byte) at++;
  return at;
}

/** The next part of a name. The sums of the whole and of the tag are both kept until it is known which one counts. */
export function addName(from: usize, size: u32): void {
  const to = from + size;
  let at = from;
  if (S.tagState === BEFORE) {
    at = find(OPEN, from, to);
    S.slotCrc = crc16(S.slotCrc, from, at);
    if (at === to) return;
    S.tagState = INSIDE;
    S.tagCrc = 0;
    S.slotCrc = crc16(S.slotCrc, at, at + 1);
    at++;
    S.field = 0;
  }
  const rest = at;
  if (S.tagState === INSIDE) {
    const close = find(CLOSE, at, to);
    S.tagCrc = crc16(S.tagCrc, at, close);
    S.field += (close - at) as i32;
    if (close < to) S.tagState = S.field > 0 ? TAGGED : UNTAGGED;
  }
  if (S.tagState !== TAGGED) S.slotCrc = crc16(S.slotCrc, rest, to);
}

/** Marks the slot of the name. */
export function addSlot(): void {
  const crc = S.tagState === TAGGED ? S.tagCrc : S.slotCrc;
  store<u8>(SLOTS + (crc & SLOT_MASK), 1);
}
