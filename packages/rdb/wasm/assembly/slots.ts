/** Hash slots of a cluster: CRC16 (XModem) of the key, or of its first non-empty `{tag}`. */
import { CRC16_TABLE_BYTES, CRC16_TABLES, SLOTS } from './layout';
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
    for (let slice = 0; slice < 4; slice++) {
      for (let bit = 0; bit < 8; bit++)
        crc = (crc & 0x8000) !== 0 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
      store<u16>(CRC16_TABLES + slice * CRC16_TABLE_BYTES + 2 * byte, crc);
    }
  }
}

function look(slice: u32, byte: u32): u32 {
  return load<u16>(CRC16_TABLES + slice * CRC16_TABLE_BYTES + 2 * byte);
}

function crc16(before: u32, from: usize, to: usize): u32 {
  let crc = before;
  let at = from;
  for (; to - at >= 4; at += 4) {
    crc =
      look(3, (crc >> 8) ^ load<u8>(at)) ^
      look(2, (crc & 255) ^ load<u8>(at, 1)) ^
      look(1, load<u8>(at, 2)) ^
      look(0, load<u8>(at, 3));
  }
  for (; at < to; at++) crc = ((crc << 8) & 0xffff) ^ look(0, (crc >> 8) ^ load<u8>(at));
  return crc;
}

export function beginName(): void {
  S.slotCrc = 0;
  S.tagCrc = 0;
  S.tagState = BEFORE;
}

function find(byte: u32, from: usize, to: usize): usize {
  const wanted = i8x16.splat(byte as i8);
  for (let at = from; at < to; at += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found !== 0) return min<usize>(at + ctz<i32>(found), to);
  }
  return to;
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
