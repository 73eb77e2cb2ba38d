import { describe, expect, it } from 'vitest';
import { bucketOf, bucketOfName, ContentDigest, digestDump, LiveDigest, type LiveKey } from '../index.ts';
import { bytes, double, le, len, listpack, payload, str } from '../testing/build.ts';

const hashOf = (digest: LiveDigest, name: string) => {
  const hash = new Uint32Array(4);
  digest.hashName(Buffer.from(name), hash);
  return hash;
};

const PAYLOADS: Readonly<Record<string, Uint8Array>> = {
  short: payload(10, 0, str('hello')),
  integer: payload(10, 0, [0xc1, 0x39, 0x30]),
  empty: payload(10, 0, str('')),
  'longer than what is held whole': payload(10, 0, str('x'.repeat(100_000))),
  'longer than the window': payload(10, 0, str('y'.repeat(700_000))),
  list: payload(10, 1, len(2), str('a'), str('b')),
  set: payload(10, 2, len(2), str('a'), str('b')),
  zset: payload(10, 5, len(1), str('a'), double(1.5)),
  hash: payload(10, 16, str(listpack('f', 1, 'g', 'v'))),
  'a hash of one field that expires': payload(80, 22, len(1), str('f'), str('v'), le(1_900_000_000_000, 8)),
  'nothing in it': payload(10, 2, len(0)),
};
const EXPIRIES = [undefined, 0, 1_800_000_000_123, 2 ** 53 - 1, 2n ** 53n + 1n, 2n ** 62n] as const;

describe('LiveDigest', () => {
  it.each(Object.entries(PAYLOADS))('adds what digestDump adds: %s', (name, dumped) => {
    const one = new LiveDigest();
    const other = new ContentDigest();
    for (const expiresAtMs of EXPIRIES) {
      for (const database of [0, 7]) {
        one.add({ database, name: hashOf(one, name), expiresAtMs }, dumped);
        digestDump(other, { database, key: Buffer.from(name), payload: dumped, expiresAtMs });
      }
    }
    expect(one.digest().toBytes()).toEqual(other.toBytes());
    one.close();
  });

  it('keeps its sums apart from others and from its past', () => {
    const one = new LiveDigest();
    one.add({ database: 0, name: hashOf(one, 'k'), expiresAtMs: 1 }, PAYLOADS.short ?? new Uint8Array());
    one.close();
    const again = new LiveDigest(64);
    expect(again.digest().keys).toBe(0);
    expect(again.digest().bins.widthSeconds).toBe(64);
    again.close();
  });

  it.each(['', 'name', 'n'.repeat(15), 'n'.repeat(16), 'n'.repeat(70_000)])(
    'knows the bucket of a name',
    (name) => {
      const digest = new LiveDigest();
      expect(bucketOfName(hashOf(digest, name))).toBe(bucketOf(Buffer.from(name)));
      digest.close();
    },
  );

  it('takes a value in pieces of any size, while names are hashed in between', () => {
    const value = bytes(len(3), str('first'), str('z'.repeat(90_000)), str('12'));
    const expected = new LiveDigest();
    const key: LiveKey = { database: 0, name: hashOf(expected, 'list'), expiresAtMs: undefined };
    expected.add(key, payload(10, 1, value));
    for (const size of [1, 777, 65_536, 300_000]) {
      const digest = new LiveDigest();
      const begun = digest.begin(key, 1, { flavour: 'redis', version: 10 });
      for (let at = 0; at < value.length; at += size) {
        hashOf(digest, 'another key, of some length');
        begun.write(Uint8Array.from(value.slice(at, at + size)));
      }
      begun.end();
      expect(digest.digest().total).toBe(expected.digest().total);
      digest.close();
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['a value that ends early', payload(10, 2, len(2), str('a')), 'Truncated'],
    ['bytes after the value', payload(10, 0, str('a'), [0]), 'TrailingBytes'],
    ['bytes after a collection', payload(10, 2, len(1), str('a'), [0, 0]), 'TrailingBytes'],
    ['nothing', Uint8Array.of(), 'Truncated'],
  ])('refuses %s, first or later, and adds nothing', (_what, damaged, code) => {
    for (const before of [0, 1]) {
      const digest = new LiveDigest();
      const add = (dumped: Uint8Array) =>
        digest.add({ database: 0, name: hashOf(digest, 'k'), expiresAtMs: undefined }, dumped);
      if (before === 1) add(PAYLOADS.short ?? new Uint8Array());
      expect(() => add(damaged)).toThrow(expect.objectContaining({ code }));
      expect(digest.digest().keys).toBe(before);
    }
  });

  it('refuses a flipped bit in the first payload; in a later one, it gives another digest', () => {
    const totalOf = (...values: readonly Uint8Array[]) => {
      const digest = new LiveDigest();
      for (const [at, dumped] of values.entries())
        digest.add({ database: 0, name: hashOf(digest, `k${at}`), expiresAtMs: undefined }, dumped);
      return digest.digest().total;
    };
    const hello = payload(10, 0, str('hello'));
    expect(() => totalOf(flipped(hello))).toThrow(expect.objectContaining({ code: 'BadChecksum' }));
    expect(totalOf(hello, flipped(hello))).not.toBe(totalOf(hello, hello));
    expect(totalOf(hello, flipped(hello))).toBe(totalOf(hello, payload(10, 0, str('iello'))));
  });
});

function flipped(dumped: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(dumped);
  copy[2] = (copy[2] ?? 0) ^ 1;
  return copy;
}
