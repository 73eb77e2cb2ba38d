/** The entries of a stream's node that lies in memory whole: most are. */

import { PART } from './layout';
import { body, bytesOf } from './murmur3';
import { next } from './packed';
import { putNext, putString } from './put-element';
import { S } from './state';
import {
  after,
  before,
  ENTRY,
  end,
  isDeleted,
  LENGTH,
  MS,
  OWN_COUNT,
  OWN_FIELD,
  OWN_VALUE,
  SAME_FIELDS,
  SAME_VALUE,
  SEQUENCE,
} from './stream-entries';

/** Fields and values put so far are hashed here; one more of each has room behind. */
const GATHERED_END: usize = PART + 65536;

/**
 * Walks the entries of a node that lies in memory whole, after its master entry: as `before` and `after` do element by
 * element.
 */
export function walkEntries(): void {
  while (next()) {
    takeInteger(ENTRY);
    nextInteger(MS);
    nextInteger(SEQUENCE);
    if (S.role === OWN_COUNT) nextInteger(OWN_COUNT);
    walkFields();
    nextInteger(LENGTH);
  }
}

function takeInteger(role: i32): void {
  S.role = role;
  before();
  after();
}

function nextInteger(role: i32): void {
  S.role = role;
  if (!next()) end();
  takeInteger(role);
}

/** Puts fields and values one after the other and hashes them together. */
function walkFields(): void {
  const isSame = (S.flags & SAME_FIELDS) !== 0;
  let at: usize = PART;
  for (; S.fieldsLeft > 0; S.fieldsLeft--) {
    if (isSame) {
      const size = load<u32>(S.nameAt);
      at = putString(at, S.nameAt + 4, size);
      S.nameAt += 4 + size;
    } else {
      at = putElement(at, OWN_FIELD);
    }
    at = putElement(at, isSame ? SAME_VALUE : OWN_VALUE);
    if (at > GATHERED_END) at = hashFields(at);
  }
  hashFields(at);
}

function putElement(to: usize, role: i32): usize {
  const at = putNext(to);
  if (at !== 0) return at;
  S.role = role;
  end();
  return 0;
}

/** @returns where the next are put */
function hashFields(to: usize): usize {
  if (!isDeleted()) bytesOf(body, PART, (to - PART) as u32);
  return PART;
}
