import { describe, expect, it } from 'vitest';
import { percentText } from '../../../../core/model/percent.ts';

describe('a percentage', () => {
  it.each<[number, string, string]>([
    [0, '0 %', '0.0 %'],
    [1 / 2005, 'under 1 %', 'under 0.1 %'],
    [1e-6, 'under 1 %', 'under 0.1 %'],
    [0.01, '1 %', '1.0 %'],
    [0.29, '29 %', '29.0 %'],
    [0.57, '57 %', '57.0 %'],
    [1 / 3, '33 %', '33.3 %'],
    [1 - 3 / 2005, '99 %', '99.8 %'],
    [0.999999, '99 %', '99.9 %'],
    [1, '100 %', '100.0 %'],
  ])('of %d', (share, whole, tenths) => {
    expect(percentText(share)).toBe(whole);
    expect(percentText(share, { decimals: 1, zeros: true })).toBe(tenths);
  });

  it('has no decimals that are 0, unless a column has to line up', () => {
    expect([percentText(0.25, { decimals: 1 }), percentText(0.255, { decimals: 1 })]).toEqual([
      '25 %',
      '25.5 %',
    ]);
  });
});
