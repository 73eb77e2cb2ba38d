/** Decodes values of every type, checks them throughout and puts their canonical form into the item of the key. */
import {
  COUNT,
  ELEMENT,
  SECOND,
  STRING,
  tryBegin,
  tryHashOf,
  tryHashWithExpiryAfter,
  tryHashWithExpiryBefore,
  trySet,
  tryZset,
} from './collections';
import { addGathered } from './elements';
import * as expected from './expected';
import { refuse } from './host';
import { tryModule } from './module';
import { body } from './murmur3';
import { INTSET, LISTPACK, ZIPLIST, ZIPMAP } from './packed';
import { BAD_CONTAINER, EMPTY_NODE } from './refusals';
import { offset, tryInteger, tryU64 } from './source';
import { S } from './state';
import { tryStream } from './stream';
import { tryHash } from './strings';
import { EXPIRING_HASH_OF, HASH_OF, LIST_OF, SET_OF, tryPacked, ZSET_OF } from './walk';

const CONTAINER_PLAIN: u64 = 1;
const CONTAINER_PACKED: u64 = 2;

/** Reads the value that comes next. `phase` must begin at 0; called again after a suspension, it goes on. */
export function tryValue(): bool {
  const isDone = tryKind();
  addGathered();
  return isDone;
}

function tryKind(): bool {
  switch (S.type) {
    case 0:
      return tryHash(body);
    case 1:
      return tryList();
    case 2:
      return trySet();
    case 3:
    case 5:
      return tryZset();
    case 4:
      return tryHashOf();
    case 7:
      return tryModule(body);
    case 9:
      return tryPacked(ZIPMAP, HASH_OF);
    case 10:
      return tryPacked(ZIPLIST, LIST_OF);
    case 11:
      return tryPacked(INTSET, SET_OF);
    case 12:
      return tryPacked(ZIPLIST, ZSET_OF);
    case 13:
      return tryPacked(ZIPLIST, HASH_OF);
    case 14:
      return tryQuicklist();
    case 16:
      return tryPacked(LISTPACK, HASH_OF);
    case 17:
      return tryPacked(LISTPACK, ZSET_OF);
    case 18:
      return tryQuicklist2();
    case 20:
      return tryPacked(LISTPACK, SET_OF);
    case 22:
      return tryHashWithExpiryAfter();
    case 24:
      return tryHashWithExpiryBefore();
    case 25:
      return tryExpiringListpack();
    default:
      return tryStream();
  }
}

function tryList(): bool {
  if (!tryBegin(expected.ELEMENTS, 1)) return false;
  for (; S.left > 0; S.left--) {
    if (!tryHash(body)) return false;
    S.elements += 1;
  }
  return true;
}

function tryQuicklist(): bool {
  if (!tryBegin(expected.NODES, 1)) return false;
  for (; S.left > 0; S.left--) if (!tryPacked(ZIPLIST, LIST_OF)) return false;
  return true;
}

function tryQuicklist2(): bool {
  if (!tryBegin(expected.NODES, 2)) return false;
  for (; S.left > 0; S.left--) {
    if (S.phase === ELEMENT) {
      const from = offset();
      if (!tryInteger(expected.A_CONTAINER)) return false;
      if (S.length !== CONTAINER_PLAIN && S.length !== CONTAINER_PACKED) {
        refuse(BAD_CONTAINER, from, S.length as f64, 0, 0);
      }
      S.phase = S.length === CONTAINER_PACKED ? SECOND : STRING;
    }
    if (S.phase === SECOND) {
      if (!tryPacked(LISTPACK, LIST_OF)) return false;
    } else {
      if (!tryHash(body)) return false;
      if (S.stringLength === 0) refuse(EMPTY_NODE, offset(), 0, 0, 0);
      S.elements += 1;
    }
    S.phase = ELEMENT;
  }
  return true;
}

/** The earliest expiry, which the fields' own repeat, then the listpack. */
function tryExpiringListpack(): bool {
  if (S.phase === COUNT) {
    if (!tryU64()) return false;
    S.phase = ELEMENT;
  }
  return tryPacked(LISTPACK, EXPIRING_HASH_OF);
}
