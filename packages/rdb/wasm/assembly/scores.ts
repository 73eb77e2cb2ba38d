/** The scores of sorted sets. */
import { parseDecimal } from './decimal';
import { refuse } from './host';
import { SCORE_NAN, SCORE_TEXT, SCORE_TOO_LONG } from './refusals';

/** The longest text of a score that a server reads. */
const MAX_SCORE_BYTES: u32 = 255;

/** The score in the text, refused unless it is a number. */
export function parseScore(from: usize, size: u32, where: f64): f64 {
  if (size > MAX_SCORE_BYTES) refuse(SCORE_TOO_LONG, where, MAX_SCORE_BYTES, size, 0);
  const value = parseDecimal(from, size);
  if (value !== value) refuse(SCORE_TEXT, where, from as f64, size, 0);
  return value;
}

export function refuseNan(where: f64): void {
  refuse(SCORE_NAN, where, 0, 0, 0);
}
