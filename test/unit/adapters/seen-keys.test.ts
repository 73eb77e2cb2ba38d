import { LiveDigest, type NameHash } from '@redrill/rdb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenKeys } from '../../../adapters/redis/seen-keys.ts';

const digest = new LiveDigest();

function hashed(name: string | Uint8Array): NameHash {
  const hash = new Uint32Array(4);
  digest.hashName(Buffer.from(name), hash);
  return hash;
}

describe('SeenKeys', () => {
  it('knows a key from its second time on, whatever its bytes', () => {
    const key = fc.uint8Array({ maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(key, fc.constantFrom(Uint8Array.of(), Uint8Array.of(0))), { maxLength: 300 }),
        (keys) => {
          const seen = new SeenKeys();
          const known = new Set<string>();
          for (const each of keys) {
            const hex = Buffer.from(each).toString('hex');
            expect(seen.add(hashed(each), 0)).toBe(!known.has(hex));
            known.add(hex);
          }
        },
      ),
    );
  });

  it('tells keys of one name in several databases apart', () => {
    const seen = new SeenKeys();
    for (let database = 0; database < 16; database++) expect(seen.add(hashed('name'), database)).toBe(true);
    expect(seen.add(hashed('name'), 7)).toBe(false);
  });

  it.each([0, 200_000])(
    'knows 200,000 keys that look alike, having expected %d, and after being saved',
    (expected) => {
      const seen = new SeenKeys(expected);
      const keys = Array.from({ length: 200_000 }, (_, at) => hashed(`session:${at}`));
      expect(keys.filter((key) => !seen.add(key, 0))).toEqual([]);
      expect(keys.filter((key) => seen.add(key, 0))).toEqual([]);
      const again = new SeenKeys();
      again.addBytes(seen.toBytes());
      expect(again.size).toBe(200_000);
      expect(keys.filter((key) => again.add(key, 0))).toEqual([]);
      expect(again.add(hashed('session:200000'), 0)).toBe(true);
    },
  );
});
