import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, file, key, len, lzfData, read, str } from '../testing/build.ts';
import { oracleOutcome } from './oracle/outcome.ts';

const CUTS = [1, 2, 3, 7, 1000];

/** A file with one string, which is said to be of that length once unpacked. */
const fileOf = (packed: Uint8Array, length: number): Uint8Array =>
  file('REDIS0011', key(0, 'k', [0xc3], len(packed.length), len(length), packed));

/** Whether the string is the content, whole and in pieces. */
function expectUnpacked(packed: Uint8Array, content: Uint8Array, cuts: readonly number[] = CUTS): void {
  const total = read(file('REDIS0011', key(0, 'k', str(content)))).digest?.total;
  const whole = fileOf(packed, content.length);
  for (const cut of [whole.length, ...cuts]) expect(read(whole, {}, cut).digest?.total).toBe(total);
  expect(oracleOutcome(whole)).toHaveProperty('summary');
}

type Item = Uint8Array | readonly [back: number, run: number];

/** Literal bytes, and runs of bytes from so far back. */
function packedOf(items: readonly Item[]): { readonly packed: Uint8Array; readonly content: Uint8Array } {
  const packed: number[] = [];
  const content: number[] = [];
  for (const item of items) {
    if (item instanceof Uint8Array) {
      packed.push(item.length - 1, ...item);
      content.push(...item);
      continue;
    }
    const back = Math.min(item[0], content.length);
    const [high, low] = [(back - 1) >> 8, (back - 1) & 255];
    const run = item[1] - 2;
    if (run < 7) packed.push((run << 5) | high, low);
    else packed.push(0xe0 | high, run - 7, low);
    for (let left = item[1]; left > 0; left--) content.push(content.at(-back) ?? 0);
  }
  return { packed: Uint8Array.from(packed), content: Uint8Array.from(content) };
}

describe('LZF', () => {
  it('knows literals, short and long references', () => {
    // "ab", then 3 bytes from 2 back (overlapping), then 9 + 1 bytes from 1 back.
    expectUnpacked(Uint8Array.of(1, 97, 98, 0x20, 1, 0xe0, 1, 0), bytes('ababaaaaaaaaaaa'));
  });

  it('yields the same whole and cut anywhere', () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 900 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(runs, fc.constantFrom(...CUTS), (list, cut) => {
        const content = Uint8Array.from(list.flatMap(([byte, count]) => new Array<number>(count).fill(byte)));
        expectUnpacked(lzfData(content), content, [cut]);
      }),
      { numRuns: 30 },
    );
  });

  it('repeats runs of any length from any distance', () => {
    const literal = fc.uint8Array({ minLength: 1, maxLength: 32 });
    const back = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 8192 }));
    const run = fc.oneof(fc.integer({ min: 3, max: 40 }), fc.integer({ min: 3, max: 264 }));
    const items = fc.array(fc.oneof(literal, fc.tuple(back, run)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(literal, items, fc.constantFrom(...CUTS), (first, rest, cut) => {
        const { packed, content } = packedOf([first, ...rest]);
        expectUnpacked(packed, content, [cut]);
      }),
      { numRuns: 60 },
    );
  });

  it('streams what is longer than its buffer, with references into the history kept', () => {
    // 8,192 different-looking bytes, then the same again and again by references of 264 bytes at full distance.
    const block = Uint8Array.from({ length: 8192 }, (_, i) => (i * 7919) >> 5);
    const literals = Array.from({ length: 256 }, (_, i) => block.slice(i * 32, i * 32 + 32));
    const references = Array.from({ length: 1000 }, () => [8192, 264] as const);
    const { packed, content } = packedOf([...literals, ...references]);
    expect(content).toEqual(Uint8Array.from({ length: 8192 + 264 * 1000 }, (_, i) => block[i % 8192] ?? 0));
    expectUnpacked(packed, content);
  });

  it.each([
    ['a reference before the beginning', [0, 97, 0x20, 1], 4],
    ['more than announced', [1, 97, 98], 1],
    ['less than announced', [1, 97, 98], 3],
    ['a literal run cut short', [5, 97, 98], 6],
    ['a reference cut short', [0, 97, 0xe0, 1], 12],
  ])('refuses %s', (_what, packed, length) => {
    const whole = fileOf(Uint8Array.from(packed), length);
    for (const cut of [whole.length, 1]) expect(() => read(whole, {}, cut)).toThrowError(/BadLzf/);
    expect(oracleOutcome(whole)).toEqual({ outcome: 'damaged' });
  });

  it('bounds what a length can claim, also where nothing is unpacked', () => {
    const claim = (stored: number, length: number) => fileOf(new Uint8Array(stored), length);
    expect(read(claim(3, 264), { depth: 'structural' })).toMatchObject({ keys: 1 });
    expect(oracleOutcome(claim(3, 264), 'structural')).toHaveProperty('summary');
    for (const impossible of [claim(3, 265), claim(0, 1), claim(1, 0)]) {
      expect(() => read(impossible, { depth: 'structural' })).toThrowError(/BadLzf/);
      expect(oracleOutcome(impossible, 'structural')).toEqual({ outcome: 'damaged' });
    }
  });
});
