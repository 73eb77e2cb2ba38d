/**
 * What Redis 8.6 keeps of the producers of a stream, so that a message that is sent twice is added once: for how long
 * and how many, then per producer the identifiers that it gave and the entries that they became. Not content: they
 * expire by themselves, and a server that loads an older file makes the limits up.
 */

import { MESSAGES, PRODUCER_INTEGER, PRODUCERS } from './expected';
import { refuse } from './host';
import { element, reset } from './murmur3';
import { PRODUCER_LIMIT } from './refusals';
import { SEED_ELEMENT } from './seeds';
import { offset, SUSPENDED, tryCount, tryInteger } from './source';
import { S } from './state';
import { AFTER_GROUPS, END } from './stream-groups';
import { tryHash } from './strings';

const SECONDS = AFTER_GROUPS;
const MOST = AFTER_GROUPS + 1;
const COUNT_PRODUCERS = AFTER_GROUPS + 2;
const PRODUCER = AFTER_GROUPS + 3;
const COUNT_MESSAGES = AFTER_GROUPS + 4;
const MESSAGE = AFTER_GROUPS + 5;
// Between the two: the milliseconds of the entry that the message became.
const MESSAGE_SEQUENCE = AFTER_GROUPS + 7;
const ADDED = AFTER_GROUPS + 8;
const DUPLICATES = AFTER_GROUPS + 9;

/** What the server takes; with more it refuses the file. */
const MAX_SECONDS: u64 = 86400;
const MAX_MESSAGES: u64 = 10000;

/** Reads on. The phase must begin at {@link AFTER_GROUPS}, and is {@link END} at the end. */
export function tryProducers(): bool {
  switch (S.phase) {
    case SECONDS:
      return tryLimit(MAX_SECONDS);
    case MOST:
      return tryLimit(MAX_MESSAGES);
    case COUNT_PRODUCERS: {
      const count = tryCount(PRODUCERS, 2);
      if (count === SUSPENDED) return false;
      S.groupsLeft = count;
      nextProducer();
      return true;
    }
    case PRODUCER:
      // Hashed for nothing: so that what a server would refuse to decompress is refused.
      return tryText();
    case COUNT_MESSAGES: {
      const count = tryCount(MESSAGES, 3);
      if (count === SUSPENDED) return false;
      S.left = count;
      nextMessage();
      return true;
    }
    case MESSAGE:
      return tryText();
    default:
      return tryNumber();
  }
}

function tryLimit(most: u64): bool {
  const from = offset();
  if (!tryInteger(PRODUCER_INTEGER)) return false;
  if (S.length < 1 || S.length > most)
    refuse(PRODUCER_LIMIT, from, most as f64, PRODUCER_INTEGER as f64, S.length as f64);
  S.phase += 1;
  return true;
}

function tryText(): bool {
  if (!tryHash(element)) return false;
  S.phase += 1;
  return true;
}

function tryNumber(): bool {
  if (!tryInteger(PRODUCER_INTEGER)) return false;
  const phase = S.phase;
  if (phase === MESSAGE_SEQUENCE) {
    S.left -= 1;
    nextMessage();
  } else {
    S.phase = phase === DUPLICATES ? END : phase + 1;
  }
  return true;
}

function nextMessage(): void {
  if (S.left > 0) {
    reset(element, SEED_ELEMENT);
    S.phase = MESSAGE;
    return;
  }
  S.groupsLeft -= 1;
  nextProducer();
}

function nextProducer(): void {
  reset(element, SEED_ELEMENT);
  S.phase = S.groupsLeft > 0 ? PRODUCER : ADDED;
}
