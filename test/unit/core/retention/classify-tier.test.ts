import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, parseSlot, type Slot, slotAt } from '../../../../core/model/slot.ts';
import { TIERS, type Tier } from '../../../../core/model/tier.ts';
import {
  classificationHorizon,
  classifyTier,
  isTierSettled,
} from '../../../../core/retention/classify-tier.ts';
import { anySlot } from '../arbitraries.ts';

const at = (text: string) => slotAt(new Date(`${text}:00Z`));

/** Classifies slot after slot, the way verified ingests follow each other. */
function story(slots: readonly string[]): readonly Tier[] {
  const verified: Slot[] = [];
  return slots.map((text) => {
    const slot = at(text);
    const { tier } = classifyTier(slot, verified);
    verified.push(slot);
    return tier;
  });
}

describe('classifyTier', () => {
  it.each<[string, readonly [string, Tier][]]>([
    [
      'a month from its first day (2026-11-01 is a Sunday)',
      [
        ['2026-11-01T00:00', 'monthly'],
        ['2026-11-01T06:00', 'hourly'],
        ['2026-11-02T00:00', 'weekly'],
        ['2026-11-02T06:00', 'hourly'],
        ['2026-11-03T00:00', 'daily'],
        ['2026-11-03T23:59', 'hourly'],
        ['2026-11-04T00:00', 'daily'],
        ['2026-11-08T18:00', 'daily'],
        ['2026-11-09T00:00', 'weekly'],
      ],
    ],
    [
      'a month that begins on a Monday: its monthly is the week’s first too',
      [
        ['2026-06-01T00:00', 'monthly'],
        ['2026-06-02T00:00', 'daily'],
        ['2026-06-08T00:00', 'weekly'],
      ],
    ],
    [
      'a year’s end within a week (2026-12-28 is a Monday)',
      [
        ['2026-12-27T00:00', 'monthly'],
        ['2026-12-28T00:00', 'weekly'],
        ['2026-12-31T18:00', 'daily'],
        ['2027-01-01T00:00', 'monthly'],
        ['2027-01-01T06:00', 'hourly'],
        ['2027-01-02T00:00', 'daily'],
        ['2027-01-04T00:00', 'weekly'],
      ],
    ],
    [
      'a leap day',
      [
        ['2028-02-28T12:00', 'monthly'],
        ['2028-02-29T00:00', 'daily'],
        ['2028-03-01T00:00', 'monthly'],
      ],
    ],
    [
      'failed first slots of a month: the next verified one earns it, two days late',
      [
        ['2026-10-31T18:00', 'monthly'],
        ['2026-11-03T12:00', 'monthly'],
        ['2026-11-03T18:00', 'hourly'],
        ['2026-11-04T00:00', 'daily'],
      ],
    ],
    [
      'the same month of another year',
      [
        ['2026-11-21T06:00', 'monthly'],
        ['2027-11-21T06:00', 'monthly'],
      ],
    ],
  ])('%s', (_what, expected) =>
    expect(story(expected.map(([slot]) => slot))).toEqual(expected.map(([, tier]) => tier)),
  );

  it.each([
    [[], 'monthly', 'first verified of its month (2026-11)'],
    [['2026-11-15T00:00'], 'weekly', 'first verified of its week (2026-11-16)'],
    [['2026-11-20T23:59'], 'daily', 'first verified of its day (2026-11-21)'],
    [['2026-11-21T00:00'], 'hourly', 'its month, week and day have a verified recovery point already'],
  ])('after %j: %s, because %s', (verified, tier, why) =>
    expect(classifyTier(at('2026-11-21T06:00'), verified.map(at))).toEqual({ tier, why }),
  );

  it('is the same when a slot is classified again', () => {
    fc.assert(
      fc.property(anySlot, fc.array(anySlot), (slot, verified) => {
        const others = verified.filter((each) => each !== slot);
        expect(classifyTier(slot, [...others, slot])).toEqual(classifyTier(slot, others));
      }),
    );
  });

  it('needs to know nothing from before the horizon', () => {
    const minutesBefore = fc.array(fc.integer({ min: 0, max: 60 * 24 * 60 }));
    fc.assert(
      fc.property(anySlot, minutesBefore, (slot, minutes) => {
        const verified = minutes.map((each) => slotAt(new Date(instantOf(slot).getTime() - each * 60_000)));
        const horizon = slotAt(classificationHorizon(slot));
        const recent = verified.filter((each) => each >= horizon);
        expect(classifyTier(slot, recent)).toEqual(classifyTier(slot, verified));
      }),
    );
  });

  it('gives each month, week and day exactly one of its tier, however the slots fall', () => {
    const start = Date.UTC(2026, 9, 15);
    const slots = fc.uniqueArray(fc.integer({ min: 0, max: 24 * 100 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(slots, (hours) => {
        const sorted = [...hours].sort((one, other) => one - other);
        const texts = sorted.map((hour) => new Date(start + hour * 3_600_000).toISOString().slice(0, 16));
        const tiers = story(texts);
        expect(tiers.filter((tier) => tier === 'monthly')).toHaveLength(
          new Set(texts.map((t) => t.slice(0, 7))).size,
        );
        const days = texts.filter((_, at) => tiers[at] !== 'hourly').map((text) => text.slice(0, 10));
        expect(days).toEqual([...new Set(texts.map((text) => text.slice(0, 10)))]);
        for (const tier of tiers) expect(TIERS).toContain(tier);
      }),
    );
  });

  it.each([
    ['20261121T060000Z', '2026-11-01T00:00:00.000Z'],
    ['20261101T060000Z', '2026-10-26T00:00:00.000Z'],
    ['20260601T000000Z', '2026-06-01T00:00:00.000Z'],
    ['20270101T060000Z', '2026-12-28T00:00:00.000Z'],
  ])('the horizon of %s is %s', (slot, horizon) =>
    expect(classificationHorizon(parseSlot(slot)).toISOString()).toBe(horizon),
  );
});

describe('isTierSettled', () => {
  /** Within two months, so that they meet in their periods. */
  const near = fc
    .integer({ min: 0, max: 60 * 24 })
    .map((hours) => slotAt(new Date(Date.UTC(2026, 9, 10, hours))));
  const slots = fc.uniqueArray(near, { maxLength: 12 });

  it('stops a reading from the newest on where nothing older changes the tier', () => {
    fc.assert(
      fc.property(near, slots, slots, (slot, verified, others) => {
        const known: Slot[] = [];
        for (const next of [...new Set([...verified, ...others])].sort().reverse()) {
          if (isTierSettled(slot, known, next)) break;
          if (verified.includes(next)) known.push(next);
        }
        expect(classifyTier(slot, known)).toEqual(classifyTier(slot, verified));
      }),
    );
  });

  it.each<[string, readonly string[], string, boolean]>([
    ['nothing is known', [], '2026-11-21T00:00', false],
    ['its day is taken', ['2026-11-21T00:00'], '2026-11-20T18:00', true],
    ['its week is taken, and its day over', ['2026-11-20T00:00'], '2026-11-19T18:00', true],
    ['its week is taken by a later one, and its day open', ['2026-11-22T00:00'], '2026-11-21T00:00', false],
    ['its month is taken, and its week open', ['2026-11-23T00:00'], '2026-11-16T00:00', false],
    ['its month is over', [], '2026-10-31T18:00', true],
  ])('says of a slot of the 21st, when %s', (_when, verified, unknown, settled) => {
    expect(isTierSettled(at('2026-11-21T06:00'), verified.map(at), at(unknown))).toBe(settled);
  });
});
