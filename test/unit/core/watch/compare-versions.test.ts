import { describe, expect, it } from 'vitest';
import { VERSION } from '../../../../core/model/version.ts';
import { versionAdvice } from '../../../../core/watch/compare-versions.ts';

describe('versionAdvice', () => {
  it.each<[string | undefined, string | undefined, string | undefined]>([
    [undefined, undefined, undefined],
    ['0.10.0', '0.10.0', undefined],
    ['0.10.0', undefined, undefined],
    ['0.11.0', '0.10.0', 'redrill-vault has version 0.11.0, and this command 0.10.0: update the command'],
    ['0.9.0', undefined, 'redrill-vault has version 0.9.0, and this command 0.10.0: deploy the stacks'],
    [
      '0.9.0',
      '0.9.0',
      'redrill-vault has version 0.9.0, redrill-source has version 0.9.0, and this command 0.10.0: deploy the stacks',
    ],
    ['0.9.0', '0.11.0', 'redrill-source has version 0.11.0, and this command 0.10.0: update the command'],
  ])('of a vault of %s and a source of %s', (vault, source, advice) =>
    expect(versionAdvice({ vault, source }, '0.10.0')).toBe(advice),
  );

  it('compares with this version', () =>
    expect(versionAdvice({ vault: VERSION, source: VERSION })).toBeUndefined());
});
