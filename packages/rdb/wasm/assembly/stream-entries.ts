/**
 * The entries of a stream, from its nodes: listpacks that begin with a master entry (how many entries live, how many
 * are deleted, the usual field names), followed by entries that give their ID relative to the node's.
 */

import { TEXT_END, writeInteger } from './decimal';
import {
  A_FIELD,
  A_VALUE,
  DELETED_ENTRIES,
  ENTRY_LENGTH,
  FLAGS,
  LIVE_ENTRIES,
  MASTER_END,
  MASTER_FIELD,
  MS_DIFFERENCE,
  NUMBER_OF_FIELDS,
  SEQUENCE_DIFFERENCE,
} from './expected';
import { refuse } from './host';
import { NAMES, NAMES_BYTES, SMALL_BYTES } from './layout';
import { body, prefixed, u64Of } from './murmur3';
import { refusePacked } from './packed-element';
import { append, pass } from './put-element';
import {
  NAMES_TOO_LARGE,
  NODE_ENTRIES,
  PACKED_ENTRY_LENGTH,
  PACKED_FLAGS,
  PACKED_MASTER_END,
  PACKED_MISSING,
  PACKED_NEGATIVE,
  PACKED_NOT_INTEGER,
  STREAM_ORDER,
} from './refusals';
import { QUOTED, S } from './state';

const DELETED = 1;
export const SAME_FIELDS = 2;
/** Elements of an entry besides its values: flags, two ID differences. */
const FIXED_ELEMENTS: i64 = 3;

/** What the next element is. */
const LIVE = 0;
const GONE = 1;
const FIELD_COUNT = 2;
const NAME = 3;
const END_OF_MASTER = 4;
export const ENTRY = 5;
export const MS = 6;
export const SEQUENCE = 7;
export const SAME_VALUE = 8;
export const OWN_COUNT = 9;
export const OWN_FIELD = 10;
export const OWN_VALUE = 11;
export const LENGTH = 12;

/** Begins a node. */
export function begin(): void {
  S.role = LIVE;
  S.seenLive = 0;
  S.seenDeleted = 0;
  S.names = 0;
  S.namesEnd = NAMES;
}

function expectedAt(role: i32): i32 {
  switch (role) {
    case LIVE:
      return LIVE_ENTRIES;
    case GONE:
      return DELETED_ENTRIES;
    case FIELD_COUNT:
    case OWN_COUNT:
      return NUMBER_OF_FIELDS;
    case NAME:
      return MASTER_FIELD;
    case END_OF_MASTER:
      return MASTER_END;
    case ENTRY:
      return FLAGS;
    case MS:
      return MS_DIFFERENCE;
    case SEQUENCE:
      return SEQUENCE_DIFFERENCE;
    case OWN_FIELD:
      return A_FIELD;
    case LENGTH:
      return ENTRY_LENGTH;
    default:
      return A_VALUE;
  }
}

export function isDeleted(): bool {
  return (S.flags & DELETED) !== 0;
}

/** What is done with an element as its bytes come by. */
export function before(): void {
  const role = S.role;
  if (role === NAME) return keepName();
  if (role === SAME_VALUE || role === OWN_FIELD || role === OWN_VALUE) {
    if (role === SAME_VALUE) appendName();
    if (!isDeleted()) append(body);
    else if (S.isHuge !== 0) pass(0);
    return;
  }
  if (S.isInteger === 0) refusePacked(PACKED_NOT_INTEGER, expectedAt(role), 0);
}

/** Keeps a field name of the master entry. */
function keepName(): void {
  let from = S.elementAt as usize;
  let size = S.elementSize;
  if (S.isInteger !== 0) {
    from = writeInteger(S.integer);
    size = TEXT_END - (from as u32);
  }
  const most: u32 = S.isLong !== 0 ? SMALL_BYTES : NAMES_BYTES;
  if (S.isHuge !== 0 || S.namesEnd - NAMES + size + 4 > most) {
    refuse(NAMES_TOO_LARGE, S.packedOffset, most, 0, 0);
  }
  store<u32>(S.namesEnd, size);
  memory.copy(S.namesEnd + 4, from, size);
  S.namesEnd += 4 + size;
  S.names += 1;
}

function appendName(): void {
  const size = load<u32>(S.nameAt);
  if (!isDeleted()) prefixed(body, S.nameAt + 4, size);
  S.nameAt += 4 + size;
}

/** What is done once they have. */
export function after(): void {
  switch (S.role) {
    case LIVE:
      S.nodeLive = S.integer;
      S.role = GONE;
      return;
    case GONE:
      S.nodeDeleted = S.integer;
      S.role = FIELD_COUNT;
      return;
    case FIELD_COUNT:
      S.fieldsLeft = count();
      S.role = S.fieldsLeft > 0 ? NAME : END_OF_MASTER;
      return;
    case NAME:
      S.fieldsLeft -= 1;
      if (S.fieldsLeft === 0) S.role = END_OF_MASTER;
      return;
    case END_OF_MASTER:
      if (S.integer !== 0) refusePacked(PACKED_MASTER_END, S.integer as f64, 0);
      S.role = ENTRY;
      return;
    default:
      return afterOfEntry();
  }
}

function count(): i64 {
  if (S.integer < 0) refusePacked(PACKED_NEGATIVE, S.integer as f64, 0);
  return S.integer;
}

export function afterOfEntry(): void {
  switch (S.role) {
    case ENTRY:
      if (S.integer < 0 || S.integer > 3) refusePacked(PACKED_FLAGS, S.integer as f64, 0);
      S.flags = S.integer as i32;
      S.role = MS;
      return;
    case MS:
      S.idMs = S.nodeMs + S.integer;
      S.role = SEQUENCE;
      return;
    case SEQUENCE:
      S.idSequence = S.nodeSequence + S.integer;
      return beginEntry();
    case OWN_COUNT:
      S.entryFields = count();
      S.fieldsLeft = S.entryFields;
      if (!isDeleted()) u64Of(body, S.entryFields);
      S.role = S.fieldsLeft > 0 ? OWN_FIELD : LENGTH;
      return;
    case OWN_FIELD:
      S.role = OWN_VALUE;
      return;
    case LENGTH:
      return endEntry();
    default:
      S.fieldsLeft -= 1;
      if (S.fieldsLeft === 0) S.role = LENGTH;
      else if (S.role === OWN_VALUE) S.role = OWN_FIELD;
  }
}

function beginEntry(): void {
  if (S.entries > 0 && !isAfterLast()) {
    store<u64>(QUOTED, S.entryMs);
    store<u64>(QUOTED, S.entrySequence, 8);
    store<u64>(QUOTED, S.idMs, 16);
    store<u64>(QUOTED, S.idSequence, 24);
    refuse(STREAM_ORDER, S.packedOffset, 0, 0, 0);
  }
  S.entryMs = S.idMs;
  S.entrySequence = S.idSequence;
  S.entries += 1;
  if (!isDeleted()) {
    if (S.hasFirst === 0) {
      S.firstMs = S.idMs;
      S.firstSequence = S.idSequence;
      S.hasFirst = 1;
    }
    u64Of(body, S.idMs);
    u64Of(body, S.idSequence);
  }
  if ((S.flags & SAME_FIELDS) === 0) {
    S.role = OWN_COUNT;
    return;
  }
  S.entryFields = S.names;
  S.fieldsLeft = S.names;
  S.nameAt = NAMES;
  if (!isDeleted()) u64Of(body, S.names);
  S.role = S.names > 0 ? SAME_VALUE : LENGTH;
}

function isAfterLast(): bool {
  return S.idMs > S.entryMs || (S.idMs === S.entryMs && S.idSequence > S.entrySequence);
}

function endEntry(): void {
  const isSame = (S.flags & SAME_FIELDS) !== 0;
  const elements = isSame ? S.entryFields + FIXED_ELEMENTS : S.entryFields * 2 + FIXED_ELEMENTS + 1;
  if (S.integer !== elements) refusePacked(PACKED_ENTRY_LENGTH, elements as f64, S.integer as f64);
  if (isDeleted()) S.seenDeleted += 1;
  else S.seenLive += 1;
  S.role = ENTRY;
}

/** The node has ended: it may do so only after a whole entry, and with as many as it announced. */
export function end(): void {
  if (S.role !== ENTRY) refusePacked(PACKED_MISSING, expectedAt(S.role), 0);
  const announced = S.nodeLive + S.nodeDeleted;
  if (S.seenLive !== S.nodeLive || S.seenDeleted !== S.nodeDeleted || announced === 0) {
    store<f64>(QUOTED, S.seenDeleted as f64);
    refuse(NODE_ENTRIES, S.packedOffset, S.nodeLive as f64, S.nodeDeleted as f64, S.seenLive as f64);
  }
  S.live += S.nodeLive as f64;
  S.elements += S.nodeLive as f64;
}
