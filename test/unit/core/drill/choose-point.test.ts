import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DrillReport } from '../../../../core/contracts/drill.ts';
import type { PointSummary } from '../../../../core/contracts/recovery-point.ts';
import { choosePoint } from '../../../../core/drill/choose-point.ts';
import { parseSlot, slotAt } from '../../../../core/model/slot.ts';
import { PLAN, summaryOf } from '../facts.ts';

const DRILL = parseSlot('20261122T023000Z');
const INPUT = { cache: 'sessions', drill: DRILL, choose: 'latest' } as const;
const RANDOM = { ...INPUT, choose: 'random' } as const;
const KEEP = { hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' } as const;
const plan = (window: '30d' | '90d' = '30d') => ({ keep: KEEP, drill: { ...PLAN.drill, window } });

const points = [
  summaryOf('20261119T060000Z', 1),
  summaryOf('20261121T060000Z', 1),
  summaryOf('20261120T060000Z', 1),
  summaryOf('20261122T060000Z', 1, 'suspect'),
  summaryOf('20261123T060000Z', 1, 'corrupt'),
];
const at = (slot: string, tier: PointSummary['tier']): PointSummary => ({ ...summaryOf(slot, 1), tier });
const drillOf = (
  drill: string,
  { slot, tier }: PointSummary,
  verdict: DrillReport['verdict'] = 'passed',
) => ({
  drill: parseSlot(drill),
  verdict,
  point: { slot, tier, key: 'k' },
});

describe('choosePoint', () => {
  it('takes the newest verified one', () => expect(choosePoint(INPUT, points, plan(), [])).toBe(points[1]));

  it('takes the one that was asked for', () =>
    expect(choosePoint({ ...INPUT, choose: parseSlot('20261119T060000Z') }, points, plan(), [])).toBe(
      points[0],
    ));

  it.each([
    ['20261122T060000Z', 'suspect'],
    ['20261118T060000Z', 'not there'],
  ])('refuses %s, which is %s', (slot) => {
    const refusal = {
      code: 'NoRecoveryPoint',
      message: expect.stringMatching(
        /^there is no verified recovery point of sessions at 2026-11-\d\d 06:00 UTC in the vault, so there is nothing to drill$/,
      ),
    };
    expect(() => choosePoint({ ...INPUT, choose: parseSlot(slot) }, points, plan(), [])).toThrow(
      expect.objectContaining(refusal),
    );
  });

  it.each([INPUT, RANDOM])('says so if there is none ($choose)', (input) =>
    expect(() => choosePoint(input, points.slice(3), plan(), [])).toThrow(
      'there is no verified recovery point of sessions in the vault, so there is nothing to drill',
    ),
  );
});

describe('a point at random', () => {
  const hourly = at('20261121T120000Z', 'hourly');
  const daily = at('20261115T000000Z', 'daily');
  const weekly = at('20261109T000000Z', 'weekly');
  const monthly = at('20261101T000000Z', 'monthly');
  const all = [hourly, daily, weekly, monthly];

  it('is the same however often the step is tried', () => {
    const chosen = choosePoint(RANDOM, all, plan(), []);
    expect(choosePoint(RANDOM, [...all].reverse(), plan(), [])).toBe(chosen);
  });

  it('goes round all tiers, whatever the chance', () => {
    const drilled: ReturnType<typeof drillOf>[] = [];
    for (const day of ['16', '17', '18', '19']) {
      const drill = `202611${day}T023000Z`;
      const then = { ...RANDOM, drill: parseSlot(drill) };
      drilled.unshift(drillOf(drill, choosePoint(then, all, plan(), drilled)));
    }
    expect(new Set(drilled.map(({ point }) => point.tier)).size).toBe(4);
  });

  it('is one that was never drilled, if its tier has one', () => {
    const other = at('20261116T000000Z', 'daily');
    const drilled = [drillOf('20261120T023000Z', daily)];
    expect(choosePoint(RANDOM, [daily, other], plan(), drilled)).toBe(other);
  });

  it('does not count a drill that failed as proof', () => {
    const drilled = [drillOf('20261120T023000Z', weekly, 'failed'), drillOf('20261119T023000Z', daily)];
    expect(choosePoint(RANDOM, [daily, weekly], plan(), drilled)).toBe(weekly);
  });

  it('lies in the window', () => {
    const old = at('20260901T000000Z', 'monthly');
    expect(choosePoint(RANDOM, [old, daily], plan('30d'), [])).toBe(daily);
    expect(choosePoint(RANDOM, [old, daily], plan('90d'), [drillOf('20261120T023000Z', daily)])).toBe(old);
  });

  it('is none that S3 may expire while it is being drilled', () => {
    const expiring = at('20261120T120000Z', 'hourly');
    expect(choosePoint(RANDOM, [expiring, daily], plan(), [drillOf('20261120T023000Z', daily)])).toBe(daily);
  });

  it('is the newest verified one if the window holds none: an old copy is worth proving too', () => {
    const older = at('20260801T000000Z', 'monthly');
    const old = at('20260901T000000Z', 'monthly');
    expect(choosePoint(RANDOM, [older, old], plan(), [])).toBe(old);
  });

  it('is spread over all points of a tier', () => {
    const month = Array.from({ length: 20 }, (_, day) =>
      at(slotAt(new Date(Date.UTC(2026, 10, 2 + day))), 'daily'),
    );
    const chosen = new Set(
      Array.from({ length: 200 }, (_, minute) => {
        const drill = slotAt(new Date(Date.UTC(2026, 10, 22, 2, minute)));
        return choosePoint({ ...RANDOM, drill }, month, plan(), []).slot;
      }),
    );
    expect(chosen.size).toBe(month.length);
  });

  it('is always verified', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('verified', 'suspect', 'corrupt')),
        ),
        (made) => {
          const candidates = made.map(([day, verdict]) =>
            summaryOf(slotAt(new Date(Date.UTC(2026, 9, 1 + day))), 1, verdict),
          );
          const some = candidates.some(({ verdict }) => verdict === 'verified');
          if (some) expect(choosePoint(RANDOM, candidates, plan(), []).verdict).toBe('verified');
          else expect(() => choosePoint(RANDOM, candidates, plan(), [])).toThrow('no verified');
        },
      ),
    );
  });
});
