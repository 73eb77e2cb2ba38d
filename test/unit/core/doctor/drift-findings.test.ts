import { describe, expect, it } from 'vitest';
import { driftFindings } from '../../../../core/doctor/drift-findings.ts';
import type { Drift } from '../../../../core/watch/settings/assess-drift.ts';

const drift = (setting: Partial<Drift['setting']>, change: Partial<Drift> = {}): Drift => ({
  setting: { id: 'x', expected: {}, ...setting } as Drift['setting'],
  kind: 'differs',
  expected: 'a',
  found: 'b',
  differences: [],
  repairs: ['aws put it back'],
  passing: false,
  ...change,
});
const found = (...drifts: readonly Drift[]) =>
  driftFindings(drifts, { stack: 'redrill-vault', region: 'eu-central-1', settings: 7 });

describe('settings', () => {
  it('that are as deployed are one line', () => {
    expect(found()).toMatchObject([
      { state: 'ok', id: 'settings', text: '7 settings match the deployment.' },
    ]);
  });

  it('that differ: what was found, the command, and the deployment that puts back all', () => {
    expect(found(drift({ kind: 'alarm' }))).toMatchObject([
      {
        state: 'problem',
        id: 'alarm-changed',
        text: 'Expected a; found b.',
        next: ['aws put it back', 'npx cdk deploy redrill-vault --revert-drift'],
      },
    ]);
  });

  it('that are gone', () => {
    expect(found(drift({ kind: 'role' }, { kind: 'gone' }))).toMatchObject([
      { id: 'role-missing', text: 'It does not exist.' },
    ]);
  });

  it('that cannot be read are not checked, and never well', () => {
    expect(found(drift({ kind: 'key' }, { kind: 'unreadable', found: 'AccessDenied' }))).toMatchObject([
      {
        state: 'unknown',
        id: 'key-unread',
        text: 'Not checked: AccessDenied',
        next: ['npx redrill doctor, with credentials that may read it'],
      },
    ]);
  });

  it('that AWS did not answer for are to be read again, with the same credentials', () => {
    const silent = drift({ kind: 'key' }, { kind: 'unreadable', found: 'no answer', passing: true });
    expect(found(silent)).toMatchObject([{ state: 'unknown', next: ['npx redrill doctor'] }]);
  });

  it.each([
    ['subscription', 'nothing', /no such subscription/],
    ['audience', 'pending', /not confirmed/],
  ] as const)('of a %s: %s', (kind, was, text) => {
    const [each] = found(drift({ kind }, { kind: was === 'nothing' ? 'gone' : 'differs', found: was }));
    expect(each?.text).toMatch(text);
    expect(each?.next[0]).toMatch(/^Confirm the subscription/);
  });
});
