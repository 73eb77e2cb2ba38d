import { describe, expect, it } from 'vitest';
import type { DoctorPlace } from '../../../../core/doctor/findings.ts';
import { freeFinding, NAMED, namesUnseen, takenFindings } from '../../../../core/doctor/name-findings.ts';
import { NAMED_TYPES } from '../../../../core/ports/doctor.ts';

const place: DoctorPlace = { half: 'vault', account: '111122223333', region: 'eu-central-1' };

describe('names that are taken', () => {
  it('are nothing to tell if there are none', () => {
    expect(takenFindings({ place, type: 'AWS::IAM::Role', taken: [] })).toEqual([]);
    expect(freeFinding(100, place)).toMatchObject({ state: 'ok', id: 'other-names' });
  });

  it.each(NAMED_TYPES)('%s: the finding says whose it is and what removes it, in the region', (type) => {
    const [finding] = takenFindings({ place, type, taken: ['redrill-x'] });
    expect(finding).toMatchObject({ state: 'problem', id: 'name-taken', subject: 'redrill-x' });
    const [owner, ...removal] = finding?.next ?? [];
    expect(owner).toMatch(
      /^aws cloudformation describe-stack-resources --physical-resource-id \S*redrill-x --region/,
    );
    expect(removal.length).toBeGreaterThan(0);
    for (const command of removal)
      expect(command).toMatch(/^aws .*(delete).*redrill-x.* --region eu-central-1$/);
  });

  it('many of one type are one finding, with the first five', () => {
    const taken = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const [finding] = takenFindings({ place, type: 'AWS::Lambda::Function', taken });
    expect(finding?.subject).toBe('a and 6 more');
    expect(finding?.text).toContain('a, b, c, d, e and 2 more.');
    expect(finding?.next).toHaveLength(6);
  });

  it.each(NAMED_TYPES)('%s: what may not be seen names the permission', (type) => {
    const finding = namesUnseen(type, place);
    expect(finding.state).toBe('unknown');
    expect(finding.next[0]).toContain(NAMED[type].needs);
  });
});
