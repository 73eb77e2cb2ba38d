import { CRC_TABLE_BYTES, CRC_TABLES, WINDOW } from './layout';

export const JONES = 0;
export const NVME = 1;

const SLICES: u32 = 8;
const SLICE_BYTES: usize = 2048;

/** A message shorter than this is not worth cancelling. */
const LONG_BYTES: usize = 8192;
const STEP_BYTES: usize = 32;

/** Fills the tables of one polynomial (reflected). */
export function prepareCrc(kind: i32, polynomial: u64): void {
  const table: usize = CRC_TABLES + kind * CRC_TABLE_BYTES;
  for (let byte: u32 = 0; byte < 256; byte++) {
    let crc: u64 = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (polynomial & (0 - (crc & 1)));
    store<u64>(table + (byte << 3), crc);
  }
  for (let index: u32 = 256; index < SLICES * 256; index++) {
    const before = load<u64>(table + ((index - 256) << 3));
    store<u64>(table + (index << 3), (before >> 8) ^ load<u64>(table + (((before as u32) & 255) << 3)));
  }
}

/**
 * The CRC of `[from, from + size)` after `before`. A long message that begins at WINDOW is dealt with ten times as
 * fast, and destroyed but for its end.
 */
export function crc64(kind: i32, before: u64, from: usize, size: usize): u64 {
  const end = from + size;
  const table: usize = CRC_TABLES + kind * CRC_TABLE_BYTES;
  if (size < LONG_BYTES || from !== WINDOW) return sliced(table, before, from, end);
  store<u64>(WINDOW, load<u64>(WINDOW) ^ before);
  // With x for a shift by one byte, 1 + the sum of x^distance is a multiple of the polynomial.
  const rest =
    kind === JONES
      ? cancelled(end, 2214, 2227, 2319, 2472, 2514, 2618, 2863, 3014)
      : cancelled(end, 992, 1337, 1775, 1999, 2241, 2361, 2399, 2538);
  return sliced(table, 0, rest, end);
}

/** Eight bytes at a time, with a table for each. */
function sliced(table: usize, before: u64, from: usize, end: usize): u64 {
  let crc = before;
  let at = from;
  for (; end - at >= 8; at += 8) {
    const value = crc ^ load<u64>(at);
    crc =
      load<u64>(table + (((value << 3) as u32) & 2040), 7 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 5) as u32) & 2040), 6 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 13) as u32) & 2040), 5 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 21) as u32) & 2040), 4 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 29) as u32) & 2040), 3 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 37) as u32) & 2040), 2 * SLICE_BYTES) ^
      load<u64>(table + (((value >> 45) as u32) & 2040), SLICE_BYTES) ^
      load<u64>(table + (((value >> 53) as u32) & 2040));
  }
  for (; at < end; at++) crc = (crc >> 8) ^ load<u64>(table + ((((crc as u32) ^ load<u8>(at)) & 255) << 3));
  return crc;
}

/**
 * Makes the long message at WINDOW a short one with the same CRC. Adding a multiple of the polynomial does not change a
 * CRC, and a multiple of nine terms only cancels sixteen bytes with eight additions, where a table takes sixteen
 * look-ups. What was cancelled is needed again only so much later that no load waits for a store.
 * @see https://arxiv.org/abs/2412.16398 (Russell: Chorba, a novel CRC32 implementation)
 * @returns where the short message begins
 */
function cancelled(
  end: usize,
  a: usize,
  b: usize,
  c: usize,
  d: usize,
  e: usize,
  f: usize,
  g: usize,
  h: usize,
): usize {
  const rest: usize = end - h - ((end - h - WINDOW) & (STEP_BYTES - 1));
  // What lies before the window is zero.
  for (let at: usize = WINDOW; at < rest; at += STEP_BYTES) {
    let first = v128.load(at);
    let second = v128.load(at, 16);
    first = v128.xor(first, v128.load(at - a));
    second = v128.xor(second, v128.load(at - a, 16));
    first = v128.xor(first, v128.load(at - b));
    second = v128.xor(second, v128.load(at - b, 16));
    first = v128.xor(first, v128.load(at - c));
    second = v128.xor(second, v128.load(at - c, 16));
    first = v128.xor(first, v128.load(at - d));
    second = v128.xor(second, v128.load(at - d, 16));
    first = v128.xor(first, v128.load(at - e));
    second = v128.xor(second, v128.load(at - e, 16));
    first = v128.xor(first, v128.load(at - f));
    second = v128.xor(second, v128.load(at - f, 16));
    first = v128.xor(first, v128.load(at - g));
    second = v128.xor(second, v128.load(at - g, 16));
    first = v128.xor(first, v128.load(at - h));
    second = v128.xor(second, v128.load(at - h, 16));
    v128.store(at, first);
    v128.store(at, second, 16);
  }
  carry(rest, a);
  carry(rest, b);
  carry(rest, c);
  carry(rest, d);
  carry(rest, e);
  carry(rest, f);
  carry(rest, g);
  carry(rest, h);
  return rest;
}

/** Adds what was cancelled to what stays. */
function carry(rest: usize, distance: usize): void {
  const end = rest + distance;
  let at = rest;
  for (; end - at >= 16; at += 16) v128.store(at, v128.xor(v128.load(at), v128.load(at - distance)));
  for (; at < end; at++) store<u8>(at, load<u8>(at) ^ load<u8>(at - distance));
}
