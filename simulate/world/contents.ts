import { Crc64, type DumpedKey, ELASTICACHE_KEY, slotOf } from '@redrill/rdb';

/** What a shard's file says: real RDB bytes, and what its author knows of them. */
export interface Content {
  /** How many keys it was written with. */
  readonly keys: number;
  /** First and last hash slot that the shard serves; all of its keys share one slot. */
  readonly slots: string | undefined;
  readonly createdAtMs: number;
  /** Whether ElastiCache wrote its own key into the cluster, which is in the shard of its slot. @default false */
  readonly hasTimestamp?: boolean;
  /** A server with fewer does not load it. @default the engine's own number */
  readonly databases?: number;
  readonly flaw?: Flaw;
}

/**
 * What is wrong with a file. Those of the first line damage it; `unsupported` is a sound file of a format nobody here
 * knows; `foreign` holds the keys of another shard; without its checksum (`unchecked`) a file is still what was written.
 */
export const FLAWS = [
  'truncated',
  'flipped',
  'trailing',
  'ancient',
  'unsupported',
  'foreign',
  'unchecked',
] as const;
export type Flaw = (typeof FLAWS)[number];

/** No key name, no value and no secret may ever show up in a log, a metric or an alert. */
export const CANARY = 'canary7f3a';

/** Stand for the times that ElastiCache writes: at the source, and in the cluster that was made from its file. */
const SOURCE_TIMESTAMP = 1;
const RESTORED_TIMESTAMP = 2;

/** Most keys that one shard can have. */
export const KEYS_MAX = 2_000;

const encoder = new TextEncoder();
/** 250 days behind now the same bytes come again, so that a reading of them need not be repeated. */
const files = new Map<string, Uint8Array>();
const known = new WeakMap<Uint8Array, Content>();

/** The file's bytes; equal contents are the same array. */
export function bytesOf(content: Content): Uint8Array {
  const { keys, slots, createdAtMs, hasTimestamp, databases, flaw } = content;
  const id = `${keys} ${slots} ${createdAtMs} ${hasTimestamp} ${databases} ${flaw}`;
  let bytes = files.get(id);
  if (bytes === undefined) {
    bytes = flawed(content);
    files.set(id, bytes);
    known.set(bytes, content);
  }
  return bytes;
}

/** Lets go of the files of an earlier run, and with them of all that is remembered of their bytes. */
export function forgetContents(): void {
  files.clear();
}

export function contentOf(bytes: Uint8Array): Content | undefined {
  return known.get(bytes);
}

const TIMESTAMP = encoder.encode(ELASTICACHE_KEY);

/** Whether the shard has ElastiCache's own key. */
function holdsTimestamp({ hasTimestamp = false, slots }: Content): boolean {
  return hasTimestamp && (slots === undefined || isWithin(slotOf(TIMESTAMP), slots));
}

function isWithin(slot: number, slots: string): boolean {
  const [first = 0, last = 0] = slots.split('-').map(Number);
  return slot >= first && slot <= last;
}

const held = new WeakMap<Content, readonly DumpedKey[]>();

/** What a server that has loaded the file holds; of ElastiCache's own key, another value than the file's. */
export function keysIn(content: Content): readonly DumpedKey[] {
  const keys = held.get(content) ?? keysOf(content);
  held.set(content, keys);
  return keys;
}

function keysOf(content: Content): readonly DumpedKey[] {
  const { keys, slots, flaw } = content;
  const tag = tagFor(flaw === 'foreign' ? otherSlots(slots) : slots);
  const dumped = (key: Uint8Array, value: number) => ({
    database: 0,
    key,
    payload: payloadOf(value),
    expiresAtMs: undefined,
  });
  const own = holdsTimestamp(content) ? [dumped(TIMESTAMP, RESTORED_TIMESTAMP)] : [];
  return [...own, ...Array.from({ length: keys }, (_, at) => dumped(nameOf(tag, at), at))];
}

/** A file that a server cannot load, or that is not one. */
export function isLoadable({ flaw }: Content): boolean {
  return flaw === undefined || flaw === 'unchecked' || flaw === 'foreign';
}

function flawed(content: Content): Uint8Array {
  const { flaw } = content;
  const whole = written(content);
  const copy = whole.slice();
  const middle = whole.length >> 1;
  switch (flaw) {
    case 'truncated':
      return copy.subarray(0, whole.length - 40);
    case 'flipped':
      copy[middle] = (copy[middle] ?? 0) ^ 0x10;
      return copy;
    case 'trailing':
      return joined([copy, Uint8Array.of(0, 1, 2, 3)]);
    case 'ancient':
      copy.set(encoder.encode('REDIS0000'));
      return copy;
    case 'unsupported':
      copy.set(encoder.encode('REDIS0099'));
      return copy;
    case 'unchecked':
      return copy.fill(0, copy.length - 8);
    default:
      return whole;
  }
}

/** https://github.com/sripathikrishnan/redis-rdb-tools/wiki/Redis-RDB-Dump-File-Format, version 11: Valkey 7.2 and 8. */
function written(content: Content): Uint8Array {
  const { keys, slots, createdAtMs, flaw } = content;
  const tag = tagFor(flaw === 'foreign' ? otherSlots(slots) : slots);
  const seconds = Math.floor(createdAtMs / 1000);
  const body = joined([
    encoder.encode('REDIS0011'),
    Uint8Array.of(0xfa, ...string('ctime'), 0xc2, ...little(BigInt(seconds), 4)),
    Uint8Array.of(0xfe, 0),
    ...(holdsTimestamp(content) ? [record(TIMESTAMP, SOURCE_TIMESTAMP)] : []),
    ...Array.from({ length: keys }, (_, at) => record(nameOf(tag, at), at)),
    Uint8Array.of(0xff),
  ]);
  return joined([body, crc(body)]);
}

function record(key: Uint8Array, value: number): Uint8Array {
  return Uint8Array.of(0, ...string(key), ...integer(value));
}

const tags = new Map<string, string>();

/** The hash tag that puts keys into the shard's first slots. */
function tagFor(slots: string | undefined): string {
  if (slots === undefined) return CANARY;
  let tag = tags.get(slots);
  if (tag === undefined) {
    let number = 0;
    do tag = `${CANARY}-${number++}`;
    while (!isWithin(slotOf(encoder.encode(tag)), slots));
    tags.set(slots, tag);
  }
  return tag;
}

/** Whether a shard that serves these slots serves the keys of the content. */
export function liesIn({ slots }: Pick<Content, 'slots'>, served: string): boolean {
  return isWithin(slotOf(encoder.encode(tagFor(slots))), served);
}

/** Slots that another shard serves. */
function otherSlots(slots: string | undefined): string | undefined {
  if (slots === undefined) return undefined;
  return slots.startsWith('0-') ? '16000-16383' : '0-100';
}

function nameOf(tag: string, at: number): Uint8Array {
  return encoder.encode(`{${tag}}${at}`);
}

const payloads: Uint8Array[] = [];

/** What DUMP answers: type, value, version, checksum. https://valkey.io/commands/dump/ */
function payloadOf(at: number): Uint8Array {
  let payload = payloads[at];
  if (payload === undefined) {
    const body = Uint8Array.of(0, ...integer(at), 11, 0);
    payload = joined([body, crc(body)]);
    payloads[at] = payload;
  }
  return payload;
}

function crc(body: Uint8Array): Uint8Array {
  const sum = new Crc64('jones');
  sum.update(body);
  return Uint8Array.from(little(sum.digest(), 8));
}

function string(text: string | Uint8Array): readonly number[] {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  return [bytes.length, ...bytes];
}

/** The two-byte encoding of small integers. */
function integer(value: number): readonly number[] {
  return [0xc1, value & 0xff, value >> 8];
}

function little(value: bigint, width: number): readonly number[] {
  return Array.from({ length: width }, (_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((bytes, part) => bytes + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
