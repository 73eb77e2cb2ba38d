import { describe, expect, it } from 'vitest';
import { choosePart } from '../../../../core/drill/choose-part.ts';
import { slotAt } from '../../../../core/model/slot.ts';

const GIB = 1024 ** 3;
const DAY_MS = 86_400_000;
const SUNDAY = Date.parse('2026-11-22T02:30:00Z');

const partOn = (day: number, share: number, bytes = 100 * GIB) =>
  choosePart(slotAt(new Date(SUNDAY + day * DAY_MS)), { bytes }, { sample: { aboveGib: 50, share } });

describe('choosePart', () => {
  it('is everything where nothing else is configured, or the cache is not larger than that', () => {
    expect(choosePart(slotAt(new Date(SUNDAY)), { bytes: 1e15 }, {})).toBeUndefined();
    expect(partOn(0, 0.1, 50 * GIB)).toBeUndefined();
    expect(partOn(0, 0.1, 50 * GIB + 1)).toMatchObject({ groups: 10 });
  });

  it.each([
    [0.5, 2],
    [0.3, 3],
    [0.1, 10],
    [0.001, 1000],
  ])('is at least the share of %d: one part of %d', (share, groups) =>
    expect(partOn(0, share)?.groups).toBe(groups),
  );

  it.each([0.5, 0.3, 0.25, 1 / 7, 0.1, 0.07, 0.05])(
    'is each part once in as many days, or weeks, with a share of %d',
    (share) => {
      const { groups = 0 } = partOn(0, share) ?? {};
      for (const step of [1, 7]) {
        const days = Array.from({ length: groups }, (_, at) => partOn(at * step, share)?.group);
        expect(new Set(days).size).toBe(groups);
      }
    },
  );
});
