/** The messages of docs/digest-format.md, by an implementation that shares nothing with the reader. */
import { murmur3 } from './murmur3.ts';

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
/** The numbers of the types in the digest. */
export const TYPE = { string: 0, list: 1, set: 2, zset: 3, hash: 4, stream: 5, module: 6 } as const;

type Bytes = string | Uint8Array;
type Where = { readonly expiry?: number | bigint; readonly database?: number };

const joined = (...parts: readonly Bytes[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));

export const H = (seed: number, ...message: readonly Bytes[]): bigint => murmur3(joined(...message), seed);

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)));
  return bytes;
}

export const u128 = (value: bigint): Buffer => joined(u64(value), u64(value >> 64n));

/** A string with its length before it. */
export const lp = (content: Bytes): Buffer => joined(u64(joined(content).length), content);

/** The sum, and of how many. */
export const counted = (hashes: readonly bigint[]): Buffer =>
  joined(u128(hashes.reduce((a, b) => a + b, 0n)), u64(hashes.length));

export const name = (content: Bytes): Buffer => u128(H(SEED.name, content));

/** A key. An expiry of −1 stands for none. */
export const item = (content: Bytes, type: number, value: Uint8Array, where: Where = {}): bigint =>
  H(SEED.key, name(content), u64(where.expiry ?? -1), u32(where.database ?? 0), u32(type), value);

export const element = (...message: readonly Bytes[]): bigint => H(SEED.element, ...message);

/** The score of a member, which comes behind its name; −0 is 0. */
export function score(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value === 0 ? 0 : value);
  return bytes;
}

export const id = (ms: number | bigint, sequence: number | bigint): Buffer => joined(u64(ms), u64(sequence));
