import { ByteReader } from './byte-reader.ts';
import { RdbError } from './errors.ts';
import { type RdbFormat, Type, typeOf } from './format.ts';
import { listpackElements, ziplistElements } from './packed-elements.ts';
import type { RangedBytes } from './restore.ts';

/** Where a value lies in a file, and what it is. */
export interface ValuePlace {
  /** The file's own number of its type. */
  readonly type: number;
  readonly valueOffset: number;
  readonly valueBytes: number;
}

/** How many bytes of a long string come at once. */
const PART_BYTES = 4 * 1024 * 1024;
/** Nodes of Redis 7's lists: one element, or a listpack of many. */
const PLAIN_NODE = 1;

type Reading = (bytes: ByteReader) => AsyncGenerator<Uint8Array, void, undefined>;

/** How many texts make an element of a type whose values can be read one by one. */
const READINGS: Readonly<Record<number, Reading>> = {
  [Type.string]: (bytes) => bytes.stringInParts(PART_BYTES),
  [Type.list]: strings(1),
  [Type.set]: strings(1),
  [Type.hash]: strings(2),
  [Type.zset]: scored((bytes) => bytes.textScore()),
  [Type.zset2]: scored((bytes) => bytes.doubleScore()),
  [Type.listQuicklist]: nodes(async (bytes) => ziplistElements(await bytes.string())),
  [Type.listQuicklist2]: nodes(async (bytes) => {
    const container = await bytes.length();
    const node = await bytes.string();
    return container === PLAIN_NODE ? [node] : listpackElements(node);
  }),
};

/** Whether {@link elementsOf} reads values of this type: those that grow without end, but for streams. */
export const hasElements = (type: number): boolean => READINGS[type] !== undefined;

/** The type's name, as TYPE answers it. @throws RdbError if the format has no such type */
export const typeNameOf = (type: number, format: RdbFormat) => typeOf(type, format, 0).keyType;

/**
 * The elements of a value as texts, in the order of the file: of a list and a set each element, of a hash field and value
 * in turns, of a sorted set member and score, of a string its bytes in parts. No more than a node, or one element, is held.
 *
 * @throws RdbError if the bytes are no such value
 */
export async function* elementsOf(
  source: RangedBytes,
  { type, valueOffset, valueBytes }: ValuePlace,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reading = READINGS[type];
  if (reading === undefined)
    throw new RdbError('UnsupportedType', valueOffset, `expected a value of elements, found type ${type}`);
  const bytes = new ByteReader(source.read(valueOffset, valueOffset + valueBytes), valueOffset);
  yield* reading(bytes);
}

function strings(each: number): Reading {
  return async function* (bytes) {
    const count = (await bytes.length()) * each;
    for (let at = 0; at < count; at++) yield await bytes.string();
  };
}

function scored(readScore: (bytes: ByteReader) => Promise<number>): Reading {
  return async function* (bytes) {
    const count = await bytes.length();
    for (let at = 0; at < count; at++) {
      yield await bytes.string();
      yield scoreText(await readScore(bytes));
    }
  };
}

function nodes(read: (bytes: ByteReader) => Promise<Iterable<Uint8Array>>): Reading {
  return async function* (bytes) {
    const count = await bytes.length();
    for (let at = 0; at < count; at++) yield* await read(bytes);
  };
}

/** Reads back as the same double. */
function scoreText(score: number): Uint8Array {
  if (score === Number.POSITIVE_INFINITY) return encoder.encode('inf');
  if (score === Number.NEGATIVE_INFINITY) return encoder.encode('-inf');
  return encoder.encode(Object.is(score, -0) ? '-0' : String(score));
}

const encoder = new TextEncoder();
