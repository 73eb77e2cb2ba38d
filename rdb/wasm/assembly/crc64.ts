import { CRC_LANE_BYTES, CRC_TABLE_BYTES, CRC_TABLES } from './layout';

export const JONES = 0;
export const NVME = 1;

const SLICES: u32 = 8;

function tableOf(kind: i32): usize {
  return CRC_TABLES + kind * CRC_TABLE_BYTES;
}

function shiftsOf(kind: i32): usize {
  return CRC_TABLES + (2 + kind) * CRC_TABLE_BYTES;
}

/** Fills the tables of one polynomial (reflected). */
export function prepareCrc(kind: i32, polynomial: u64): void {
  const table = tableOf(kind);
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc: u64 = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (polynomial & (0 - (crc & 1)));
    store<u64>(table + (byte << 3), crc);
  }
  for (let index: u32 = 256; index < SLICES * 256; index++) {
    const before = load<u64>(table + ((index - 256) << 3));
    store<u64>(table + (index << 3), (before >> 8) ^ load<u64>(table + (((before as u32) & 255) << 3)));
  }
  prepareShifts(kind);
}

/** What a CRC becomes over a lane of zeros, by each of its eight bytes: a CRC is linear, so the bytes' results add up. */
function prepareShifts(kind: i32): void {
  const table = tableOf(kind);
  for (let byte: u32 = 0; byte < 8; byte++) {
    for (let bit: u32 = 0; bit < 8; bit++) {
      let crc = (1 as u64) << (byte * 8 + bit);
      for (let zeros = 0; zeros < CRC_LANE_BYTES; zeros++) {
        crc = (crc >> 8) ^ load<u64>(table + (((crc as u32) & 255) << 3));
      }
      store<u64>(shiftsOf(kind) + ((byte * 256 + (1 << bit)) << 3), crc);
    }
    for (let value: u32 = 1; value < 256; value++) {
      const low = value & (0 - value);
      if (low === value) continue;
      const row = shiftsOf(kind) + ((byte * 256) << 3);
      store<u64>(row + (value << 3), load<u64>(row + (low << 3)) ^ load<u64>(row + ((value ^ low) << 3)));
    }
  }
}

function look(table: usize, slice: u32, value: u64, shift: u64): u64 {
  return load<u64>(table + (slice << 11) + ((((value >> shift) as u32) & 255) << 3));
}

/** Eight bytes at once. */
function fold(table: usize, value: u64): u64 {
  return (
    look(table, 7, value, 0) ^
    look(table, 6, value, 8) ^
    look(table, 5, value, 16) ^
    look(table, 4, value, 24) ^
    look(table, 3, value, 32) ^
    look(table, 2, value, 40) ^
    look(table, 1, value, 48) ^
    look(table, 0, value, 56)
  );
}

function shift(table: usize, value: u64): u64 {
  return (
    look(table, 0, value, 0) ^
    look(table, 1, value, 8) ^
    look(table, 2, value, 16) ^
    look(table, 3, value, 24) ^
    look(table, 4, value, 32) ^
    look(table, 5, value, 40) ^
    look(table, 6, value, 48) ^
    look(table, 7, value, 56)
  );
}

/**
 * The CRC of `[at, at + size)` after `before`. One stream waits for its own table look-ups, so three run side by side
 * and are joined after each lane.
 */
export function crc64(kind: i32, before: u64, from: usize, size: usize): u64 {
  const table = tableOf(kind);
  const shifts = shiftsOf(kind);
  const end = from + size;
  let at = from;
  let crc = before;
  while (end - at >= 3 * CRC_LANE_BYTES) {
    let second: u64 = 0;
    let third: u64 = 0;
    const laneEnd = at + CRC_LANE_BYTES;
    for (; at < laneEnd; at += 8) {
      crc = fold(table, crc ^ load<u64>(at));
      second = fold(table, second ^ load<u64>(at, CRC_LANE_BYTES));
      third = fold(table, third ^ load<u64>(at, 2 * CRC_LANE_BYTES));
    }
    crc = shift(shifts, shift(shifts, crc) ^ second) ^ third;
    at += 2 * CRC_LANE_BYTES;
  }
  for (; end - at >= 8; at += 8) crc = fold(table, crc ^ load<u64>(at));
  for (; at < end; at++) crc = (crc >> 8) ^ load<u64>(table + ((((crc as u32) ^ load<u8>(at)) & 255) << 3));
  return crc;
}
