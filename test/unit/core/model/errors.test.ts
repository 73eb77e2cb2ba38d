import { describe, expect, it } from 'vitest';
import { AppError, codesOfKind, ERRORS, type ErrorCode, isErrorCode } from '../../../../core/model/errors.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

describe('errors', () => {
  it('each have a kind, a code that a state machine can match, and a hint that is a sentence or ends in a command', () => {
    for (const code of CODES) {
      expect(code).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(['user', 'transient', 'permanent', 'integrity']).toContain(ERRORS[code].kind);
      expect(ERRORS[code].hint).toMatch(/^[A-Z].*(\.|: npx redrill [a-z <>-]+)$/);
    }
  });

  it('belong to exactly one kind', () => {
    const all = [
      ...codesOfKind('user'),
      ...codesOfKind('transient'),
      ...codesOfKind('permanent', 'integrity'),
    ];
    expect([...all].sort()).toEqual([...CODES].sort());
    expect(codesOfKind()).toEqual([]);
  });

  it('retried are exactly the transient ones', () =>
    expect(codesOfKind('transient')).toEqual([
      'AwsThrottled',
      'AwsUnavailable',
      'SourceNotAvailable',
      'StateChanged',
    ]));

  it('carry code, name, kind, hint and cause', () => {
    const cause = new Error('why');
    const error = new AppError('NotFound', 'snapshot s is gone', { cause });
    expect(error).toMatchObject({ code: 'NotFound', name: 'NotFound', kind: 'permanent', cause });
    expect(error.hint).toBe(ERRORS.NotFound.hint);
    expect(String(error)).toBe('NotFound: snapshot s is gone');
  });

  it('are told from other names', () => {
    expect(isErrorCode('NotFound')).toBe(true);
    expect(isErrorCode('States.Timeout')).toBe(false);
    expect(isErrorCode('constructor')).toBe(false);
  });

  it('of integrity are those that say something about the data, and only those', () =>
    expect(codesOfKind('integrity')).toEqual([
      'RecordUnreadable',
      'RegistryEntryMissing',
      'CopyDiffers',
      'ExportChanged',
      'RecoveryPointCorrupt',
      'RecoveryPointSuspect',
      'RestoreDiffers',
      'RestoreNotLoaded',
      'VaultFileChanged',
      'FileNotSound',
    ]));
});
