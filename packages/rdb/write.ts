import { Crc64 } from './crc64.ts';
import { listpack } from './write-listpack.ts';

/**
 * Writes small RDB files in plain encodings, as version 9 has them: every Redis since 5.0 and every Valkey loads them.
 * https://github.com/redis/redis/blob/5.0/src/rdb.h
 */

export type WrittenValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'list' | 'set'; readonly elements: readonly string[] }
  | { readonly type: 'zset'; readonly members: readonly (readonly [member: string, score: number])[] }
  | { readonly type: 'hash'; readonly fields: readonly (readonly [field: string, value: string])[] }
  | { readonly type: 'stream'; readonly entries: readonly WrittenStreamEntry[] };

/** All entries of a stream have the fields of its first one. */
export interface WrittenStreamEntry {
  readonly ms: number;
  readonly seq: number;
  readonly fields: readonly (readonly [field: string, value: string])[];
}

export type WrittenKey = WrittenValue & {
  readonly key: string;
  /** ms since the epoch. @default never */
  readonly expiresAt?: number;
};

const HEADER = 'REDIS0009';
const OPCODE = { aux: 0xfa, resize: 0xfb, expiryMs: 0xfc, database: 0xfe, end: 0xff } as const;
const TYPE = { string: 0, list: 1, set: 2, hash: 4, zset: 5, stream: 15 } as const;

const encoder = new TextEncoder();

/** @param databases the keys of each, by its number */
export function writeRdb(databases: Readonly<Record<number, readonly WrittenKey[]>>): Uint8Array {
  const parts = [encoder.encode(HEADER), Uint8Array.of(OPCODE.aux), text('redis-ver'), text('5.0.0')];
  for (const [database, keys] of Object.entries(databases)) {
    const expiring = keys.filter(({ expiresAt }) => expiresAt !== undefined).length;
    parts.push(Uint8Array.of(OPCODE.database), length(Number(database)));
    parts.push(Uint8Array.of(OPCODE.resize), length(keys.length), length(expiring));
    for (const key of keys) parts.push(...keyParts(key));
  }
  const content = joined([...parts, Uint8Array.of(OPCODE.end)]);
  const crc = new Crc64('jones');
  crc.update(content);
  return joined([content, unsigned64(crc.digest(), 'little')]);
}

function keyParts(key: WrittenKey): readonly Uint8Array[] {
  const expiry =
    key.expiresAt === undefined
      ? []
      : [Uint8Array.of(OPCODE.expiryMs), unsigned64(BigInt(key.expiresAt), 'little')];
  return [...expiry, Uint8Array.of(TYPE[key.type]), text(key.key), ...valueParts(key)];
}

function valueParts(value: WrittenValue): readonly Uint8Array[] {
  switch (value.type) {
    case 'string':
      return [text(value.value)];
    case 'list':
    case 'set':
      return [length(value.elements.length), ...value.elements.map(text)];
    case 'zset':
      return [
        length(value.members.length),
        ...value.members.flatMap(([member, score]) => [text(member), double(score)]),
      ];
    case 'hash':
      return [
        length(value.fields.length),
        ...value.fields.flatMap(([field, held]) => [text(field), text(held)]),
      ];
    case 'stream':
      return streamParts(value.entries);
  }
}

/** One node with all entries, the length, the last id, and no consumer group. */
function streamParts(entries: readonly WrittenStreamEntry[]): readonly Uint8Array[] {
  const [first] = entries;
  const last = entries.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError('a stream needs an entry to be written');
  const master = joined([unsigned64(BigInt(first.ms), 'big'), unsigned64(BigInt(first.seq), 'big')]);
  const names = first.fields.map(([field]) => field);
  const node = listpack([
    entries.length,
    0,
    names.length,
    ...names,
    0,
    ...entries.flatMap(({ ms, seq, fields }) => [
      SAME_FIELDS,
      ms - first.ms,
      seq - first.seq,
      ...fields.map(([, value]) => value),
      fields.length + 3,
    ]),
  ]);
  return [
    length(1),
    bytes(master),
    bytes(node),
    length(entries.length),
    length(last.ms),
    length(last.seq),
    length(0),
  ];
}

/** Flag of an entry whose fields are those of the node's first one. */
const SAME_FIELDS = 2;

/** In the shortest form. */
function length(value: number): Uint8Array {
  if (value < 64) return Uint8Array.of(value);
  if (value < 16_384) return Uint8Array.of(0x40 | (value >> 8), value & 0xff);
  return joined([Uint8Array.of(0x81), unsigned64(BigInt(value), 'big')]);
}

const text = (value: string): Uint8Array => bytes(encoder.encode(value));

function bytes(content: Uint8Array): Uint8Array {
  return joined([length(content.length), content]);
}

function double(value: number): Uint8Array {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setFloat64(0, value, true);
  return content;
}

function unsigned64(value: bigint, order: 'little' | 'big'): Uint8Array {
  const content = new Uint8Array(8);
  new DataView(content.buffer).setBigUint64(0, value, order === 'little');
  return content;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
