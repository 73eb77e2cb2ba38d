/**
 * The elements of a set, sorted set or hash that are short enough to be put together in memory. They are gathered, and
 * hashed some dozens at a time: hashed one by one, each would wait for its own bytes to be stored.
 */

import { members, seeAll } from './duplicates';
import { ENDS, GATHERED } from './layout';
import * as murmur from './murmur3';
import { SEED_ELEMENT } from './seeds';
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

/** Takes the element that lies at `room` and ends at `end`, its member or field at `memberEnd`. */
export function gather(end: usize, memberEnd: usize): void {
  murmur.pad(end);
  store<u32>(ENDS + (count << 3), end as u32);
  store<u32>(ENDS + (count << 3), memberEnd as u32, 4);
  count++;
  room = (end + 31) & ~15;
  if (count === MOST || room > FULL) addGathered();
}

/** Adds what has been gathered to the sum of the key's elements. Call before the value ends or is suspended. */
export function addGathered(): void {
  if (count === 0) return;
  if (members.slots !== 0) seeAll(GATHERED, ENDS, count);
  let sumLow = S.sumLow;
  let sumHigh = S.sumHigh;
  let from: usize = GATHERED;
  for (let index: u32 = 0; index < count; index++) {
    const end: usize = load<u32>(ENDS + (index << 3));
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
