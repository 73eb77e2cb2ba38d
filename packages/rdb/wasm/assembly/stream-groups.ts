/**
 * The consumer groups of a stream. Pending entries come twice in the file, per group and per consumer; sums of hashes
 * prove that both name the same IDs without holding them in memory.
 */

import { beginGroups, beginMembers, GROUP, groups, MEMBER, members, tryMember } from './duplicates';
import * as expected from './expected';
import { refuse } from './host';
import * as murmur from './murmur3';
import { bytesOf, consumer, element, finish, group, reset, u64Of } from './murmur3';
import { PENDING_ORDER, STREAM_OWNERS } from './refusals';
import { SEED_CONSUMER, SEED_GROUP, SEED_OWNED, SEED_PENDING } from './seeds';
import { has, offset, SUSPENDED, tryCount, tryInteger } from './source';
import { QUOTED, S, State } from './state';

export const ID_BYTES: u32 = 16;
const TIME_BYTES: u32 = 8;

export const STREAM_1 = 15;
export const STREAM_3 = 21;
export const STREAM_4 = 26;

const UNKNOWN_ENTRIES_READ: u64 = 0xffffffffffffffff;

export const COUNT_GROUPS = 12;
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
export const END = 25;
/** What a stream of RDB 13 has behind its groups. */
export const AFTER_GROUPS = 26;

/** Reads on with the groups. `phase` must begin at {@link COUNT_GROUPS}, and is {@link END} or {@link AFTER_GROUPS} after the last one. */
export function tryGroups(): bool {
  if (S.phase <= GROUP_READ) return tryGroup();
  if (S.phase <= DELIVERIES) return tryPending();
  return tryConsumers();
}

export function compare(ms: u64, sequence: u64, otherMs: u64, otherSequence: u64): i32 {
  if (ms !== otherMs) return ms < otherMs ? -1 : 1;
  if (sequence === otherSequence) return 0;
  return sequence < otherSequence ? -1 : 1;
}

function beginGroup(): void {
  if (S.groupsLeft === 0) {
    S.phase = S.type === STREAM_4 ? AFTER_GROUPS : END;
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
      beginGroups(count);
      beginGroup();
      return true;
    }
    case GROUP_NAME:
      if (!tryMember(group, groups, GROUP)) return false;
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
      S.hasPending = 0;
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

/** Refuses the ID at hand unless it comes after the one before: a server writes them in order, and takes none twice. */
function checkOrder(): void {
  const ms = bswap<u64>(load<u64>(S.at));
  const sequence = bswap<u64>(load<u64>(S.at, 8));
  if (S.hasPending !== 0 && compare(S.pendingMs, S.pendingSequence, ms, sequence) >= 0) {
    store<u64>(QUOTED, S.pendingMs);
    store<u64>(QUOTED, S.pendingSequence, 8);
    store<u64>(QUOTED, ms, 16);
    store<u64>(QUOTED, sequence, 24);
    refuse(PENDING_ORDER, offset(), 0, 0, 0);
  }
  S.hasPending = 1;
  S.pendingMs = ms;
  S.pendingSequence = sequence;
}

/** Adds the ID at hand to a sum of IDs. */
function addOwnedTo(field: usize): void {
  checkOrder();
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
  return S.type >= STREAM_3 ? 2 * TIME_BYTES : TIME_BYTES;
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
      beginMembers(count);
      S.ownedIdsLow = 0;
      S.ownedIdsHigh = 0;
      S.ownedInAll = 0;
      beginConsumer();
      return true;
    }
    case CONSUMER_NAME:
      if (!tryMember(consumer, members, MEMBER)) return false;
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
      S.hasPending = 0;
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
