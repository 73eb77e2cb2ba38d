/**
 * The values of modules, of which (but for vector sets) only the framing is known: typed parts up to an end mark. The parts are hashed as
 * they are, so equality means that the module wrote the same thing, not that it would find the same meaning in it.
 */
import { A_MODULE_ID, A_MODULE_INTEGER, A_MODULE_PART } from './expected';
import { refuse } from './host';
import { bytesOf, Message, u32Of, u64Of } from './murmur3';
import { MODULE_PART } from './refusals';
import { has, offset, tryInteger } from './source';
import { S } from './state';
import { tryHash, trySkip } from './strings';
import { FIRST, tryVectorSet, VECTOR_SET_ID } from './vector-set';

const ID = 0;
/** Also the phase in which {@link tryParts} begins. */
export const PART = 1;
const CONTENT = 2;

const END = 0;
const SIGNED = 1;
const UNSIGNED = 2;
const FLOAT = 3;
const DOUBLE = 4;
const STRING: u64 = 5;

/** Reads the module's id and the parts, into a message or, without one, to skip them. */
export function tryModule(into: Message | null): bool {
  if (S.phase === ID) {
    if (!tryInteger(A_MODULE_ID)) return false;
    if (into !== null) u64Of(into, S.length);
    S.phase = into !== null && S.length === VECTOR_SET_ID ? FIRST : PART;
  }
  if (S.phase >= FIRST) return tryVectorSet();
  return tryParts(into);
}

/** Reads parts up to the end mark. */
export function tryParts(into: Message | null): bool {
  let isOver = false;
  while (!isOver) {
    if (S.phase === PART) {
      const from = offset();
      if (!tryInteger(A_MODULE_PART)) return false;
      if (S.length > STRING) refuse(MODULE_PART, from, S.length as f64, 0, 0);
      S.field = S.length as i32;
      if (into !== null) u32Of(into, S.field);
      isOver = S.field === END;
      S.phase = isOver ? PART : CONTENT;
    }
    if (!isOver && !tryContent(into)) return false;
    S.phase = PART;
  }
  return true;
}

function tryContent(into: Message | null): bool {
  switch (S.field) {
    case SIGNED:
    case UNSIGNED:
      if (!tryInteger(A_MODULE_INTEGER)) return false;
      if (into !== null) u64Of(into, S.length);
      return true;
    case FLOAT:
      return tryFixed(4, into);
    case DOUBLE:
      return tryFixed(8, into);
    default:
      return into !== null ? tryHash(into) : trySkip();
  }
}

function tryFixed(width: u32, into: Message | null): bool {
  if (!has(width)) return false;
  if (into !== null) bytesOf(into, S.at, width);
  S.at += width;
  return true;
}
