import { describe, expect, it } from 'vitest';
import { Parcel, single } from '../../../../live/recover/parcel.ts';

/** A parcel of one command, and what became of it. */
function parcelOfOne() {
  const outcomes: string[] = [];
  const parcel = new Parcel(single(Buffer.from('a RESTORE')), 0, {
    succeeded: () => outcomes.push('succeeded'),
    refused: (_, message) => outcomes.push(message),
  });
  return { parcel, outcomes };
}

describe('Parcel', () => {
  it('takes OK for success', () => {
    const { parcel, outcomes } = parcelOfOne();
    parcel.status('OK');
    expect(outcomes).toEqual(['succeeded']);
    expect(parcel.isComplete).toBe(true);
  });

  it('takes an error for what the server says', () => {
    const { parcel, outcomes } = parcelOfOne();
    parcel.error('BUSYKEY Target key name already exists.');
    expect(outcomes).toEqual(['BUSYKEY Target key name already exists.']);
    expect(parcel.isComplete).toBe(true);
  });

  it.each([
    ['QUEUED', (parcel: Parcel) => parcel.status('QUEUED'), "'QUEUED'"],
    ['a number', (parcel: Parcel) => parcel.integer(), 'a number'],
    ['a string', (parcel: Parcel) => parcel.bulk(), 'a string'],
    ['nil', (parcel: Parcel) => parcel.nil(), 'nil'],
    ['an array', (parcel: Parcel) => parcel.array(), 'an array'],
  ])('takes %s for no answer to a RESTORE: nothing counts as written', (_, answer, words) => {
    const { parcel, outcomes } = parcelOfOne();
    expect(() => answer(parcel)).toThrow(
      expect.objectContaining({
        code: 'RecoverInterrupted',
        message: `a RESTORE was answered with ${words} instead of OK`,
      }),
    );
    expect(outcomes).toEqual([]);
    expect(parcel.isComplete).toBe(false);
  });
});
