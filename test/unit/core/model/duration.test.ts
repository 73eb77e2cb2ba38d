import { describe, expect, it } from 'vitest';
import { DURATION_FORM, type Duration, readableSeconds, secondsOf } from '../../../../core/model/duration.ts';

describe('duration', () => {
  it.each<[Duration, number]>([
    ['1m', 60],
    ['90m', 5_400],
    ['6h', 21_600],
    ['24h', 86_400],
    ['364d', 31_449_600],
  ])('%s is %d s', (text, seconds) => expect(secondsOf(text)).toBe(seconds));

  it.each(['', '6', 'h', '0h', '06h', '-1h', '1.5h', '6 h', '6H', '6h ', '1w', '1y', '30s', '1h30m'])(
    'refuses %j',
    (text) => {
      expect(DURATION_FORM.test(text)).toBe(false);
      // No limit is kept by what is not a number, and none is exceeded.
      expect(secondsOf(text as Duration)).toBeNaN();
    },
  );

  it.each([
    [0, '0 s'],
    [40.4, '40 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [60, '1 min'],
    [3_569, '59 min'],
    [3_599, '1 h 00 min'],
    [7_500, '2 h 05 min'],
    [47 * 3_600 + 59 * 60, '47 h 59 min'],
    [48 * 3_600 - 1, '2 d 0 h'],
    [3 * 86_400 + 4 * 3_600, '3 d 4 h'],
  ])('%d s reads as %s', (seconds, text) => expect(readableSeconds(seconds)).toBe(text));
});
