/** The types of values, and how each is read. */
import type { KeyType } from '../../index.ts';
import type { Cursor, Text } from './cursor.ts';
import { lp } from './hashes.ts';
import { readModule } from './modules.ts';
import { type Element, INTSET, LISTPACK, type Packing, textOf, ZIPLIST, ZIPMAP } from './packed.ts';
import { damaged, unsupported } from './refusal.ts';
import { streamOf } from './streams.ts';
import { type Content, type Field, hashOf, listOf, setOf, sortedSetOf, type Value } from './value.ts';

export interface RdbFormat {
  readonly flavour: 'redis' | 'valkey';
  readonly version: number;
}

export interface RdbType {
  /** As summaries call the encoding. */
  readonly name: string;
  readonly keyType: KeyType;
  readonly read: (cursor: Cursor) => Value;
}

/** The latest expiry of a field that Redis takes: it keeps 48 bits. */
const MAX_FIELD_EXPIRY_MS = 2n ** 48n - 1n;
const MAX_SCORE_BYTES = 255;
/** What `%.17g` writes. Nothing else that a server would take for a number is content. */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/;
const INFINITE: Readonly<Record<string, number>> = { inf: Infinity, '+inf': Infinity, '-inf': -Infinity };

function decimal(bytes: Buffer): number {
  const text = bytes.toString('latin1').toLowerCase();
  if (bytes.length > MAX_SCORE_BYTES) damaged(`the score ${text}`);
  return INFINITE[text] ?? (DECIMAL.test(text) ? Number(text) : damaged(`the score ${text}`));
}

const readText = (cursor: Cursor): Text => cursor.text();
const bytesOf = (texts: readonly Text[]): Buffer[] => texts.map((text) => text.bytes());

function readString(cursor: Cursor): Value {
  const text = cursor.text();
  return { isEmpty: false, content: () => ({ body: lp(text.bytes()), elements: 0 }) };
}

/** A number of elements, then those. */
const repeated =
  <T>(readOne: (cursor: Cursor) => T, contentOf: (all: readonly T[]) => Content) =>
  (cursor: Cursor): Value => {
    const all = cursor.many(() => readOne(cursor));
    return { isEmpty: all.length === 0, content: () => contentOf(all) };
  };

const readList = repeated(readText, (texts) => listOf(bytesOf(texts)));
const readSet = repeated(readText, (texts) => setOf(bytesOf(texts)));

const sortedSet = (readScore: (cursor: Cursor) => () => number) =>
  repeated(
    (cursor) => [cursor.text(), readScore(cursor)] as const,
    (members) => sortedSetOf(members.map(([member, score]) => [member.bytes(), score()])),
  );

/** Before RDB 8: a length and the text of the score, or one of three bytes in place of the length. */
function readTextScore(cursor: Cursor): () => number {
  const first = cursor.unsigned(1);
  if (first >= 253) return () => [Number.NaN, Infinity, -Infinity][first - 253] ?? 0;
  const text = cursor.take(first);
  return () => decimal(text);
}

function readDouble(cursor: Cursor): () => number {
  const score = cursor.take(8).readDoubleLE();
  return () => score;
}

const readField = (cursor: Cursor) => ({ field: cursor.text(), value: cursor.text() });
const unpacked = ({ field, value }: ReturnType<typeof readField>, expiresAtMs?: bigint): Field => ({
  ...{ field: field.bytes(), value: value.bytes(), expiresAtMs },
});

const readHash = repeated(readField, (fields) => hashOf(fields.map((field) => unpacked(field))));

/** Valkey 9: after each field when it expires, −1 for never. */
const readValkeyHash = repeated(
  (cursor) => ({ ...readField(cursor), expiry: cursor.signed(8) }),
  (fields) => hashOf(fields.map((one) => unpacked(one, one.expiry === -1n ? undefined : one.expiry))),
);

/** Redis 7.4: the earliest expiry, then before each field how much later it expires, plus one; 0 for never. */
function readExpiringHash(cursor: Cursor): Value {
  const earliest = cursor.take(8).readBigUInt64LE();
  const readOne = () => ({ after: cursor.integer(), ...readField(cursor) });
  return repeated(readOne, (fields) => {
    if (earliest > MAX_FIELD_EXPIRY_MS + 1n) damaged('the earliest expiry of a field');
    return hashOf(
      fields.map((one) => unpacked(one, one.after ? fieldExpiry(earliest + one.after - 1n) : undefined)),
    );
  })(cursor);
}

const fieldExpiry = (ms: bigint): bigint =>
  ms <= MAX_FIELD_EXPIRY_MS ? ms : damaged('the expiry of a field');

const packed =
  ({ emptyBytes, elementsOf }: Packing, contentOf: (elements: readonly Element[]) => Content) =>
  (cursor: Cursor): Value => {
    const text = cursor.text();
    return { isEmpty: text.length <= emptyBytes, content: () => contentOf(elementsOf(text.bytes())) };
  };

/** The elements in groups of that many. */
function grouped(elements: readonly Element[], size: number): Element[][] {
  if (elements.length % size !== 0) damaged('a part of an element');
  const groups = Array.from({ length: elements.length / size }, (_, index) => index * size);
  return groups.map((from) => elements.slice(from, from + size));
}

const asList = (elements: readonly Element[]): Content => listOf(elements.map(textOf));
const asSet = (elements: readonly Element[]): Content => setOf(elements.map(textOf));
const scoreOf = (element: Element): number =>
  typeof element === 'bigint' ? Number(element) : decimal(element);
const asSortedSet = (elements: readonly Element[]): Content =>
  sortedSetOf(grouped(elements, 2).map(([member = 0n, score = 0n]) => [textOf(member), scoreOf(score)]));
const asHash = (elements: readonly Element[]): Content =>
  hashOf(
    grouped(elements, 2).map(([field = 0n, value = 0n]) => ({ field: textOf(field), value: textOf(value) })),
  );

/** Redis 7.4: field, value, when it expires; in this order, and at last those that never do, which have 0. */
function asExpiringHash(elements: readonly Element[]): Content {
  const fields = grouped(elements, 3).map(([field = 0n, value = 0n, expiry]) => {
    if (typeof expiry !== 'bigint') damaged('the expiry of a field');
    return {
      field: textOf(field),
      value: textOf(value),
      expiresAtMs: expiry ? fieldExpiry(expiry) : undefined,
    };
  });
  const expiries = fields.map(({ expiresAtMs }) => expiresAtMs ?? MAX_FIELD_EXPIRY_MS + 1n);
  if (expiries.some((expiry, index) => expiry < (expiries[index - 1] ?? 0n))) damaged('fields out of order');
  return hashOf(fields);
}

function readPackedExpiringHash(cursor: Cursor): Value {
  // The earliest expiry, which the fields' own repeat.
  cursor.take(8);
  return packed(LISTPACK, asExpiringHash)(cursor);
}

/** The nodes of a list, of which those without elements do not count. */
function readQuicklist(cursor: Cursor): Value {
  const nodes = cursor.many(() => cursor.text());
  const isEmpty = nodes.every(({ length }) => length <= ZIPLIST.emptyBytes);
  return { isEmpty, content: () => asList(bytesOf(nodes).flatMap(ZIPLIST.elementsOf)) };
}

const PLAIN_NODE = 1n;
const PACKED_NODE = 2n;

/** As above, but that an element may have a node of its own. */
function readQuicklist2(cursor: Cursor): Value {
  const nodes = cursor.many(() => [cursor.integer(), cursor.text()] as const);
  const elementsOf = ([container, text]: readonly [bigint, Text]): Element[] => {
    if (container === PACKED_NODE) return LISTPACK.elementsOf(text.bytes());
    return container === PLAIN_NODE && text.length > 0 ? [text.bytes()] : damaged('a node of a list');
  };
  const isEmpty = nodes.every(
    ([container, { length }]) => container !== PLAIN_NODE && length <= LISTPACK.emptyBytes,
  );
  return { isEmpty, content: () => asList(nodes.flatMap(elementsOf)) };
}

const type = (name: string, keyType: KeyType, read: RdbType['read']): RdbType => ({ name, keyType, read });

const TYPES: Readonly<Record<number, RdbType>> = {
  0: type('string', 'string', readString),
  1: type('list', 'list', readList),
  2: type('set', 'set', readSet),
  3: type('zset', 'zset', sortedSet(readTextScore)),
  4: type('hash', 'hash', readHash),
  5: type('zset-2', 'zset', sortedSet(readDouble)),
  7: type('module-2', 'module', readModule),
  9: type('hash-zipmap', 'hash', packed(ZIPMAP, asHash)),
  10: type('list-ziplist', 'list', packed(ZIPLIST, asList)),
  11: type('set-intset', 'set', packed(INTSET, asSet)),
  12: type('zset-ziplist', 'zset', packed(ZIPLIST, asSortedSet)),
  13: type('hash-ziplist', 'hash', packed(ZIPLIST, asHash)),
  14: type('list-quicklist', 'list', readQuicklist),
  15: type('stream-listpacks', 'stream', streamOf(1)),
  16: type('hash-listpack', 'hash', packed(LISTPACK, asHash)),
  17: type('zset-listpack', 'zset', packed(LISTPACK, asSortedSet)),
  18: type('list-quicklist-2', 'list', readQuicklist2),
  19: type('stream-listpacks-2', 'stream', streamOf(2)),
  20: type('set-listpack', 'set', packed(LISTPACK, asSet)),
  21: type('stream-listpacks-3', 'stream', streamOf(3)),
};
/** From 22 on the two engines give one number to different types. */
const OF_VALKEY: Readonly<Record<number, RdbType>> = { 22: type('hash-2', 'hash', readValkeyHash) };
const OF_REDIS_12: Readonly<Record<number, RdbType>> = {
  24: type('hash-metadata', 'hash', readExpiringHash),
  25: type('hash-listpack-ex', 'hash', readPackedExpiringHash),
};
const OF_REDIS_13 = { ...OF_REDIS_12, 26: type('stream-listpacks-4', 'stream', streamOf(4)) };

export function typeOf(number: number, { flavour, version }: RdbFormat): RdbType {
  const ofRedis = version >= 13 ? OF_REDIS_13 : version === 12 ? OF_REDIS_12 : {};
  const more: Readonly<Record<number, RdbType>> = flavour === 'valkey' ? OF_VALKEY : ofRedis;
  return TYPES[number] ?? more[number] ?? unsupported(`type ${number} in RDB ${version} of ${flavour}`);
}
