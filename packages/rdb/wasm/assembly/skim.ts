/** Passes over values by their outer lengths alone: no decompression, no look inside packed values. */
import {
  A_NODE_OR_EXPIRY,
  CONSUMERS,
  ELEMENTS,
  GROUPS,
  MESSAGES,
  NODES,
  PENDING,
  PRODUCERS,
  STREAM_INTEGER,
} from './expected';
import { refuse } from './host';
import { tryModule } from './module';
import { NODE_ID_SIZE } from './refusals';
import { has, offset, SUSPENDED, tryCount, tryInteger } from './source';
import { S } from './state';
import { STREAM_1, STREAM_3, STREAM_4 } from './stream-groups';
import { trySkip } from './strings';

const ID_BYTES: u32 = 16;
const TIME_BYTES: u32 = 8;
/** From here on the length byte of a score stands for the score itself. */
const FIRST_NAMED_SCORE: u32 = 253;

/** Whether the value that was passed, as far as its lengths tell, has no elements. */
export let wasEmpty: bool = false;

/** The size of a packed value of this type without elements; 0 for other types. */
function emptyBytes(type: i32): u64 {
  switch (type) {
    case 9:
      return 2;
    case 11:
      return 8;
    case 10:
    case 12:
    case 13:
      return 11;
    case 16:
    case 17:
    case 20:
    case 25:
      return 7;
    default:
      return 0;
  }
}

/** Passes the value that comes next. `phase` must begin at 0; called again after a suspension, it goes on. */
export function trySkim(): bool {
  wasEmpty = false;
  const type = S.type;
  if (type === 0) return trySkip();
  const empty = emptyBytes(type);
  if (empty > 0) {
    if (S.phase === 0 && type === 25 && !tryBytes(TIME_BYTES)) return false;
    S.phase = 1;
    if (!trySkip()) return false;
    wasEmpty = S.stringLength <= empty;
    return true;
  }
  if (type === 7) return tryModule(null);
  if (type === 15 || type === 19 || type === 21 || type === 26) return trySkimStream();
  return tryRepeated(type);
}

function tryBytes(count: u32): bool {
  if (!has(count)) return false;
  S.at += count;
  return true;
}

const EARLIEST = 0;
const COUNT = 1;
const NUMBER = 2;
const FIRST = 3;
const SECOND = 4;
const SCORE = 5;
/** Like FIRST, of a list node that holds one element, not packed. */
const PLAIN = 6;
const CONTAINER_PLAIN: u64 = 1;

/** The size of a packed list node without elements, which a server drops; 0 for other types. */
function emptyNodeBytes(type: i32): u64 {
  return type === 14 ? 11 : type === 18 ? 7 : 0;
}

function tryRepeated(type: i32): bool {
  if (S.phase === EARLIEST) {
    if (type === 24 && !tryBytes(TIME_BYTES)) return false;
    S.phase = COUNT;
  }
  const begins = type === 18 || type === 24 ? NUMBER : FIRST;
  if (S.phase === COUNT) {
    const count = tryCount(ELEMENTS, 1);
    if (count === SUSPENDED) return false;
    S.left = count;
    S.entries = count as f64;
    S.phase = begins;
  }
  const pairs = type === 4 || type === 22 || type === 24;
  const scored = type === 3 || type === 5 || type === 22;
  const emptyNode = emptyNodeBytes(type);
  for (; S.left > 0; S.left--) {
    if (S.phase === NUMBER) {
      if (!tryInteger(A_NODE_OR_EXPIRY)) return false;
      S.phase = type === 18 && S.length === CONTAINER_PLAIN ? PLAIN : FIRST;
    }
    if (S.phase === FIRST || S.phase === PLAIN) {
      if (!trySkip()) return false;
      if (emptyNode > 0 && S.phase === FIRST && S.stringLength <= emptyNode) S.entries -= 1;
      S.phase = SECOND;
    }
    if (S.phase === SECOND) {
      if (pairs && !trySkip()) return false;
      S.phase = SCORE;
    }
    if (scored && !(type === 3 ? tryTextScore() : tryBytes(8))) return false;
    S.phase = begins;
  }
  wasEmpty = S.entries === 0;
  return true;
}

function tryTextScore(): bool {
  if (!has(1)) return false;
  const size: u32 = load<u8>(S.at);
  return tryBytes(size < FIRST_NAMED_SCORE ? 1 + size : 1);
}

const COUNT_NODES = 0;
const NODE_ID = 1;
const NODE = 2;
const COUNTERS = 3;
const COUNT_GROUPS = 4;
const GROUP_NAME = 5;
const GROUP_COUNTERS = 6;
const COUNT_PENDING = 7;
const PENDING_ID = 8;
const DELIVERIES = 9;
const COUNT_CONSUMERS = 10;
const CONSUMER_NAME = 11;
const CONSUMER_TIMES = 12;
const COUNT_OWNED = 13;
const OWNED = 14;
const END = 15;
const LIMITS = 16;
const COUNT_PRODUCERS = 17;
const PRODUCER = 18;
const COUNT_MESSAGES = 19;
const MESSAGE = 20;
const MESSAGE_ID = 21;
const TOTALS = 22;

function trySkimStream(): bool {
  while (S.phase !== END) {
    if (!trySkimPart()) return false;
  }
  return true;
}

function trySkimPart(): bool {
  const phase = S.phase;
  if (phase <= COUNTERS) return trySkimNodes();
  if (phase <= DELIVERIES) return trySkimGroup();
  return phase < END ? trySkimConsumers() : trySkimProducers();
}

function endGroups(): void {
  S.phase = S.type === STREAM_4 ? LIMITS : END;
  S.field = 2;
}

/** Reads a number of things to come into `left`. */
function tryLeft(what: i32, bytesEach: f64): bool {
  const count = tryCount(what, bytesEach);
  if (count === SUSPENDED) return false;
  S.left = count;
  return true;
}

function tryIntegers(): bool {
  for (; S.field > 0; S.field--) if (!tryInteger(STREAM_INTEGER)) return false;
  return true;
}

function trySkimNodes(): bool {
  switch (S.phase) {
    case COUNT_NODES:
      if (!tryLeft(NODES, 2)) return false;
      break;
    case NODE_ID:
      if (!trySkip()) return false;
      if (S.stringLength !== ID_BYTES) refuse(NODE_ID_SIZE, offset(), S.stringLength as f64, 0, 0);
      S.phase = NODE;
      return true;
    case NODE:
      if (!trySkip()) return false;
      S.left -= 1;
      break;
    default:
      if (!tryIntegers()) return false;
      S.phase = COUNT_GROUPS;
      return true;
  }
  S.phase = S.left > 0 ? NODE_ID : COUNTERS;
  S.field = S.type === STREAM_1 ? 3 : 8;
  return true;
}

function trySkimGroup(): bool {
  switch (S.phase) {
    case COUNT_GROUPS:
      if (!tryLeft(GROUPS, 1)) return false;
      S.groupsLeft = S.left;
      if (S.groupsLeft > 0) S.phase = GROUP_NAME;
      else endGroups();
      return true;
    case GROUP_NAME:
      if (!trySkip()) return false;
      S.field = S.type === STREAM_1 ? 2 : 3;
      S.phase = GROUP_COUNTERS;
      return true;
    case GROUP_COUNTERS:
      if (!tryIntegers()) return false;
      S.phase = COUNT_PENDING;
      return true;
    case COUNT_PENDING:
      if (!tryLeft(PENDING, ID_BYTES)) return false;
      break;
    case PENDING_ID:
      if (!tryBytes(ID_BYTES + TIME_BYTES)) return false;
      S.phase = DELIVERIES;
      return true;
    default:
      if (!tryInteger(STREAM_INTEGER)) return false;
      S.left -= 1;
  }
  S.phase = S.left > 0 ? PENDING_ID : COUNT_CONSUMERS;
  return true;
}

function trySkimConsumers(): bool {
  switch (S.phase) {
    case COUNT_CONSUMERS:
      if (!tryLeft(CONSUMERS, 1)) return false;
      S.consumersLeft = S.left;
      break;
    case CONSUMER_NAME:
      if (!trySkip()) return false;
      S.phase = CONSUMER_TIMES;
      return true;
    case CONSUMER_TIMES:
      if (!tryBytes(S.type >= STREAM_3 ? 2 * TIME_BYTES : TIME_BYTES)) return false;
      S.phase = COUNT_OWNED;
      return true;
    case COUNT_OWNED:
      if (!tryLeft(PENDING, ID_BYTES)) return false;
      S.phase = OWNED;
      return true;
    default:
      for (; S.left > 0; S.left--) if (!tryBytes(ID_BYTES)) return false;
      S.consumersLeft -= 1;
  }
  if (S.consumersLeft > 0) {
    S.phase = CONSUMER_NAME;
    return true;
  }
  S.groupsLeft -= 1;
  if (S.groupsLeft > 0) S.phase = GROUP_NAME;
  else endGroups();
  return true;
}

function trySkimProducers(): bool {
  switch (S.phase) {
    case LIMITS:
      if (!tryIntegers()) return false;
      S.phase = COUNT_PRODUCERS;
      return true;
    case COUNT_PRODUCERS:
      if (!tryLeft(PRODUCERS, 2)) return false;
      S.groupsLeft = S.left;
      break;
    case PRODUCER:
      if (!trySkip()) return false;
      S.phase = COUNT_MESSAGES;
      return true;
    case COUNT_MESSAGES:
      if (!tryLeft(MESSAGES, 3)) return false;
      S.phase = MESSAGE;
      return true;
    case MESSAGE:
    case MESSAGE_ID:
      if (!trySkimMessages()) return false;
      S.groupsLeft -= 1;
      break;
    default:
      if (!tryIntegers()) return false;
      S.phase = END;
      return true;
  }
  S.phase = S.groupsLeft > 0 ? PRODUCER : TOTALS;
  S.field = 2;
  return true;
}

function trySkimMessages(): bool {
  for (; S.left > 0; S.left--) {
    if (S.phase === MESSAGE) {
      if (!trySkip()) return false;
      S.field = 2;
      S.phase = MESSAGE_ID;
    }
    if (!tryIntegers()) return false;
    S.phase = MESSAGE;
  }
  return true;
}
