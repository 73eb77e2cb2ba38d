import { expect, it } from 'vitest';
import { coversAllSlotsOnce, evenSlots, formatSlots, includesSlots, parseSlots } from '../../redis/slots.ts';

it.each([
  ['0-3999', [{ from: 0, to: 3999 }]],
  ['7', [{ from: 7, to: 7 }]],
  [
    '0-1,5-16383',
    [
      { from: 0, to: 1 },
      { from: 5, to: 16383 },
    ],
  ],
  ['', undefined],
  ['5-4', undefined],
  ['0-16384', undefined],
  ['a-b', undefined],
])('reads %j', (text, ranges) => {
  expect(parseSlots(text)).toEqual(ranges);
});

it('deals out all slots evenly, whatever the number of shards', () => {
  for (let shards = 1; shards <= 90; shards++) expect(coversAllSlotsOnce(evenSlots(shards))).toBe(true);
  expect(evenSlots(3).map(formatSlots)).toEqual(['0-5461', '5462-10922', '10923-16383']);
});

it('sees gaps, overlaps and what lies outside', () => {
  expect(coversAllSlotsOnce([[{ from: 0, to: 16382 }]])).toBe(false);
  expect(coversAllSlotsOnce([[{ from: 0, to: 8000 }], [{ from: 8000, to: 16383 }]])).toBe(false);
  expect(
    includesSlots(
      [
        { from: 0, to: 10 },
        { from: 11, to: 20 },
      ],
      [{ from: 5, to: 15 }],
    ),
  ).toBe(true);
  expect(includesSlots([{ from: 0, to: 10 }], [{ from: 5, to: 15 }])).toBe(false);
});
