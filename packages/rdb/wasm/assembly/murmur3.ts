/**
 * MurmurHash3 x64 128 (Austin Appleby, public domain), incremental. Short parts are gathered in a buffer, long ones
 * mixed where they lie.
 */

import { copyShort } from './copy';
import { MASKS, STATE } from './layout';

const C1: u64 = 0x87c37b91114253d5;
const C2: u64 = 0x4cf5ad432745937f;
/** Bytes gathered before they are mixed; a multiple of the block. */
const BUFFER_BYTES: u32 = 256;

@unmanaged
export class Message {
  h1: u64;
  h2: u64;
  /** Bytes mixed so far. */
  mixed: u64;
  fill: u32;
  unused: u32;
}
const BUFFER_AT: usize = 32;
/** A message with its buffer, and room for copies that write a little more than they have to. */
const MESSAGE_BYTES = 384;
/** Behind the state proper, and part of it. */
const MESSAGES = STATE + 2048;

export const body: Message = changetype<Message>(MESSAGES);
export const element: Message = changetype<Message>(MESSAGES + MESSAGE_BYTES);
export const group: Message = changetype<Message>(MESSAGES + 2 * MESSAGE_BYTES);
export const consumer: Message = changetype<Message>(MESSAGES + 3 * MESSAGE_BYTES);

/** The hash that was finished last. */
export let low: u64 = 0;
export let high: u64 = 0;

function scrambleFirst(word: u64): u64 {
  return rotl<u64>(word * C1, 31) * C2;
}

function scrambleSecond(word: u64): u64 {
  return rotl<u64>(word * C2, 33) * C1;
}

/** The new h1, from the first word of a block. */
export function mixFirst(h1: u64, h2: u64, word: u64): u64 {
  return (rotl<u64>(h1 ^ scrambleFirst(word), 27) + h2) * 5 + 0x52dce729;
}

/** The new h2, from the second word of a block and the new h1. */
export function mixSecond(h2: u64, h1: u64, word: u64): u64 {
  return (rotl<u64>(h2 ^ scrambleSecond(word), 31) + h1) * 5 + 0x38495ab5;
}

/** Mixes whole blocks of 16 bytes. */
function mix(message: Message, from: usize, size: u32): void {
  let h1 = message.h1;
  let h2 = message.h2;
  const end = from + size;
  for (let at = from; at < end; at += 16) {
    h1 = mixFirst(h1, h2, load<u64>(at));
    h2 = mixSecond(h2, h1, load<u64>(at, 8));
  }
  message.h1 = h1;
  message.h2 = h2;
  message.mixed += size;
}

/** Starts a new message. */
export function reset(message: Message, seed: u64): void {
  message.h1 = seed;
  message.h2 = seed;
  message.mixed = 0;
  message.fill = 0;
}

function flush(message: Message): void {
  const buffer = changetype<usize>(message) + BUFFER_AT;
  mix(message, buffer, BUFFER_BYTES);
  const left = message.fill - BUFFER_BYTES;
  store<u64>(buffer, load<u64>(buffer + BUFFER_BYTES));
  message.fill = left;
}

/** Appends eight bytes, little-endian. */
export function u64Of(message: Message, value: u64): void {
  const fill = message.fill;
  store<u64>(changetype<usize>(message) + BUFFER_AT + fill, value);
  message.fill = fill + 8;
  if (fill + 8 >= BUFFER_BYTES) flush(message);
}

/** Appends four bytes, little-endian. */
export function u32Of(message: Message, value: u32): void {
  const fill = message.fill;
  store<u32>(changetype<usize>(message) + BUFFER_AT + fill, value);
  message.fill = fill + 4;
  if (fill + 4 >= BUFFER_BYTES) flush(message);
}

export function bytesOf(message: Message, from: usize, size: u32): void {
  const fill = message.fill;
  if (fill + size >= BUFFER_BYTES) return longBytesOf(message, from, size);
  copyShort(changetype<usize>(message) + BUFFER_AT + fill, from, size);
  message.fill = fill + size;
}

function longBytesOf(message: Message, from: usize, size: u32): void {
  const buffer = changetype<usize>(message) + BUFFER_AT;
  // Fill the block that has been begun, mix the buffer, then mix the rest where it lies.
  const fill = message.fill;
  const missing = ((0 as u32) - fill) & 15;
  copyShort(buffer + fill, from, missing);
  mix(message, buffer, fill + missing);
  const rest = size - missing;
  const whole = rest & ~15;
  mix(message, from + missing, whole);
  copyShort(buffer, from + missing + whole, rest - whole);
  message.fill = rest - whole;
}

/** Appends `[from, from + size)`, preceded by its length as 64 bits. */
export function prefixed(message: Message, from: usize, size: u32): void {
  u64Of(message, size);
  bytesOf(message, from, size);
}

function avalanche(value: u64): u64 {
  let mixed = value ^ (value >> 33);
  mixed *= 0xff51afd7ed558ccd;
  mixed ^= mixed >> 33;
  mixed *= 0xc4ceb9fe1a85ec53;
  return mixed ^ (mixed >> 33);
}

function finalise(first: u64, second: u64, length: u64): void {
  let h1 = first ^ length;
  let h2 = second ^ length;
  h1 += h2;
  h2 += h1;
  h1 = avalanche(h1);
  h2 = avalanche(h2);
  h1 += h2;
  low = h1;
  high = h2 + h1;
}

/** Makes the message that ends at `end` one for {@link hashPadded}. */
export function pad(end: usize): void {
  v128.store(end, i64x2.splat(0));
}

/** Hashes a message that lies in memory with at least 16 zeros behind it. */
export function hashPadded(seed: u64, from: usize, end: usize): void {
  let h1 = seed;
  let h2 = seed;
  let at = from;
  for (; at + 16 <= end; at += 16) {
    h1 = mixFirst(h1, h2, load<u64>(at));
    h2 = mixSecond(h2, h1, load<u64>(at, 8));
  }
  // A tail padded with zeros mixes to the same value as the reference's tail byte by byte, and none mixes to nothing.
  finalise(h1 ^ scrambleFirst(load<u64>(at)), h2 ^ scrambleSecond(load<u64>(at, 8)), (end - from) as u64);
}

/** Hashes what is left of a message of `length` bytes, which lies in memory among others, after whole blocks. */
export function hashRest(first: u64, second: u64, from: usize, size: u32, length: u64): void {
  let h1 = first;
  let h2 = second;
  const whole = from + (size & ~15);
  for (let at = from; at < whole; at += 16) {
    h1 = mixFirst(h1, h2, load<u64>(at));
    h2 = mixSecond(h2, h1, load<u64>(at, 8));
  }
  const mask: usize = MASKS + ((size & 15) << 4);
  h1 ^= scrambleFirst(load<u64>(whole) & load<u64>(mask));
  h2 ^= scrambleSecond(load<u64>(whole, 8) & load<u64>(mask, 8));
  finalise(h1, h2, length);
}

/** Fills the masks of {@link hashRest}. */
export function prepareMasks(): void {
  for (let size: u32 = 0; size < 16; size++) {
    memory.fill(MASKS + (size << 4), 0, 16);
    memory.fill(MASKS + (size << 4), 255, size);
  }
}

/** The hash of the message so far is in `low` and `high`; the message goes on. */
export function peek(message: Message): void {
  const h1 = message.h1;
  const h2 = message.h2;
  const mixed = message.mixed;
  finish(message);
  message.h1 = h1;
  message.h2 = h2;
  message.mixed = mixed;
}

/** Ends the message: the hash is in `low` and `high`. */
export function finish(message: Message): void {
  const buffer = changetype<usize>(message) + BUFFER_AT;
  const fill = message.fill;
  const length = message.mixed + fill;
  const whole = fill & ~15;
  mix(message, buffer, whole);
  // A tail padded with zeros mixes to the same value as the reference's tail byte by byte, and none mixes to nothing.
  pad(buffer + fill);
  const h1 = message.h1 ^ scrambleFirst(load<u64>(buffer + whole));
  const h2 = message.h2 ^ scrambleSecond(load<u64>(buffer + whole, 8));
  finalise(h1, h2, length);
}
