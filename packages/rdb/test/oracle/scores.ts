import { RdbError } from '../../errors.ts';
import type { Murmur3 } from './murmur3.ts';

const scratch = new DataView(new ArrayBuffer(8));
const NAMED: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
/** What `%.17g` writes. Nothing else is taken, for `Number` would accept more (hexadecimal, spaces, nothing at all). */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/;
/** `%.17g` needs 24 at most; the server reads up to 255. */
const MAX_SCORE_TEXT_BYTES = 255;

/** The score written as decimal text in `bytes[from, to)`. @throws BadScore */
export function parseScore(bytes: Uint8Array, from: number, to: number, offset: number): number {
  if (to - from > MAX_SCORE_TEXT_BYTES) {
    throw new RdbError(
      'BadScore',
      offset,
      `expected at most ${MAX_SCORE_TEXT_BYTES} bytes, found ${to - from}`,
    );
  }
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] as number);
  const lower = text.toLowerCase();
  const score = NAMED[lower] ?? (DECIMAL.test(lower) ? Number(lower) : Number.NaN);
  if (Number.isNaN(score))
    throw new RdbError('BadScore', offset, `expected a number, found ${JSON.stringify(text)}`);
  return score;
}

/** The double in eight little-endian bytes. @throws BadScore if it is not a number, which no sorted set can hold */
export function readScore(bytes: Uint8Array, at: number, offset: number): number {
  for (let byte = 0; byte < 8; byte++) scratch.setUint8(byte, bytes[at + byte] as number);
  const score = scratch.getFloat64(0, true);
  if (Number.isNaN(score)) throw new RdbError('BadScore', offset, 'expected a number, found NaN');
  return score;
}

/** Appends a score as its IEEE 754 bits, most significant byte first; −0 as 0, for packed encodings cannot hold −0. */
export function hashScore(into: Murmur3, score: number): void {
  scratch.setFloat64(0, score === 0 ? 0 : score, false);
  into.u64(scratch.getUint32(0, true), scratch.getUint32(4, true));
}
