import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coversOnce, liesWithin, parseSlotRanges } from '../../../../core/model/slot-ranges.ts';

const ranges = parseSlotRanges;

describe('slot ranges', () => {
  it.each([
    ['', []],
    [' ', []],
    ['0-5460', [{ first: 0, last: 5_460 }]],
    ['7', [{ first: 7, last: 7 }]],
    [
      '0-100, 200-16383',
      [
        { first: 0, last: 100 },
        { first: 200, last: 16_383 },
      ],
    ],
  ])('%j', (text, expected) => expect(ranges(text)).toEqual(expected));

  it.each([
    ['0-16383', true],
    ['0-5460,5461-10922,10923-16383', true],
    ['10923-16383,0-5460,5461-10922', true],
    ['', false],
    ['0-16382', false],
    ['1-16383', false],
    ['0-5460,5462-16383', false],
    ['0-5461,5461-16383', false],
    ['0-16383,0-16383', false],
    ['0-16384', false],
    ['0-100,101-50,51-16383', false],
    ['all', false],
  ])('%j covers every slot once: %s', (text, covers) =>
    expect(coversOnce(ranges(text), 16_384)).toBe(covers),
  );

  it.each([
    ['', '', true],
    ['', '0-1', true],
    ['5', '0-10', true],
    ['0-10', '0-10', true],
    ['0-10', '0-5,6-10', true],
    ['0-11', '0-10', false],
    ['5-6,20', '0-10', false],
    ['5', '', false],
  ])('%j lies within %j: %s', (inner, outer, within) =>
    expect(liesWithin(ranges(inner), ranges(outer))).toBe(within),
  );

  it('cut anywhere into shards cover once; without one of them they do not', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 16_383 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cuts, fc.nat(), (unsorted, at) => {
        const starts = [0, ...unsorted.sort((one, other) => one - other)];
        const all = starts.map((first, index) => ({ first, last: (starts[index + 1] ?? 16_384) - 1 }));
        expect(coversOnce(all, 16_384)).toBe(true);
        expect(
          coversOnce(
            all.filter((_, index) => index !== at % all.length),
            16_384,
          ),
        ).toBe(false);
      }),
    );
  });
});
