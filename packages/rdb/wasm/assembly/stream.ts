/** Streams: nodes of entries, IDs and counters, and consumer groups. */

import * as expected from './expected';
import { refuse } from './host';
import { body, u64Of } from './murmur3';
import { LISTPACK } from './packed';
import { NODE_ID_SIZE, NODE_ORDER, STREAM_LAST_ID, STREAM_LENGTH } from './refusals';
import { offset, SUSPENDED, tryCount, tryInteger } from './source';
import { QUOTED, S } from './state';
import { COUNT_GROUPS, compare, END, ID_BYTES, STREAM_1, tryGroups } from './stream-groups';
import { tryProducers } from './stream-producers';
import { limit, NOT_THERE, tryString } from './strings';
import { STREAM_NODE, tryPacked } from './walk';

const COUNT_NODES = 0;
const NODE_ID = 1;
const NODE = 2;
const COUNTERS = 3;
const AFTER_COUNTERS = 11;
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
  return phase < END ? tryGroups() : tryProducers();
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
  S.nodes = 0;
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
  const ms = bswap<u64>(load<u64>(S.start));
  const sequence = bswap<u64>(load<u64>(S.start, 8));
  if (S.nodes > 0 && compare(S.nodeMs, S.nodeSequence, ms, sequence) >= 0) {
    store<u64>(QUOTED, S.nodeMs);
    store<u64>(QUOTED, S.nodeSequence, 8);
    store<u64>(QUOTED, ms, 16);
    store<u64>(QUOTED, sequence, 24);
    refuse(NODE_ORDER, from, 0, 0, 0);
  }
  S.nodes += 1;
  S.nodeMs = ms;
  S.nodeSequence = sequence;
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
    if (S.nodes === 0) refuse(STREAM_LENGTH, S.countersOffset, 0, 0, 0);
    // Betas of Redis 5.0 miscounted, and every server has carried it on since; only newer Valkeys refuse it.
    S.wrongLengths += 1;
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

function finishStream(): void {
  // What the server keeps and answers, also where it is not the number of entries.
  u64Of(body, S.streamLength);
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
