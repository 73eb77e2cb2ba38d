import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../core/contracts/doctor.ts';
import { inOrder, outcomeOf } from '../../../../core/doctor/outcome.ts';

const found = (state: Finding['state'], subject: string = state): Finding => ({
  id: 'bootstrap',
  state,
  subject,
  text: '',
  next: [],
});

describe('the outcome of doctor', () => {
  it.each([
    ['well', ['ok', 'advice']],
    ['incomplete', ['ok', 'unknown']],
    ['incomplete', []],
    ['problems', ['unknown', 'ok', 'problem']],
  ] as const)('is "%s" when the checks find %j', (outcome, states) => {
    expect(outcomeOf(states.map((state) => found(state)))).toBe(outcome);
  });

  it('lists problems first, then what could not be checked, and keeps the order of the checks within each', () => {
    const findings = [
      found('ok'),
      found('advice'),
      found('problem', 'b'),
      found('unknown'),
      found('problem', 'a'),
    ];
    expect(inOrder(findings).map(({ subject }) => subject)).toEqual(['b', 'a', 'unknown', 'advice', 'ok']);
  });
});
