/** RDB files for the command, the same to the byte every time: the report of one can be a golden file. */
import { bytes, file, key, le, len, listpack, type Part, str } from '@redrill/rdb/testing';

const aux = (name: string, value: string) => bytes([250], str(name), str(value));
const database = (number: number) => bytes([254], [number]);
const expiring = (atMs: number) => bytes([252], le(atMs, 8));

const YEAR_2100_MS = Date.UTC(2100, 0, 1);
/** 2026-11-21 06:00:00 UTC. */
const CREATED_SECONDS = 1_795_240_800;

export const HEADER = bytes(
  aux('redis-ver', '7.2.4'),
  aux('ctime', String(CREATED_SECONDS)),
  aux('used-mem', '1234567'),
);

const CONTENT = bytes(
  HEADER,
  [245],
  str("#!lua name=mylib\nredis.register_function('f', function() return 1 end)"),
  database(0),
  key(0, 'greeting', str('hello')),
  key(0, 'large', str('x'.repeat(2_000))),
  key(16, 'user:1', str(listpack('name', 'Ada', 'born', 1815))),
  key(18, 'queue', len(1), len(2), str(listpack('a', 'b', 'c'))),
  expiring(1_000_000_000_000),
  key(0, 'long gone', str('1')),
  expiring(YEAR_2100_MS),
  key(0, 'session', str('2')),
  database(3),
  key(0, 'greeting', str('hello, too')),
  key(20, 'tags', str(listpack('red', 'green'))),
);

/** Every count of the report has something to say. */
export const SOUND = file('REDIS0011', CONTENT);

/** The checksum is put right, so only the damage itself can be noticed. */
export const withContent = (...parts: readonly Part[]) => file('REDIS0011', HEADER, database(0), ...parts);

/** As a server writes it with `rdbchecksum no`. */
export const WITHOUT_CHECKSUM = bytes(SOUND.subarray(0, -8), new Array<number>(8).fill(0));

/** One bit of a value is another, and nothing else. */
export function withFlippedBit(content: Uint8Array, at: number): Uint8Array {
  const damaged = content.slice();
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  return damaged;
}

/** Where a text begins. */
export const placeOf = (content: Uint8Array, text: string): number => Buffer.from(content).indexOf(text);
