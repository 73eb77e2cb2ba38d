import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RdbError } from '../index.ts';
import { lzfData } from '../testing/build.ts';
import { isPossibleLzf, LzfDecoder } from './oracle/lzf.ts';

const CUTS = [1, 2, 3, 7, 1000];

function decompress(packed: Uint8Array, length: number): Uint8Array {
  const out = new Uint8Array(length);
  const decoder = new LzfDecoder();
  decoder.begin(length, 0, out);
  decoder.feed(packed, 0, packed.length);
  decoder.finish();
  return out;
}

function stream(packed: Uint8Array, length: number, cut: number): Uint8Array {
  const parts: number[] = [];
  const sink = {
    bytes: (bytes: Uint8Array, from: number, to: number) => parts.push(...bytes.subarray(from, to)),
  };
  const decoder = new LzfDecoder();
  decoder.begin(length, 0, sink);
  for (let at = 0; at < packed.length; at += cut) decoder.feed(packed, at, Math.min(at + cut, packed.length));
  decoder.finish();
  return Uint8Array.from(parts);
}

describe('LZF', () => {
  it('knows literals, short and long references', () => {
    // "ab", then 3 bytes from 2 back (overlapping), then 9 + 1 bytes from 1 back.
    const packed = Uint8Array.of(1, 97, 98, 0x20, 1, 0xe0, 1, 0);
    const text = new TextDecoder().decode(decompress(packed, 15));
    expect(text).toBe('ababaaaaaaaaaaa');
  });

  it('yields the same whole, streamed, and cut anywhere', () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(runs, fc.constantFrom(...CUTS), (list, cut) => {
        const content = Uint8Array.from(list.flatMap(([byte, count]) => new Array<number>(count).fill(byte)));
        const packed = lzfData(content);
        expect(decompress(packed, content.length)).toEqual(content);
        expect(stream(packed, content.length, cut)).toEqual(content);
      }),
      { numRuns: 30 },
    );
  });

  it('streams what is longer than its buffer, with references into the history kept', () => {
    // 8,192 different-looking bytes, then the same again and again by references of 264 bytes at full distance.
    const block = Uint8Array.from({ length: 8192 }, (_, i) => (i * 7919) >> 5);
    const literals = Array.from({ length: 256 }, (_, i) => [
      31,
      ...block.subarray(i * 32, i * 32 + 32),
    ]).flat();
    const references = Array.from({ length: 1000 }, () => [0xff, 255, 0xff]).flat();
    const packed = Uint8Array.from([...literals, ...references]);
    const length = 8192 + 264 * 1000;
    const expected = Uint8Array.from({ length }, (_, i) => block[i % 8192] ?? 0);
    expect(decompress(packed, length)).toEqual(expected);
    for (const cut of CUTS) expect(stream(packed, length, cut)).toEqual(expected);
  });

  it.each([
    ['a reference before the beginning', [0, 97, 0x20, 1], 4],
    ['more than announced', [1, 97, 98], 1],
    ['less than announced', [1, 97, 98], 3],
    ['a literal run cut short', [5, 97, 98], 6],
    ['a reference cut short', [0, 97, 0xe0, 1], 12],
  ])('refuses %s', (_what, packed, length) => {
    expect(() => decompress(Uint8Array.from(packed), length)).toThrowError(RdbError);
    expect(() => stream(Uint8Array.from(packed), length, 1)).toThrowError(/BadLzf/);
  });

  it('bounds what a length can claim', () => {
    expect(isPossibleLzf(3, 264)).toBe(true);
    expect(isPossibleLzf(3, 265)).toBe(false);
    expect(isPossibleLzf(0, 1)).toBe(false);
    expect(isPossibleLzf(1, 0)).toBe(false);
  });
});
