/**
 * The elements of a set, sorted set or hash that are short enough to be put together in memory. They are gathered, and
 * hashed some dozens at a time: hashed one by one, each would wait for its own bytes to be stored.
 */
import { SEED_ELEMENT } from './digest';
import { ENDS, GATHERED } from './layout';
import * as murmur from './murmur3';
import { S } from './state';

const MOST: u32 = 64;
/** Gathered before they are hashed; one more has room behind them. */
const FULL: usize = GATHERED + 8192;

let count: u32 = 0;

/** Where the next element is to be put together. */
export let room: usize = GATHERED;

/** Forgets what a value that was refused may have left. */
export function beginGathering(): void {
  count = 0;
  room = GATHERED;
}

/** Takes the element that lies at `room` and ends at `end`. */
export function gather(end: usize): void {
  murmur.pad(end);
  store<u32>(ENDS + (count << 2), end as u32);
  count++;
  room = (end + 31) & ~15;
  if (count === MOST || room > FULL) addGathered();
}

/** Adds what has been gathered to the sum of the key's elements. Call before the value ends or is suspended. */
export function addGathered(): void {
  if (count === 0) return;
  let sumLow = S.sumLow;
  let sumHigh = S.sumHigh;
  let from: usize = GATHERED;
  for (let index: u32 = 0; index < count; index++) {
    const end: usize = load<u32>(ENDS + (index << 2));
    murmur.hashPadded(SEED_ELEMENT, from, end);
    sumLow += murmur.low;
    sumHigh += murmur.high + ((sumLow < murmur.low) as u64);
    from = (end + 31) & ~15;
  }
  S.sumLow = sumLow;
  S.sumHigh = sumHigh;
  S.elements += count as f64;
  beginGathering();
}
