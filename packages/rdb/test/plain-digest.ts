/**
 * docs/digest-format.md, followed to the letter by an implementation that shares nothing with rdb/. Strings are ASCII.
 */
import { be, bytes, le, type Part } from '../testing/build.ts';
import { plainMurmur } from './plain-murmur.ts';

export const SEED = {
  name: 1,
  key: 2,
  element: 3,
  field: 4,
  library: 5,
  group: 6,
  pending: 7,
  consumer: 8,
  owned: 9,
} as const;
export const TYPE = { string: 0, list: 1, set: 2, zset: 3, hash: 4, stream: 5 } as const;

export const H = (seed: number, ...message: readonly Part[]) => plainMurmur(bytes(...message), seed);
export const u32 = (value: number) => le(value, 4);
export const u64 = (value: number) => le(value, 8);
export const lp = (content: string) => bytes(u64(content.length), content);
export const sum = (...hashes: readonly bigint[]) =>
  le(
    BigInt.asUintN(
      128,
      hashes.reduce((a, b) => a + b, 0n),
    ),
    16,
  );
export const name = (content: string) => le(H(SEED.name, content), 16);
export const item = (content: string, type: number, value: Uint8Array, { expiry = -1, database = 0 } = {}) =>
  H(SEED.key, name(content), u64(expiry), u32(database), u32(type), value);
export const element = (...message: readonly Part[]) => H(SEED.element, ...message);
export const id = (ms: number, sequence: number) => bytes(u64(ms), u64(sequence));
export const rawId = (ms: number, sequence: number) => bytes(be(ms, 8), be(sequence, 8));
