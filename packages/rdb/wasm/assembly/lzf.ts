/** LZF decompression, with copies that write up to 31 bytes more than they have to: there is room for that. */

import { refuse } from './host';
import { LZF_CUT_SHORT, LZF_TOO_FAR, LZF_TOO_MUCH } from './refusals';

/** The longest run that one item can produce. */
const MAX_RUN_BYTES: u32 = 264;
/** The farthest that an item can refer back to. */
const MAX_DISTANCE: u32 = 8192;

/** Where {@link unpack} has come to. */
export let input: usize = 0;
export let output: usize = 0;

/**
 * Decompresses whole items of `[from, to)` to `out`, until the input ends, or inside an item, or `room` is used up.
 * @param before bytes of the result that precede `out`; as much of them as LZF can refer to lies right before it
 * @param length of the whole result
 * @param where the value starts in the file
 */
export function unpack(
  from: usize,
  to: usize,
  out: usize,
  room: u32,
  before: u64,
  length: u64,
  where: f64,
): void {
  const outEnd = out + room;
  const left = length - before;
  const most = room + MAX_RUN_BYTES;
  const limit: usize = out + (left < (most as u64) ? (left as u32) : most);
  // Nothing that is farther back than LZF can refer to is asked for.
  const earliest: usize = out - (before < (MAX_DISTANCE as u64) ? (before as u32) : MAX_DISTANCE);
  let at = from;
  let put = out;
  while (at < to && put < outEnd) {
    let control: u32 = load<u8>(at);
    if (control < 32) {
      const run = control + 1;
      if (at + 1 + run > to) break;
      if (put + run > limit) tooMuch(length, where);
      v128.store(put, v128.load(at, 1));
      v128.store(put, v128.load(at, 17), 16);
      put += run;
      at += 1 + run;
      // A reference nearly always follows. Going on here with it is 4 % of a deep reading: the branch is predicted better.
      if (at >= to || put >= outEnd) break;
      control = load<u8>(at);
      if (control < 32) continue;
    }
    const extended: u32 = (control >= 0xe0) as u32;
    if (at + 2 + extended > to) break;
    const run: u32 = (control >> 5) + 2 + ((load<u8>(at, 1) as u32) & (0 - extended));
    const distance: u32 = (((control & 0x1f) << 8) | load<u8>(at + extended, 1)) + 1;
    at += 2 + extended;
    if (put + run > limit) tooMuch(length, where);
    if (put - distance < earliest) tooFar(length, where, distance, before + ((put - out) as u64));
    if (distance >= 16 && run <= 16) v128.store(put, v128.load(put - distance));
    else copyBack(put, distance, run);
    put += run;
  }
  input = at;
  output = put;
}

function tooFar(length: u64, where: f64, distance: u32, reached: u64): void {
  refuse(LZF_TOO_FAR, where, length as f64, distance, reached as f64);
}

function tooMuch(length: u64, where: f64): void {
  refuse(LZF_TOO_MUCH, where, length as f64, 0, 0);
}

/** Source and target may overlap, and then the copied bytes are meant to repeat. */
function copyBack(put: usize, distance: u32, run: u32): void {
  const end = put + run;
  let to = put;
  let back = put - distance;
  if (distance >= 16) {
    for (; to < end; to += 16, back += 16) v128.store(to, v128.load(back));
    return;
  }
  if (distance === 1) {
    const bytes = i8x16.splat(load<u8>(back));
    for (; to < end; to += 16) v128.store(to, bytes);
    return;
  }
  if (distance >= 8) {
    for (; to < end; to += 8, back += 8) store<u64>(to, load<u64>(back));
    return;
  }
  for (; to < end; to++, back++) store<u8>(to, load<u8>(back));
}

/** The input has ended inside an item at `at`: says how far the result came. */
export function refuseCut(at: usize, to: usize, produced: u64, length: u64, where: f64): void {
  const control: u32 = load<u8>(at);
  const literal: u64 = control < 32 ? to - at - 1 : 0;
  if (produced + literal > length) tooMuch(length, where);
  refuse(LZF_CUT_SHORT, where, length as f64, (produced + literal) as f64, 0);
}
