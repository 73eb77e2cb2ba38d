import { describe, expect, it } from 'vitest';
import { compareText } from '../../../cli/compare/text.ts';
import { drillText } from '../../../cli/drill/text.ts';
import { DIFFERENT, REPORT } from '../core/drills.ts';

/* What did not end well says what to type next, with the real names, and where it is written what to think of. */

const NONE = { keys: 0, byType: {}, named: [] };
const COMPARED: Parameters<typeof compareText>[0] = {
  contract: 1,
  verdict: 'different',
  source: 'orders/20261121T060000Z',
  target: 'orders',
  keysExpected: 3,
  keysFound: 2,
  expired: 0,
  warnings: [],
  seconds: 1,
  missing: { ...NONE, keys: 1, byType: { string: 1 } },
  added: NONE,
  different: NONE,
  ttl: NONE,
  functions: { missing: [], added: [], different: [] },
};
const plain = (_style: unknown, text: string) => text;

describe('a drill', () => {
  it('that found differences leads to reading the point again', () => {
    const { point, cache } = DIFFERENT;
    expect(drillText(DIFFERENT, 's3://page')).toMatch(
      new RegExp(
        `  next      npx redrill verify ${cache}/${point?.slot}\n  runbook   npx redrill open drill-failed$`,
      ),
    );
  });

  it('that passed leads to nothing', () => expect(drillText(REPORT, 's3://page')).not.toContain('runbook'));
});

describe('a comparison', () => {
  it('that misses keys leads to recovering them', () => {
    const text = compareText(COMPARED, plain);
    expect(text).toContain('npx redrill recover orders/20261121T060000Z --into orders    (only missing keys');
    expect(text).toContain('Runbook: npx redrill open keys-lost');
    expect(text).not.toContain('--mode overwrite');
  });

  it('of changed values names the mode that writes over them', () => {
    const changed = { ...COMPARED, missing: NONE, different: { ...NONE, keys: 1, byType: { hash: 1 } } };
    expect(compareText(changed, plain)).toContain(
      'recover orders/20261121T060000Z --into orders --mode overwrite',
    );
    expect(compareText(changed, plain)).not.toContain('missing keys alone');
  });

  it('without a difference leads to nothing', () =>
    expect(compareText({ ...COMPARED, verdict: 'equal', missing: NONE }, plain)).not.toContain('recover'));
});
