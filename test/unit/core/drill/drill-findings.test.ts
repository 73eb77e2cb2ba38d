import { describe, expect, it } from 'vitest';
import type { DrillReport } from '../../../../core/contracts/drill.ts';
import { findingText, isOfThePoint, openFindings } from '../../../../core/drill/drill-findings.ts';
import { parseSlot, type Slot } from '../../../../core/model/slot.ts';
import { DIFFERENT, ENDED, LATE, REPORT } from '../drills.ts';

const POINT = parseSlot('20261101T000000Z');
const OTHER = parseSlot('20261102T000000Z');
const day = (of: number): Slot => parseSlot(`202611${`${of}`.padStart(2, '0')}T023000Z`);

function drilled(report: DrillReport, on: number, slot = POINT): DrillReport {
  return { ...report, drill: day(on), point: { slot, tier: 'daily', key: 'x' } };
}

function failedWith(code: string): DrillReport {
  const { comparison: _none, ...report } = REPORT;
  return { ...report, verdict: 'failed', reasons: [{ code, message: 'why' }] };
}

const SAMPLED: DrillReport = { ...REPORT, comparison: { ...comparisonOf(REPORT), share: 0.25 } };

function comparisonOf({ comparison }: DrillReport): NonNullable<DrillReport['comparison']> {
  if (comparison === undefined) throw new Error('the sample report has a comparison');
  return comparison;
}

const slots = (reports: readonly DrillReport[], before: Parameters<typeof openFindings>[1] = []) =>
  openFindings(reports, before).map(({ slot }) => slot);

describe('a recovery point is known to be bad', () => {
  it.each(['RestoreDiffers', 'RestoreNotLoaded', 'VaultFileChanged'])(
    'after a drill of it has ended with %s',
    (code) => {
      expect(isOfThePoint(code)).toBe(true);
      expect(openFindings([drilled(failedWith(code), 5)], [])).toEqual([
        { slot: POINT, tier: 'daily', drill: day(5), code, message: 'why' },
      ]);
    },
  );

  it.each([
    'DrillCapacityMissing',
    'DrillClusterFailed',
    'DrillClusterOverdue',
    'RestoreUnreachable',
    'AccessDenied',
    'AwsUnavailable',
  ])('but not after one that ended with %s, which says nothing of it', (code) => {
    expect(slots([drilled(failedWith(code), 5)])).toEqual([]);
    expect(slots([drilled(DIFFERENT, 4), drilled(failedWith(code), 5)])).toEqual([POINT]);
  });

  it('nor after one that never got as far as a point, or was only late', () =>
    expect(slots([ENDED, drilled(LATE, 5)])).toEqual([]));

  it('until a later drill of the same point finds all of it right, even if late', () => {
    expect(slots([drilled(DIFFERENT, 4), drilled(REPORT, 5)])).toEqual([]);
    expect(slots([drilled(DIFFERENT, 4), drilled(LATE, 5)])).toEqual([]);
    expect(slots([drilled(REPORT, 5), drilled(DIFFERENT, 4)])).toEqual([]);
  });

  it.each([
    ['an earlier drill of it passed', drilled(REPORT, 3)],
    ['a later drill of another passed', drilled(REPORT, 5, OTHER)],
    ['a later drill of it passed that read a sample', drilled(SAMPLED, 5)],
  ])('still, although %s', (_what, other) => expect(slots([drilled(DIFFERENT, 4), other])).toEqual([POINT]));

  it('however long ago its drill was', () => {
    const before = openFindings([drilled(DIFFERENT, 4)], []);
    expect(slots([drilled(REPORT, 20, OTHER)], before)).toEqual([POINT]);
    expect(slots([drilled(REPORT, 20)], before)).toEqual([]);
    expect(slots([drilled(REPORT, 3)], before)).toEqual([POINT]);
  });

  it('newest point first, and says so in words', () => {
    const found = openFindings(
      [drilled(DIFFERENT, 4), drilled(failedWith('RestoreNotLoaded'), 6, OTHER)],
      [],
    );
    expect(found.map((each) => `${each.slot}: ${findingText(each)}`)).toEqual([
      `${OTHER}: the drill of 2026-11-06 02:30 UTC found that ElastiCache cannot load it`,
      `${POINT}: the drill of 2026-11-04 02:30 UTC found that the restored data differs from the record`,
    ]);
  });
});
