/**
 * Streams: entries, IDs and counters, and consumer groups with what is pending. Pending entries come twice in the
 * file, per group and per consumer; sums of hashes prove that both name the same IDs without holding them in memory.
 */
import { SEED_CONSUMER, SEED_GROUP, SEED_OWNED, SEED_PENDING } from './digest';
import * as expected from './expected';
import { refuse } from './host';
import * as murmur from './murmur3';
import { body, bytesOf, consumer, element, finish, group, reset, u64Of } from './murmur3';
import { LISTPACK } from './packed';
import { NODE_ID_SIZE, STREAM_LAST_ID, STREAM_LENGTH, STREAM_OWNERS } from './refusals';
import { has, offset, SUSPENDED, tryCount, tryInteger } from './source';
import { QUOTED, S, State } from './state';
import { limit, NOT_THERE, tryHash, tryString } from './strings';
import { STREAM_NODE, tryPacked } from './walk';

const ID_BYTES: u32 = 16;
const TIME_BYTES: u32 = 8;

export const STREAM_1 = 15;
export const STREAM_3 = 21;

const UNKNOWN_ENTRIES_READ: u64 = 0xffffffffffffffff;

const COUNT_NODES = 0;
const NODE_ID = 1;
const NODE = 2;
const COUNTERS = 3;
const AFTER_COUNTERS = 11;
const COUNT_GROUPS = 12;
const GROUP_NAME = 13;
const GROUP_MS = 14;
const GROUP_SEQUENCE = 15;
const GROUP_READ = 16;
const COUNT_PENDING = 17;
const PENDING = 18;
const DELIVERIES = 19;
const COUNT_CONSUMERS = 20;
const CONSUMER_NAME = 21;
const CONSUMER_TIMES = 22;
const COUNT_OWNED = 23;
const OWNED = 24;
const END = 25;

/** Reads the stream that comes next. `phase` must begin at 0; called again after a suspension, it goes on. */
export function tryStream(): bool {
  while (S.phase !== END) {
    if (!tryPhase()) return false;
  }
  finishStream();
  return true;
}

function tryPhase(): bool {
  const phase = S.phase;
  if (phase <= NODE) return tryNodes();
  if (phase < AFTER_COUNTERS) return tryCounter();
  if (phase <= GROUP_READ) return tryGroup();
  if (phase <= DELIVERIES) return tryPending();
  return tryConsumers();
}

function tryNodes(): bool {
  switch (S.phase) {
    case COUNT_NODES: {
      const count = tryCount(expected.NODES, 2);
      if (count === SUSPENDED) return false;
      resetEntries();
      S.left = count;
      S.phase = count > 0 ? NODE_ID : COUNTERS;
      return true;
    }
    case NODE_ID:
      if (!tryNodeId()) return false;
      S.phase = NODE;
      return true;
    default:
      if (!tryPacked(LISTPACK, STREAM_NODE)) return false;
      S.left -= 1;
      S.phase = S.left > 0 ? NODE_ID : COUNTERS;
      return true;
  }
}

function resetEntries(): void {
  S.live = 0;
  S.entries = 0;
  S.hasFirst = 0;
  // What the server answers for the first entry of a stream that has none.
  S.firstMs = 0xffffffffffffffff;
  S.firstSequence = 0xffffffffffffffff;
  S.entryMs = 0;
  S.entrySequence = 0;
}

function tryNodeId(): bool {
  const from = offset();
  const found = tryString();
  if (found === NOT_THERE) return false;
  if (S.stringLength !== ID_BYTES) {
    limit(expected.A_NODE_ID);
    refuse(NODE_ID_SIZE, from, S.stringLength as f64, 0, 0);
  }
  S.nodeMs = bswap<u64>(load<u64>(S.start));
  S.nodeSequence = bswap<u64>(load<u64>(S.start, 8));
  return true;
}

function tryCounter(): bool {
  const from = offset();
  const index = S.phase - COUNTERS;
  const isMs = (index & 1) === 1 && index < 7;
  const what =
    index === 0
      ? expected.ENTRIES
      : index === 7
        ? expected.ENTRIES_ADDED
        : isMs
          ? expected.ID_MILLISECONDS
          : expected.ID_SEQUENCE;
  if (!tryInteger(what)) return false;
  const value = S.length;
  S.phase += 1;
  switch (index) {
    case 0:
      S.countersOffset = from;
      S.streamLength = value;
      break;
    case 1:
      S.lastMs = value;
      break;
    case 2:
      S.lastSequence = value;
      checkCounters();
      if (S.type === STREAM_1) assumeCounters();
      break;
    case 3:
      S.oldestMs = value;
      break;
    case 4:
      S.oldestSequence = value;
      break;
    case 5:
      S.deletedMs = value;
      break;
    case 6:
      S.deletedSequence = value;
      break;
    default:
      S.entriesAdded = value;
      S.phase = COUNT_GROUPS;
  }
  return true;
}

function checkCounters(): void {
  if (S.streamLength !== (S.live as u64)) {
    store<u64>(QUOTED, S.streamLength);
    refuse(STREAM_LENGTH, S.countersOffset, S.live, 0, 0);
  }
  if (compare(S.entryMs, S.entrySequence, S.lastMs, S.lastSequence) > 0) {
    store<u64>(QUOTED, S.lastMs);
    store<u64>(QUOTED, S.lastSequence, 8);
    store<u64>(QUOTED, S.entryMs, 16);
    store<u64>(QUOTED, S.entrySequence, 24);
    refuse(STREAM_LAST_ID, S.countersOffset, 0, 0, 0);
  }
}

/** Before Redis 7.0 the rest was not kept; these are the values that a newer server gives it on loading. */
function assumeCounters(): void {
  S.oldestMs = S.firstMs;
  S.oldestSequence = S.firstSequence;
  S.deletedMs = 0;
  S.deletedSequence = 0;
  S.entriesAdded = S.streamLength;
  S.phase = COUNT_GROUPS;
}

function compare(ms: u64, sequence: u64, otherMs: u64, otherSequence: u64): i32 {
  if (ms !== otherMs) return ms < otherMs ? -1 : 1;
  if (sequence === otherSequence) return 0;
  return sequence < otherSequence ? -1 : 1;
}

function beginGroup(): void {
  if (S.groupsLeft === 0) {
    S.phase = END;
    return;
  }
  reset(group, SEED_GROUP);
  S.phase = GROUP_NAME;
}

function tryGroup(): bool {
  switch (S.phase) {
    case COUNT_GROUPS: {
      const count = tryCount(expected.GROUPS, 1);
      if (count === SUSPENDED) return false;
      S.groupsLeft = count;
      S.groups = count as f64;
      S.groupsSumLow = 0;
      S.groupsSumHigh = 0;
      beginGroup();
      return true;
    }
    case GROUP_NAME:
      if (!tryHash(group)) return false;
      S.phase = GROUP_MS;
      return true;
    case GROUP_MS:
      if (!tryInteger(expected.ID_MILLISECONDS)) return false;
      S.groupMs = S.length;
      S.phase = GROUP_SEQUENCE;
      return true;
    case GROUP_SEQUENCE:
      if (!tryInteger(expected.ID_SEQUENCE)) return false;
      S.groupSequence = S.length;
      u64Of(group, S.groupMs);
      u64Of(group, S.groupSequence);
      if (S.type !== STREAM_1) S.phase = GROUP_READ;
      else entriesRead(estimateEntriesRead());
      return true;
    default:
      if (!tryInteger(expected.ENTRIES_READ)) return false;
      entriesRead(S.length);
      return true;
  }
}

function entriesRead(count: u64): void {
  u64Of(group, count);
  S.phase = COUNT_PENDING;
}

/**
 * How many entries a group has read that an old file says nothing about. A server that loads it estimates the same
 * way, so the digest of the file equals that of the loaded data.
 */
function estimateEntriesRead(): u64 {
  if (S.entriesAdded === 0) return 0;
  const toLast = compare(S.groupMs, S.groupSequence, S.lastMs, S.lastSequence);
  if (toLast === 0) return S.entriesAdded;
  if (toLast > 0) return UNKNOWN_ENTRIES_READ;
  const toFirst = compare(S.groupMs, S.groupSequence, S.oldestMs, S.oldestSequence);
  // Nothing counts as deleted in an old file, so only an ID strictly inside the stream is left unknown.
  if (toFirst < 0) return 0;
  return toFirst === 0 ? 1 : UNKNOWN_ENTRIES_READ;
}

function tryPending(): bool {
  switch (S.phase) {
    case COUNT_PENDING: {
      const from = offset();
      const count = tryCount(expected.PENDING, ID_BYTES + TIME_BYTES + 1);
      if (count === SUSPENDED) return false;
      S.groupOffset = from;
      S.left = count;
      S.pending = count as f64;
      S.pendingSumLow = 0;
      S.pendingSumHigh = 0;
      S.idsLow = 0;
      S.idsHigh = 0;
      S.phase = PENDING;
      if (count === 0) endPending();
      return true;
    }
    case PENDING:
      if (!has(ID_BYTES + TIME_BYTES)) return false;
      addOwnedTo(offsetof<State>('idsLow'));
      reset(element, SEED_PENDING);
      bytesOf(element, S.at, ID_BYTES + TIME_BYTES);
      S.at += ID_BYTES + TIME_BYTES;
      S.phase = DELIVERIES;
      return true;
    default:
      if (!tryInteger(expected.DELIVERIES)) return false;
      u64Of(element, S.length);
      finish(element);
      addHash(offsetof<State>('pendingSumLow'));
      S.left -= 1;
      S.phase = PENDING;
      if (S.left === 0) endPending();
      return true;
  }
}

function endPending(): void {
  u64Of(group, S.pendingSumLow);
  u64Of(group, S.pendingSumHigh);
  u64Of(group, S.pending as u64);
  S.phase = COUNT_CONSUMERS;
}

/** Adds the ID at hand to a sum of IDs. */
function addOwnedTo(field: usize): void {
  reset(element, SEED_OWNED);
  bytesOf(element, S.at, ID_BYTES);
  finish(element);
  addHash(field);
}

/** Adds the last hash to two fields of the state, low half first. */
function addHash(field: usize): void {
  addTo(field, murmur.low, murmur.high);
}

function addTo(field: usize, addedLow: u64, addedHigh: u64): void {
  const at = changetype<usize>(S) + field;
  const low = load<u64>(at) + addedLow;
  store<u64>(at, load<u64>(at, 8) + addedHigh + ((low < addedLow) as u64), 8);
  store<u64>(at, low);
}

function timesBytes(): u32 {
  return S.type === STREAM_3 ? 2 * TIME_BYTES : TIME_BYTES;
}

function tryConsumers(): bool {
  switch (S.phase) {
    case COUNT_CONSUMERS: {
      const count = tryCount(expected.CONSUMERS, 2 + timesBytes());
      if (count === SUSPENDED) return false;
      S.consumersLeft = count;
      S.consumers = count as f64;
      S.consumersSumLow = 0;
      S.consumersSumHigh = 0;
      S.ownedIdsLow = 0;
      S.ownedIdsHigh = 0;
      S.ownedInAll = 0;
      beginConsumer();
      return true;
    }
    case CONSUMER_NAME:
      if (!tryHash(consumer)) return false;
      S.phase = CONSUMER_TIMES;
      return true;
    case CONSUMER_TIMES:
      // When a consumer was last seen and active is not content: any attempt to read changes it.
      if (!has(timesBytes())) return false;
      S.at += timesBytes();
      S.phase = COUNT_OWNED;
      return true;
    case COUNT_OWNED: {
      const count = tryCount(expected.OWNED, ID_BYTES);
      if (count === SUSPENDED) return false;
      S.left = count;
      S.owned = count as f64;
      S.ownedSumLow = 0;
      S.ownedSumHigh = 0;
      S.phase = OWNED;
      return true;
    }
    default:
      for (; S.left > 0; S.left--) {
        if (!has(ID_BYTES)) return false;
        addOwnedTo(offsetof<State>('ownedSumLow'));
        S.at += ID_BYTES;
      }
      endConsumer();
      return true;
  }
}

function beginConsumer(): void {
  if (S.consumersLeft === 0) return endGroup();
  reset(consumer, SEED_CONSUMER);
  S.phase = CONSUMER_NAME;
}

function endConsumer(): void {
  addTo(offsetof<State>('ownedIdsLow'), S.ownedSumLow, S.ownedSumHigh);
  S.ownedInAll += S.owned;
  u64Of(consumer, S.ownedSumLow);
  u64Of(consumer, S.ownedSumHigh);
  u64Of(consumer, S.owned as u64);
  finish(consumer);
  addHash(offsetof<State>('consumersSumLow'));
  S.consumersLeft -= 1;
  beginConsumer();
}

function endGroup(): void {
  u64Of(group, S.consumersSumLow);
  u64Of(group, S.consumersSumHigh);
  u64Of(group, S.consumers as u64);
  if (S.pending !== S.ownedInAll || S.idsLow !== S.ownedIdsLow || S.idsHigh !== S.ownedIdsHigh) {
    refuse(STREAM_OWNERS, S.groupOffset, S.pending, S.ownedInAll, 0);
  }
  finish(group);
  addHash(offsetof<State>('groupsSumLow'));
  S.groupsLeft -= 1;
  beginGroup();
}

function finishStream(): void {
  u64Of(body, S.live as u64);
  u64Of(body, S.lastMs);
  u64Of(body, S.lastSequence);
  u64Of(body, S.oldestMs);
  u64Of(body, S.oldestSequence);
  u64Of(body, S.deletedMs);
  u64Of(body, S.deletedSequence);
  u64Of(body, S.entriesAdded);
  u64Of(body, S.groupsSumLow);
  u64Of(body, S.groupsSumHigh);
  u64Of(body, S.groups as u64);
}
