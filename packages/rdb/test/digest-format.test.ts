import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ContentDigest, digestDump } from '../index.ts';
import { be, bytes, double, file, key, le, len, listpack, payload, read, str } from '../testing/build.ts';
import {
  counted,
  element,
  H,
  id,
  item,
  lp,
  name,
  SEED,
  score,
  TYPE,
  u32,
  u64,
  u128,
} from './oracle/hashes.ts';

/**
 * digest-format.md, followed to the letter by an implementation that shares nothing with the reader, must give what the
 * document's table says, and so must the reader.
 */
const text = readFileSync(new URL('../docs/digest-format.md', import.meta.url), 'utf8');
const published = new Map(
  [...text.matchAll(/^\| (\w+) \| .* \| `([0-9a-f]{32})` \|$/gm)].map((row) => [row[1], row[2]]),
);

const EXPIRY = 1_800_000_000_123;

const hello = lp('hello');
const rawId = (ms: number, sequence: number) => bytes(be(ms, 8), be(sequence, 8));
const group = H(
  SEED.group,
  ...[lp('g'), id(5, 1), u64(1)],
  counted([H(SEED.pending, rawId(5, 1), u64(1_700_000_000_000), u64(3))]),
  counted([H(SEED.consumer, lp('alice'), counted([H(SEED.owned, rawId(5, 1))]))]),
);
const entry = (ms: number) => bytes(id(ms, 1), u64(1), lp('a'), lp('2'));
const volatile = H(
  SEED.field,
  ...[name('hash'), u64(-1), u32(0), u32(0), u64(EXPIRY), u128(element(lp('v'), lp('2')))],
);

const BY_DOCUMENT: Readonly<Record<string, bigint>> = {
  S1: item('greeting', TYPE.string, hello),
  S2: item('greeting', TYPE.string, hello, { database: 3 }),
  S3: item('greeting', TYPE.string, hello, { expiry: EXPIRY }),
  S4: item('counter', TYPE.string, lp('-100')),
  L: item('list', TYPE.list, bytes(lp('a'), lp('b'), lp('a'), u64(3))),
  U: item('set', TYPE.set, counted([element(lp('12')), element(lp('a'))])),
  Z: item('zset', TYPE.zset, counted([element(lp('a'), score(1.5)), element(lp('b'), score(-Infinity))])),
  H: item('hash', TYPE.hash, counted([element(lp('f'), lp('1')), element(lp('g'), lp(''))])),
  V: BigInt.asUintN(128, item('hash', TYPE.hash, counted([element(lp('f'), lp('1'))])) + volatile),
  X: item(
    'stream',
    TYPE.stream,
    bytes(entry(5), entry(7), u64(2), id(7, 1), id(5, 1), id(0, 0), u64(2), counted([group])),
  ),
  F: H(SEED.library, '#!lua name=lib\nreturn 1'),
};

const greeting = key(0, 'greeting', str('hello'));
const FILES: Readonly<Record<string, Uint8Array>> = {
  S1: file('REDIS0010', greeting),
  S2: file('REDIS0010', [254, 3], greeting),
  S3: file('REDIS0010', [252], le(EXPIRY, 8), greeting),
  S4: file('REDIS0010', key(0, 'counter', [0xc0], le(-100, 1))),
  L: file('REDIS0010', key(1, 'list', len(3), str('a'), str('b'), str('a'))),
  U: file('REDIS0010', key(20, 'set', str(listpack('a', 12)))),
  Z: file('REDIS0010', key(5, 'zset', len(2), str('a'), double(1.5), str('b'), double(-Infinity))),
  H: file('REDIS0010', key(4, 'hash', len(2), str('f'), str('1'), str('g'), str(''))),
  V: file(
    'VALKEY080',
    key(22, 'hash', len(2), str('f'), str('1'), le(-1, 8), str('v'), str('2'), le(EXPIRY, 8)),
  ),
  X: file(
    'REDIS0010',
    [19],
    str('stream'),
    ...[len(1), str(rawId(5, 1)), str(listpack(2, 0, 1, 'a', 0, 2, 0, 0, 2, 4, 2, 2, 0, '2', 4))],
    ...[len(2), len(7), len(1), len(5), len(1), len(0), len(0), len(2)],
    ...[len(1), str('g'), len(5), len(1), len(1), len(1), rawId(5, 1), le(1_700_000_000_000, 8), len(3)],
    ...[len(1), str('alice'), le(1, 8), len(1), rawId(5, 1)],
  ),
  F: file('REDIS0010', [245], str('#!lua name=lib\nreturn 1')),
};

describe('the test vectors of the digest format', () => {
  it('are all here', () => {
    expect([...published.keys()]).toEqual(Object.keys(FILES));
    expect(Object.keys(BY_DOCUMENT)).toEqual(Object.keys(FILES));
  });

  it.each(Object.keys(FILES))('%s', (vector) => {
    const expected = published.get(vector);
    expect(BY_DOCUMENT[vector]?.toString(16).padStart(32, '0')).toBe(expected);
    expect(read(FILES[vector] ?? bytes()).digest?.total).toBe(expected);
  });

  it('give the published bytes', () => {
    const digest = new ContentDigest();
    const dumped = { database: 0, key: bytes('greeting'), payload: payload(10, 0, str('hello')) };
    digestDump(digest, { ...dumped, expiresAtMs: undefined });
    digestDump(digest, { ...dumped, expiresAtMs: EXPIRY });
    expect(text).toContain(Buffer.from(digest.toBytes()).toString('hex'));
  });
});
