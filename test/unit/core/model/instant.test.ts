import { describe, expect, it } from 'vitest';
import { instantIn, readableInstant } from '../../../../core/model/instant.ts';

describe('instantIn', () => {
  it.each([
    ['2026-11-21T06:10Z', '2026-11-21T06:10:00.000Z'],
    ['2026-11-21 06:10', '2026-11-21T06:10:00.000Z'],
    ['2026-11-21 06:10:30 UTC', '2026-11-21T06:10:30.000Z'],
    ['2026-11-21T06:10:30.123Z', '2026-11-21T06:10:30.000Z'],
    ['2026-11-21T07:10+01:00', '2026-11-21T06:10:00.000Z'],
    ['2026-11-21', '2026-11-21T00:00:00.000Z'],
    ['20261121T0610Z', '2026-11-21T06:10:00.000Z'],
    ['20261121T061030Z', '2026-11-21T06:10:30.000Z'],
  ])('reads %s, in UTC unless it says another zone', (text, instant) => {
    expect(instantIn(text)?.toISOString()).toBe(instant);
  });

  it.each([
    '',
    'yesterday',
    '2026',
    '2026-11',
    '2026-02-30',
    '2026-13-01',
    '2026-11-21T25:00Z',
    '20260230T0610Z',
    '6:10',
  ])('takes %j for none', (text) => expect(instantIn(text)).toBeUndefined());

  it('is told to the minute, or to the second where there are any', () => {
    expect(readableInstant(new Date('2026-11-21T06:10:00Z'))).toBe('2026-11-21 06:10 UTC');
    expect(readableInstant(new Date('2026-11-21T06:10:30Z'))).toBe('2026-11-21 06:10:30 UTC');
  });
});
