import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../core/model/errors.ts';
import { instantOf, isSlot, parseSlot, readableSlot, slotAt } from '../../../../core/model/slot.ts';
import { anySlot } from '../arbitraries.ts';

describe('slot', () => {
  it('cuts an instant to its minute', () => {
    expect(slotAt(new Date('2026-11-21T06:00:59.999Z'))).toBe('20261121T060000Z');
    expect(slotAt(new Date('2026-11-21T06:01:00.000Z'))).toBe('20261121T060100Z');
  });

  it('means one instant, there and back', () => {
    fc.assert(
      fc.property(anySlot, (slot) => {
        expect(slotAt(instantOf(slot))).toBe(slot);
        expect(parseSlot(slot)).toBe(slot);
      }),
    );
  });

  it('sorts as text the way it sorts in time', () => {
    fc.assert(
      fc.property(anySlot, anySlot, (one, other) => {
        expect(one < other).toBe(instantOf(one).getTime() < instantOf(other).getTime());
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['20261121T060001Z', 'seconds'],
    ['20261121T0600Z', 'no seconds'],
    ['2026-11-21T06:00:00Z', 'the extended form'],
    ['20261121T060000', 'no zone'],
    ['20261121T060000Z ', 'a blank'],
    ['20260230T060000Z', 'the thirtieth of February'],
    ['20250229T060000Z', 'a leap day of no leap year'],
    ['20261321T060000Z', 'a thirteenth month'],
    ['20261121T240000Z', 'hour 24'],
    ['20261121T066000Z', 'minute 60'],
    ['20261100T060000Z', 'day 0'],
  ])('refuses %j: %s', (raw) => {
    expect(isSlot(raw)).toBe(false);
    const refusal = expect.objectContaining({
      code: 'BadSlot',
      message: `'${raw}' is not a slot; write it as 20261121T060000Z (UTC, to the minute)`,
    });
    expect(() => parseSlot(raw)).toThrow(refusal);
    expect(() => parseSlot(raw)).toThrow(AppError);
  });

  it('accepts a leap day', () => expect(isSlot('20280229T235900Z')).toBe(true));

  it('reads as people write it', () =>
    expect(readableSlot(parseSlot('20261121T060000Z'))).toBe('2026-11-21 06:00 UTC'));
});
