import type { RangedBytes, RestoreBatch, RestoreOptions } from '../index.ts';
import { RestoreStream } from '../index.ts';
import { be, bytes, double, intset, key, le, len, listpack, lzf, str, ziplist, zipmap } from './build.ts';

export const NOW_MS = 1_700_000_000_000;
export const LATER_MS = NOW_MS + 1000;
const RUN = 'x'.repeat(500);
const ID = bytes(be(1, 8), be(2, 8));

const stream = (type: number, counters: number): Uint8Array => {
  const group = [str('g'), len(1), len(2), ...(type === 15 ? [] : [len(1)])];
  const pending = [len(1), ID, le(5, 8), len(1)];
  const times = type === 21 ? [le(6, 8), le(7, 8)] : [le(6, 8)];
  const consumer = [len(1), str('c'), ...times, len(1), ID];
  const nodes = [len(1), str(ID), str(listpack(1, 0, 1, 'f', 0, 2, 0, 0, 'v', 4))];
  const integers = Array.from({ length: counters }, (_, index) => len(index + 1));
  return key(type, `stream-${type}`, ...nodes, ...integers, len(1), ...group, ...pending, ...consumer);
};

/** A key of every type that a Redis file of version 12 can hold, in every encoding of strings and lengths. */
export const KEYS: readonly Uint8Array[] = [
  key(0, 'raw', str('value')),
  key(0, '', str('')),
  key(0, 'int8', [0xc0], le(-100, 1)),
  key(0, 'int16', [0xc1], le(-100, 2)),
  key(0, 'int32', [0xc2], le(-100, 4)),
  key(0, 'lzf', lzf(RUN)),
  key(0, 'length32', [0x80], be(500, 4), RUN),
  key(0, 'length64', [0x81], be(500, 8), RUN),
  bytes([0], [0xc0, 77], str('a name that is stored as an integer')),
  bytes([0], lzf(RUN), str('a name that is compressed')),
  key(0, 'large', str('y'.repeat(70_000))),
  key(1, 'list', len(2), str('a'), lzf(RUN)),
  key(2, 'set', len(2), str('a'), [0xc0, 5]),
  key(3, 'zset', len(3), str('a'), [3], '1.5', str('b'), [254], str('c'), [255]),
  key(4, 'hash', len(1), str('f'), str('v')),
  key(5, 'zset-2', len(1), str('a'), double(1.5)),
  key(7, 'module', [0x81], be(7, 8), len(2), len(9), len(5), str('part'), len(4), double(1), len(0)),
  key(9, 'zipmap', str(zipmap({ a: '1' }))),
  key(10, 'ziplist', str(ziplist('a', 1))),
  key(11, 'intset', str(intset(2, 1, 2))),
  key(12, 'zset-ziplist', str(ziplist('a', 1))),
  key(13, 'hash-ziplist', lzf(ziplist('a', RUN))),
  key(14, 'quicklist', len(2), str(ziplist('a')), lzf(ziplist(RUN))),
  stream(15, 3),
  key(16, 'hash-listpack', str(listpack('f', 'v'))),
  key(17, 'zset-listpack', str(listpack('a', 1))),
  key(18, 'quicklist-2', len(2), len(2), str(listpack('a')), len(1), str(RUN)),
  stream(19, 8),
  key(20, 'set-listpack', str(listpack('a', 'b'))),
  stream(21, 8),
  key(24, 'hash-metadata', le(LATER_MS, 8), len(1), len(1), str('f'), str('v')),
  key(25, 'hash-listpack-ex', le(LATER_MS, 8), str(listpack('f', 'v', LATER_MS))),
];

export const inMs = (ms: number): Uint8Array => bytes([252], le(ms, 8));
export const select = (database: number): Uint8Array => bytes([254], len(database));

/** What stands between keys, and keys that are announced, empty or expired. */
export const BETWEEN: readonly Uint8Array[] = [
  bytes([250], str('redis-ver'), str('7.4.0')),
  bytes([245], lzf(`#!lua name=one\n${RUN}`)),
  bytes([246], str('two'), str('LUA'), len(1), str('described'), str('return 1')),
  bytes([246], str('three'), str('LUA'), len(0), str('return 1')),
  bytes([247], [0x81], be(7, 8), len(2), len(1), len(5), str('aux'), len(0)),
  bytes(select(0), [251], len(10), len(5)),
  bytes(inMs(LATER_MS), key(0, 'expires', str('v'))),
  bytes([253], le(LATER_MS / 1000, 4), key(0, 'expires in seconds', str('v'))),
  bytes(inMs(NOW_MS), key(0, 'expired', str('v'))),
  bytes(inMs(2 ** 53 - 1), [248], len(70_000), key(0, 'idle', str('v'))),
  bytes([249, 200], key(4, 'frequent', len(1), str('f'), str('v'))),
  key(4, 'empty', len(0)),
  key(13, 'empty ziplist', str(ziplist())),
  bytes(select(7), key(0, 'in seven', str('v'))),
  bytes(select(700), inMs(NOW_MS - 1), key(0, 'expired in 700', str('v'))),
  bytes(select(0), key(0, 'again in zero', str('v'))),
];

/** A source that gives chunks of a size. */
export function held(file: Uint8Array, chunkBytes = 65_536): RangedBytes {
  return {
    sizeBytes: file.length,
    async *read(from, to) {
      for (let at = from; at < to; at += chunkBytes) yield file.subarray(at, Math.min(to, at + chunkBytes));
    },
  };
}

export async function restoresOf(source: RangedBytes, options: Partial<RestoreOptions> = {}) {
  const stream = new RestoreStream(source, { nowMs: NOW_MS, ...options });
  const batches: RestoreBatch[] = [];
  for await (const batch of stream) batches.push(batch);
  return { batches, counts: stream.counts, text: textOf(batches.map((batch) => batch.bytes)) };
}

/** Bytes as characters, which compare and print well. */
export const textOf = (parts: readonly Uint8Array[]): string => Buffer.concat(parts).toString('latin1');

/** The names of the keys that are restored. */
export const namesIn = (batches: readonly RestoreBatch[]): string[] =>
  batches.flatMap((batch) =>
    Array.from({ length: batch.commands }, (_, index) => batch.command(index)).flatMap((command) =>
      command.kind === 'restore' ? [Buffer.from(command.key).toString()] : [],
    ),
  );
