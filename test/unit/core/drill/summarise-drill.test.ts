import { describe, expect, it } from 'vitest';
import {
  type DrillReport,
  drillHistory,
  drillReport,
  RECENT_DRILLS,
} from '../../../../core/contracts/drill.ts';
import { composeHistory, proofOf, summariseDrill } from '../../../../core/drill/summarise-drill.ts';
import { slotAt } from '../../../../core/model/slot.ts';
import { DIFFERENT, ENDED, LATE, REPORT } from '../drills.ts';

describe('proofOf', () => {
  const failedAfterwards = { ...REPORT, reasons: [{ code: 'RestoreUnreachable', message: 'gone' }] };
  const both = { ...DIFFERENT, reasons: [...DIFFERENT.reasons, ...LATE.reasons] };
  it.each<[string, DrillReport, string]>([
    ['that passed', REPORT, 'proven'],
    ['with right data too late', LATE, 'proven'],
    ['with something else', DIFFERENT, 'differs'],
    ['with something else, and late', both, 'differs'],
    ['that compared nothing', ENDED, 'nothing'],
    ['that compared, and then failed', failedAfterwards, 'nothing'],
  ])('of a drill %s', (_what, report, proof) => expect(proofOf(report)).toBe(proof));
});

describe('a drill in a line', () => {
  it('has everything that plots and lists need', () =>
    expect(summariseDrill(LATE)).toEqual({
      drill: LATE.drill,
      verdict: 'failed',
      proof: 'proven',
      codes: ['RtoMissed'],
      point: { slot: LATE.point?.slot, tier: 'daily' },
      keysCompared: 100_000,
      bytes: 16_700_000,
      compareSeconds: 12.5,
      achievedRtoSeconds: 5_400,
      targetRtoSeconds: 3_600,
      achievedRpoSeconds: 9_900,
      targetRpoSeconds: 28_800,
    }));

  it('says which part was compared, if it was not all', () => {
    const comparison = REPORT.comparison && { ...REPORT.comparison, share: 0.1 };
    expect(summariseDrill({ ...REPORT, comparison })).toMatchObject({ share: 0.1 });
  });

  it('leaves out what was not measured', () =>
    expect(summariseDrill(ENDED)).toEqual({
      drill: ENDED.drill,
      verdict: 'failed',
      proof: 'nothing',
      codes: ['NoRecoveryPoint'],
    }));
});

describe('composeHistory', () => {
  const DAY_MS = 86_400_000;
  const reports = Array.from({ length: RECENT_DRILLS + 5 }, (_, day) => ({
    ...REPORT,
    drill: slotAt(new Date(Date.UTC(2026, 0, 1) + day * DAY_MS)),
  }));

  it('keeps the newest drills, newest first', () => {
    const history = composeHistory('sessions', reports, []);
    expect(drillHistory.parse(JSON.parse(JSON.stringify(history)))).toEqual(history);
    expect(history.drills.map(({ drill }) => drill)).toEqual(
      reports
        .map(({ drill }) => drill)
        .reverse()
        .slice(0, RECENT_DRILLS),
    );
  });

  it.each([REPORT, LATE, DIFFERENT, ENDED])('the reports here fit their contract', (report) =>
    expect(drillReport.parse(report)).toEqual(report),
  );
});
