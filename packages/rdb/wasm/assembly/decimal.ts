/** Integers to decimal text, and decimal text to the nearest double. */
import { decimal } from './host';
import { MAX_POWER, MIN_POWER, POWERS, POWERS_OF_TEN, TEXT } from './layout';

/** Integers are written so that they end here. */
export const TEXT_END: u32 = TEXT + 32;

export function preparePowersOfTen(): void {
  let power: u64 = 1;
  for (let digits = 0; digits < 20; digits++) {
    store<u64>(POWERS_OF_TEN + 8 * digits, power);
    power *= 10;
  }
}

/** Writes the integer in decimal, up to {@link TEXT_END}. @returns where it starts */
export function writeInteger(value: i64): usize {
  const magnitude: u64 = value < 0 ? 0 - (value as u64) : (value as u64);
  const start: usize = TEXT_END - digitsOf(magnitude) - (value < 0 ? 1 : 0);
  putInteger(start, value);
  return start;
}

const EIGHT_DIGITS: u64 = 100_000_000;

/** Writes the integer in decimal from `to` on, and up to 7 bytes behind it. @returns where it ends */
export function putInteger(to: usize, value: i64): usize {
  const magnitude: u64 = value < 0 ? 0 - (value as u64) : (value as u64);
  // A sign, or what the first digit overwrites.
  store<u8>(to, 45);
  const from = to + ((value < 0) as usize);
  const digits = digitsOf(magnitude);
  if (digits <= 8) putDigits(from, magnitude, digits);
  else putLong(from, magnitude, digits);
  return from + digits;
}

/** Writes a number of 9 to 20 digits. */
function putLong(to: usize, value: u64, digits: u32): void {
  const above = value / EIGHT_DIGITS;
  if (digits <= 16) {
    putDigits(to, above, digits - 8);
  } else {
    const first = above / EIGHT_DIGITS;
    putDigits(to, first, digits - 16);
    putDigits(to + digits - 16, above - first * EIGHT_DIGITS, 8);
  }
  putDigits(to + digits - 8, value - above * EIGHT_DIGITS, 8);
}

/** How many digits the number has. */
function digitsOf(value: u64): u32 {
  if (value === 0) return 1;
  // 1233 / 4096 is a little more than the decimal logarithm of 2.
  const least = ((64 - (clz<u64>(value) as u32)) * 1233) >> 12;
  return least + ((value >= load<u64>(POWERS_OF_TEN + 8 * least)) as u32);
}

/** Writes a number of up to eight digits, and zeros behind it: all digits at once, in the bytes of one integer. */
function putDigits(to: usize, value: u64, digits: u32): void {
  // Two numbers below 10,000, four below 100, eight digits: the first one in the lowest bits.
  const thousands = value / 10_000;
  const halves = thousands | ((value - thousands * 10_000) << 32);
  const hundreds = ((halves * 10_486) >> 20) & 0x7f0000007f;
  const pairs = hundreds | ((halves - hundreds * 100) << 16);
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  const all = tens | ((pairs - tens * 10) << 8);
  store<u64>(to, (all >> ((64 - 8 * digits) as u64)) | 0x3030303030303030);
}

// Of the text at hand.
let mantissa: u64 = 0;
let exponent: i32 = 0;

/** The double that is nearest to the text; NaN if it is not a number in the form that servers write. */
export function parseDecimal(from: usize, size: u32): f64 {
  if (!scan(from, from + size)) return decimal(from, size);
  const isNegative = size > 0 && load<u8>(from) === 45;
  const value = nearest();
  // NaN: this way cannot tell, another can.
  if (value !== value) return decimal(from, size);
  return isNegative ? -value : value;
}

/** Takes the text apart. @returns false for what is not plain or has more digits than fit */
function scan(from: usize, to: usize): bool {
  let at = from;
  if (at < to && (load<u8>(at) === 45 || load<u8>(at) === 43)) at++;
  let digits = 0;
  let significant = 0;
  let value: u64 = 0;
  let scale = 0;
  let seesPoint = false;
  for (; at < to; at++) {
    const digit: u32 = (load<u8>(at) as u32) - 48;
    if (digit > 9) {
      if (seesPoint || load<u8>(at) !== 46) break;
      seesPoint = true;
      continue;
    }
    digits++;
    if (seesPoint) scale--;
    if (significant > 0 || digit > 0) significant++;
    value = value * 10 + digit;
  }
  if (digits === 0 || significant > 19) return false;
  mantissa = value;
  exponent = scale;
  return at === to || scanExponent(at, to);
}

function scanExponent(from: usize, to: usize): bool {
  let at = from;
  if ((load<u8>(at) | 32) !== 101) return false;
  at++;
  let isNegative = false;
  if (at < to && (load<u8>(at) === 45 || load<u8>(at) === 43)) {
    isNegative = load<u8>(at) === 45;
    at++;
  }
  // More digits than this are left to the shell.
  if (at === to || to - at > 4) return false;
  let value = 0;
  for (; at < to; at++) {
    const digit: u32 = (load<u8>(at) as u32) - 48;
    if (digit > 9) return false;
    value = value * 10 + (digit as i32);
  }
  exponent += isNegative ? -value : value;
  return true;
}

let productLow: u64 = 0;
let productHigh: u64 = 0;

function multiply(a: u64, b: u64): void {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const low = a0 * b0;
  const middle = a1 * b0 + (low >> 32);
  const cross = a0 * b1 + (middle & 0xffffffff);
  productLow = (cross << 32) | (low & 0xffffffff);
  productHigh = a1 * b1 + (middle >> 32) + (cross >> 32);
}

/**
 * The double nearest to `mantissa` × 10^`exponent`, or NaN where 128 bits do not decide it.
 * @see https://arxiv.org/abs/2101.11408 (Lemire: Number Parsing at a Gigabyte per Second)
 */
function nearest(): f64 {
  if (mantissa === 0) return 0;
  if (exponent === 0 && mantissa <= 9007199254740992) return mantissa as f64;
  if (exponent < MIN_POWER || exponent > MAX_POWER) return NaN;
  const zeros = clz<u64>(mantissa);
  const w = mantissa << zeros;
  const power: usize = POWERS + (exponent - MIN_POWER) * 16;
  multiply(w, load<u64>(power, 8));
  let high = productHigh;
  let low = productLow;
  if ((high & 0x1ff) === 0x1ff) {
    multiply(w, load<u64>(power));
    low += productHigh;
    if (productHigh > low) high++;
  }
  if (low === 0xffffffffffffffff && (exponent < -27 || exponent > 55)) return NaN;
  const upper = high >> 63;
  let bits = high >> (upper + 9);
  let power2 = (((152170 + 65536) * exponent) >> 16) + 63 + (upper as i32) - (zeros as i32) + 1023;
  if (power2 <= 0) return NaN;
  // Exactly half-way between two doubles: to the even one.
  const mayTie = low <= 1 && exponent >= -4 && exponent <= 23 && (bits & 3) === 1;
  if (mayTie && bits << (upper + 9) === high) bits &= ~1;
  bits = (bits + (bits & 1)) >> 1;
  if (bits >= (2 as u64) << 52) {
    bits = (1 as u64) << 52;
    power2++;
  }
  if (power2 >= 0x7ff) return NaN;
  return reinterpret<f64>((bits & ~((1 as u64) << 52)) | ((power2 as u64) << 52));
}
