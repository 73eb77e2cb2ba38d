import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { EvaluationError } from './errors.ts';
import type { Json } from './paths.ts';

type Random = () => number;

interface Intrinsic {
  /** How many arguments it takes. */
  readonly takes: readonly [least: number, most: number];
  readonly apply: (args: readonly Json[], random: Random) => Json;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
const MAX_CHARACTERS = 10_000;
const MAX_RANGE = 1000;
const HASHES: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  'States.Array': { takes: [0, Number.POSITIVE_INFINITY], apply: (args) => args },
  'States.ArrayContains': {
    takes: [2, 2],
    apply: ([list, value]) => array(list).some((each) => isDeepStrictEqual(each, value)),
  },
  'States.ArrayGetItem': { takes: [2, 2], apply: ([list, index]) => itemAt(array(list), whole(index)) },
  'States.ArrayLength': { takes: [1, 1], apply: ([list]) => array(list).length },
  'States.ArrayPartition': { takes: [2, 2], apply: ([list, size]) => partition(array(list), whole(size)) },
  'States.ArrayRange': {
    takes: [3, 3],
    apply: ([first, last, step]) => range(whole(first), whole(last), whole(step)),
  },
  'States.ArrayUnique': { takes: [1, 1], apply: ([list]) => unique(array(list)) },
  'States.Base64Decode': {
    takes: [1, 1],
    apply: ([coded]) => Buffer.from(short(text(coded)), 'base64').toString(),
  },
  'States.Base64Encode': {
    takes: [1, 1],
    apply: ([plain]) => Buffer.from(short(text(plain))).toString('base64'),
  },
  'States.Format': { takes: [1, Number.POSITIVE_INFINITY], apply: format },
  'States.Hash': { takes: [2, 2], apply: ([data, algorithm]) => hash(data, text(algorithm)) },
  'States.JsonMerge': { takes: [3, 3], apply: ([one, other, deep]) => merge(one, other, deep) },
  'States.JsonToString': { takes: [1, 1], apply: ([value]) => JSON.stringify(value) },
  'States.MathAdd': { takes: [2, 2], apply: ([one, other]) => whole(one) + whole(other) },
  'States.MathRandom': {
    takes: [2, 2],
    apply: ([from, to], random) => between(whole(from), whole(to), random),
  },
  'States.StringSplit': { takes: [2, 2], apply: ([whole, at]) => split(text(whole), text(at)) },
  'States.StringToJson': { takes: [1, 1], apply: ([json]) => parse(text(json)) },
  'States.UUID': { takes: [0, 0], apply: (_none, random) => uuid(random) },
};

/** @returns why a call is refused when its state machine is created, if it is */
export function objectionTo(name: string, count: number): string | undefined {
  if (!Object.hasOwn(INTRINSICS, name)) return `the intrinsic function ${name}`;
  // AWS's numbers from a seed cannot be had without AWS's generator.
  if (name === 'States.MathRandom' && count === 3) return 'the seed of States.MathRandom';
  const [least, most] = INTRINSICS[name]?.takes ?? [0, 0];
  return count < least || count > most ? `${name} with ${count} arguments` : undefined;
}

/** @throws EvaluationError `States.IntrinsicFailure` if the arguments are not what the function takes */
export function callIntrinsic(name: string, args: readonly Json[], random: Random): Json {
  try {
    return INTRINSICS[name]?.apply(args, random);
  } catch (error) {
    if (!(error instanceof RangeError) && !(error instanceof SyntaxError)) throw error;
    throw new EvaluationError(
      `The function '${name}' had the following error: ${error.message}`,
      'States.IntrinsicFailure',
    );
  }
}

function demand(isMet: boolean, message: string): void {
  if (!isMet) throw new RangeError(message);
}

function array(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new RangeError(`${JSON.stringify(value)} is no array`);
  return value;
}

function text(value: Json): string {
  if (typeof value !== 'string') throw new RangeError(`${JSON.stringify(value)} is no string`);
  return value;
}

/** Rounds, as AWS does: halves up. */
function whole(value: Json): number {
  if (typeof value !== 'number') throw new RangeError(`${JSON.stringify(value)} is no number`);
  return Math.round(value);
}

function short(value: string): string {
  demand(value.length <= MAX_CHARACTERS, `it takes ${MAX_CHARACTERS} characters at most`);
  return value;
}

function itemAt(list: readonly Json[], index: number): Json {
  demand(index >= 0 && index < list.length, `there is no item ${index}`);
  return list[index];
}

function partition(list: readonly Json[], size: number): Json {
  demand(size > 0, 'the size of a chunk must be positive');
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}

function range(first: number, last: number, step: number): Json {
  demand(step !== 0, 'the step must not be 0');
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  demand(length <= MAX_RANGE, `an array has ${MAX_RANGE} items at most`);
  return Array.from({ length }, (_, at) => first + at * step);
}

function unique(list: readonly Json[]): Json {
  return list.filter((each, at) => list.findIndex((other) => isDeepStrictEqual(each, other)) === at);
}

/** https://states-language.net/spec.html#appendix-b: as many values as places, and no array and no object among them. */
function format([template, ...values]: readonly Json[]): string {
  const left = [...values];
  const formatted = text(template).replaceAll(/\\(.)|\{\}/g, (_found, escaped?: string) => {
    if (escaped !== undefined) return escaped;
    demand(left.length > 0, 'there are fewer values than places for them');
    const value = left.shift();
    demand(typeof value !== 'object' || value === null, `${JSON.stringify(value)} is no single value`);
    return String(value);
  });
  demand(left.length === 0, 'there are more values than places for them');
  return formatted;
}

function hash(data: Json, algorithm: string): string {
  const known = HASHES[algorithm];
  if (known === undefined) throw new RangeError(`${algorithm} is none of ${Object.keys(HASHES).join(', ')}`);
  return createHash(known)
    .update(short(typeof data === 'string' ? data : JSON.stringify(data)))
    .digest('hex');
}

/** Shallow: AWS has no other. */
function merge(one: Json, other: Json, deep: Json): Json {
  demand(deep === false, 'the third argument must be false');
  demand([one, other].every(isObject), 'it merges two objects');
  return Object.assign({}, one, other);
}

function isObject(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function between(from: number, to: number, random: Random): number {
  demand(from < to, 'the first number must be less than the second');
  return from + Math.floor(random() * (to - from));
}

/** Each character of the second text separates; what is empty is left out. */
function split(whole: string, separators: string): Json {
  const parts = [''];
  for (const character of whole) {
    if (separators.includes(character)) parts.push('');
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part !== '');
}

function parse(json: string): Json {
  return json.trim() === '' ? null : JSON.parse(json);
}

/** Version 4. */
function uuid(random: Random): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (place) => {
    const digit = Math.floor(random() * 16);
    return (place === 'x' ? digit : (digit & 3) | 8).toString(16);
  });
}
