/**
 * Vector sets (Redis 8), the values of a module that is known: what it holds, whatever the order. The graph between
 * the elements is left out: the server draws it anew, or numbers it otherwise, whenever it adds or loads elements.
 * @see https://github.com/redis/redis/blob/8.6.3/modules/vector-sets/vset.c `VectorSetRdbSave`
 */
import { addElement, beginElement } from './digest';
import { A_MODULE_INTEGER, A_MODULE_PART } from './expected';
import { refuse } from './host';
import { body, element, u64Of } from './murmur3';
import { VECTOR_SET } from './refusals';
import { offset, tryInteger } from './source';
import { S } from './state';
import { tryHash } from './strings';

/** The id of the type `vectorset` in its first and only encoding. */
export const VECTOR_SET_ID: u64 = 13683956169735844864;

/** Phases, each of which has two steps: what kind of part follows, and the part. */
export const FIRST = 20;
const _DIMENSIONS = 20;
const COUNT = 22;
const CONFIGURATION = 24;
const FLAGS = 26;
const INPUT_DIMENSIONS = 28;
const MATRIX = 30;
const NAME = 32;
const ATTRIBUTES = 34;
const VECTOR = 36;
const COUNT_PARAMETERS = 38;
const PARAMETER = 40;
const END = 42;

const PART_END: u64 = 0;
const PART_UNSIGNED: u64 = 2;
const PART_STRING: u64 = 5;

const HAS_MATRIX = 1;
const HAS_ATTRIBUTES = 2;
/** Above the quantisation: how many links an element has; 0 in old files stands for the default. */
const LINKS: u64 = 0xffff00;
const DEFAULT_LINKS: u64 = 16 << 8;

/** Reads on behind the id. The phase must begin at {@link FIRST}. */
export function tryVectorSet(): bool {
  while (S.phase <= END) {
    if ((S.phase & 1) === 0) {
      if (!tryKind()) return false;
      if (S.phase === END) break;
      S.phase += 1;
    }
    const step = S.phase - 1;
    const isText = kindOf(step) === PART_STRING;
    if (!(isText ? tryHash(step === MATRIX ? body : element) : tryInteger(A_MODULE_INTEGER))) return false;
    if (isText) S.phase = afterText(step);
    else S.phase = afterInteger(step);
  }
  u64Of(body, S.sumLow);
  u64Of(body, S.sumHigh);
  u64Of(body, S.elements as u64);
  return true;
}

function kindOf(step: i32): u64 {
  if (step === END) return PART_END;
  return step === MATRIX || (step >= NAME && step <= VECTOR) ? PART_STRING : PART_UNSIGNED;
}

function tryKind(): bool {
  const from = offset();
  if (!tryInteger(A_MODULE_PART)) return false;
  const kind = kindOf(S.phase);
  if (S.length !== kind) refuse(VECTOR_SET, from, kind as f64, S.length as f64, 0);
  return true;
}

/** @returns the phase that follows */
function afterInteger(step: i32): i32 {
  const value = S.length;
  switch (step) {
    case COUNT:
      S.left = value;
      return CONFIGURATION;
    case CONFIGURATION:
      u64Of(body, (value & LINKS) === 0 ? value | DEFAULT_LINKS : value);
      return FLAGS;
    case FLAGS:
      S.flags = value as i32;
      u64Of(body, value & HAS_MATRIX);
      return (S.flags & HAS_MATRIX) !== 0 ? INPUT_DIMENSIONS : nextElement();
    case COUNT_PARAMETERS:
      S.groupsLeft = value;
      return value > 0 ? PARAMETER : endElement();
    case PARAMETER:
      return afterParameter(value);
    default:
      u64Of(body, value);
      return step + 2;
  }
}

/** The last parameter is the length of the vector and the range of its quantisation; the others are the graph. */
function afterParameter(value: u64): i32 {
  S.groupsLeft -= 1;
  if (S.groupsLeft > 0) return PARAMETER;
  u64Of(element, value);
  return endElement();
}

function afterText(step: i32): i32 {
  switch (step) {
    case MATRIX:
      return nextElement();
    case NAME:
      if ((S.flags & HAS_ATTRIBUTES) !== 0) return ATTRIBUTES;
      // As an element without attributes among others that have some.
      u64Of(element, 0);
      return VECTOR;
    default:
      return step + 2;
  }
}

function endElement(): i32 {
  addElement();
  S.left -= 1;
  return nextElement();
}

function nextElement(): i32 {
  if (S.left === 0) return END;
  beginElement();
  return NAME;
}
