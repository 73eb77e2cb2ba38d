import { describe, expect, it } from 'vitest';
import { parseSlot } from '../../../../core/model/slot.ts';
import type { Verdict } from '../../../../core/model/verdict.ts';
import { explainPoints } from '../../../../core/retention/explain-points.ts';
import { pointOf } from '../facts.ts';

const KEEP = { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' } as const;
const PLAN = { keep: KEEP, minimumRedundancy: 2 };
const at = (hour: string) => parseSlot(`20261121T${hour}0000Z`);
const hourly = (hour: string, verdict: Verdict = 'verified') =>
  pointOf({ slot: at(hour), tier: 'hourly', verdict, admittedAt: `2026-11-21T${hour}:10:00.000Z` });
const POINTS = ['00', '06', '12', '18'].map((hour) => hourly(hour));

/** Hour, fate and expiry of each, newest first. */
function fates(...given: Parameters<typeof explainPoints>) {
  return explainPoints(...given).map(({ point, fate, expiresFrom }) =>
    [point.slot.slice(9, 11), fate, expiresFrom?.toISOString().slice(0, 10)].filter(Boolean).join(' '),
  );
}

describe('explainPoints', () => {
  it('tells newest first what is kept, and from which midnight on the rest expires', () => {
    expect(fates(POINTS, { holds: [] }, PLAN)).toEqual([
      '18 kept',
      '12 kept',
      '06 released 2026-11-24',
      '00 released 2026-11-24',
    ]);
  });

  const SUSPECT = [...POINTS, hourly('20', 'suspect')];

  it('does not say of what was released earlier that it is kept, because releases have stopped since', () => {
    const explained = explainPoints(SUSPECT, { holds: [], releasedThrough: at('06') }, PLAN);
    expect(explained.map(({ fate }) => fate)).toEqual(['kept', 'kept', 'kept', 'released', 'released']);
    expect(explained.at(-1)).toMatchObject({
      fateBecause:
        'released earlier, which only a hold reverses; now releases are stopped: 20261121T200000Z is suspect',
      expiresFrom: new Date('2026-11-24T00:00:00Z'),
    });
  });

  it('keeps what is held, though it was released earlier', () => {
    const holds = [
      { slot: at('00'), tier: 'hourly', by: 'ann', at: '2026-11-21T19:00:00.000Z', why: 'x' },
    ] as const;
    const entry = { holds: [...holds], releasedThrough: at('06') };
    expect(fates(SUSPECT, entry, PLAN).slice(-2)).toEqual(['06 released 2026-11-24', '00 kept']);
  });

  it('without a configured plan all are kept: no rule of S3 expires them', () => {
    expect(fates(POINTS, { holds: [], releasedThrough: at('06') }, undefined)).toEqual([
      '18 kept',
      '12 kept',
      '06 kept',
      '00 kept',
    ]);
  });
});
