import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RdbError } from '../index.ts';
import {
  be,
  bytes,
  file,
  intset,
  key,
  le,
  len,
  listpack,
  type Part,
  read,
  str,
  zipmap,
} from '../testing/build.ts';
import { oracleOutcome, outcomeOf } from './oracle/outcome.ts';

const EXPIRY = 1_900_000_000_000;
const BEYOND = 2 ** 48;
const folder = mkdtempSync(join(tmpdir(), 'refused-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What redis-check-rdb says of a file: it reads as deeply as a server with `sanitize-dump-payload yes`. */
function isTaken(content: Uint8Array): boolean {
  const path = join(folder, 'dump.rdb');
  writeFileSync(path, content);
  return spawnSync('redis-check-rdb', [path]).status === 0;
}

const id = (ms: number) => bytes(be(ms, 8), be(1, 8));
const node = (ms: number) => bytes(str(id(ms)), str(listpack(1, 0, 1, 'a', 0, 2, 0, 0, 1, 4)));
/** A stream of the nodes, with one group whose one consumer owns what is pending. */
function stream(nodes: readonly number[], pending: readonly number[], owned = pending): Uint8Array {
  return bytes(
    ...[len(nodes.length), ...nodes.map(node), len(nodes.length), len(9), len(1)],
    ...[len(1), str('group'), len(9), len(1), len(pending.length)],
    ...pending.map((ms) => bytes(id(ms), le(1, 8), len(1))),
    ...[len(1), str('consumer'), le(1, 8), len(owned.length), ...owned.map(id)],
  );
}

const inFive = (size: number): Uint8Array => bytes([254], le(size, 4));
/** A zipmap of one field whose lengths are in the long form: of the field, of the value. */
const long = (ofField: boolean, ofValue: boolean): Uint8Array =>
  bytes([1], ofField ? inFive(1) : [1], 'f', ofValue ? inFive(1) : [1], [0], 'v', [255]);

const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

/** What the reader says, however the file arrives. The oracle judges the same. */
function refusal(content: Uint8Array): unknown {
  expect(outcomeOf(() => read(content))).toEqual(oracleOutcome(content));
  const said = refusalOf(() => read(content));
  expect(String(refusalOf(() => read(content, {}, 1)))).toBe(String(said));
  return said;
}

describe('what every current server refuses', () => {
  it.each<[string, number, Part, RdbError['code']]>([
    ['an empty element in a list node of its own', 18, bytes(len(1), len(1), str('')), 'BadQuicklist'],
    ['an empty packed list node', 18, bytes(len(1), len(2), str('')), 'BadListpack'],
    ['an empty zipmap', 9, str(zipmap({})), 'BadZipmap'],
    ['a zipmap whose header is 255', 9, str(bytes([255], zipmap({ f: 'v' }).subarray(1))), 'BadZipmap'],
    ['an empty intset', 11, str(intset(4)), 'BadIntset'],
    ['an intset with a member twice', 11, str(intset(4, 1, 1)), 'BadIntset'],
    ['a stream with a node twice', 15, stream([5, 5], []), 'BadStream'],
    ['a stream with an entry pending twice', 15, stream([5, 6], [5, 5]), 'BadStream'],
    ['a consumer who owns an entry twice', 15, stream([5, 6], [5, 6], [5, 5]), 'BadStream'],
  ])('%s', (_what, type, value, code) => {
    const content = file('REDIS0010', key(type, 'key', value));
    expect(refusal(content)).toMatchObject({ code, unsupported: false });
    expect(isTaken(content)).toBe(false);
  });

  it('is not refused where nothing is wrong', () => {
    const contents = [
      key(18, 'key', len(1), len(1), str('e')),
      key(9, 'key', str(bytes([254], zipmap({ f: 'v' }).subarray(1)))),
      key(9, 'key', str(zipmap({ ['f'.repeat(254)]: 'v'.repeat(254) }))),
      key(11, 'key', str(intset(4, 1))),
      key(15, 'key', stream([5, 6], [5, 6])),
    ];
    for (const content of contents) {
      expect(refusal(file('REDIS0010', content))).toMatchObject({ keys: 1 });
      expect(isTaken(file('REDIS0010', content))).toBe(true);
    }
  });
});

/** Each was given to Redis 7.4 and 8.6.3 and, the zipmaps, to Valkey 9.1.2, with `sanitize-dump-payload yes`: none started. */
describe('what newer servers refuse', () => {
  const expiring = (...parts: readonly (string | number)[]): Uint8Array =>
    bytes(le(EXPIRY, 8), str(listpack(...parts)));
  it.each<[string, number, Part, RdbError['code']]>([
    ['a length of a zipmap in five bytes', 9, str(long(true, false)), 'BadZipmap'],
    ['another', 9, str(long(false, true)), 'BadZipmap'],
    ['a field that expires too late', 25, expiring('f', 'v', BEYOND), 'BadExpiry'],
    ['a field before one that expires earlier', 25, expiring('f', 'v', EXPIRY, 'g', 'v', 9), 'BadListpack'],
    [
      'a field that never expires before one that does',
      25,
      expiring('f', 'v', 0, 'g', 'v', 9),
      'BadListpack',
    ],
    [
      'a field that expires too late, not packed',
      24,
      bytes(le(BEYOND, 8), len(1), len(1), str('f'), str('v')),
      'BadExpiry',
    ],
    [
      'an earliest expiry too late',
      24,
      bytes(le(BEYOND + 1, 8), len(1), len(0), str('f'), str('v')),
      'BadExpiry',
    ],
  ])('%s', (_what, type, value, code) => {
    expect(refusal(file('REDIS0012', key(type, 'key', value)))).toMatchObject({ code, unsupported: false });
  });

  it('is not refused where nothing is wrong', () => {
    const contents = [
      key(25, 'key', expiring('f', 'v', 9, 'g', 'v', 9, 'h', 'v', BEYOND - 1, 'i', 'v', 0, 'j', 'v', 0)),
      key(24, 'key', le(BEYOND - 1, 8), len(1), len(1), str('f'), str('v')),
      // What Redis writes for a hash whose fields never expire.
      key(24, 'key', le(BEYOND, 8), len(1), len(0), str('f'), str('v')),
    ];
    for (const content of contents) expect(refusal(file('REDIS0012', content))).toMatchObject({ keys: 1 });
  });
});
