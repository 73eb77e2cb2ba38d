import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeenKeys } from '../../../adapters/redis/seen-keys.ts';

const encoder = new TextEncoder();

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
            expect(seen.add(each)).toBe(!known.has(hex));
            known.add(hex);
          }
        },
      ),
    );
  });

  it('tells short keys of zeros apart by their length', () => {
    const seen = new SeenKeys();
    for (let length = 0; length < 64; length++) expect(seen.add(new Uint8Array(length))).toBe(true);
  });

  it('knows 200,000 keys that look alike, however often its table has grown', () => {
    const seen = new SeenKeys();
    const keys = Array.from({ length: 200_000 }, (_, at) => encoder.encode(`session:${at}`));
    expect(keys.filter((key) => !seen.add(key))).toEqual([]);
    expect(keys.filter((key) => seen.add(key))).toEqual([]);
    expect(seen.add(encoder.encode('session:200000'))).toBe(true);
  });
});
