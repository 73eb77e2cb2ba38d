import { describe, expect, it } from 'vitest';
import { type FleetDays, fleetDays as fleetDaysContract } from '../../../../core/contracts/fleet.ts';
import {
  type PointSummary,
  RECENT_POINTS,
  type RegistryEntry,
} from '../../../../core/contracts/recovery-point.ts';
import { slotAt } from '../../../../core/model/slot.ts';
import { FLEET_DAYS, fleetDays, type WrittenDays } from '../../../../core/watch/fleet-days.ts';
import { entryOf, summaryOf } from '../facts.ts';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-11-22T03:00:00Z');
const RPO_SECONDS = 8 * 3600;

/** Copies every six hours back from midnight of the day of {@link NOW}, newest first. */
function sixHourly(count: number, without: (copy: string) => boolean = () => false): readonly PointSummary[] {
  const slots = Array.from({ length: count }, (_, ago) =>
    slotAt(new Date(Date.parse('2026-11-22T00:00:00Z') - ago * 6 * HOUR_MS)),
  );
  return slots.filter((slot) => !without(slot)).map((slot) => summaryOf(slot, 10));
}

interface Known {
  readonly recent?: readonly PointSummary[];
  readonly weekly?: readonly PointSummary[];
  readonly written?: WrittenDays;
  readonly since?: string;
  readonly now?: Date;
}

function daysOf({ recent = [], weekly = [], written, since = '2026-11-19T00:00:00Z', now = NOW }: Known) {
  const entry: RegistryEntry | undefined =
    recent.length === 0 ? undefined : { ...entryOf(recent, 'sessions'), weekly: [...weekly] };
  const days = fleetDays({ entry, rpoSeconds: RPO_SECONDS, protectedSince: Date.parse(since), written, now });
  for (const each of days) fleetDaysContract.parse(each);
  return days;
}

const said = (days: readonly FleetDays[]) =>
  days.map(({ from, to, state, longestGapSeconds = Number.NaN }) =>
    [from.slice(5), to.slice(5), state, longestGapSeconds / 3600].join(' '),
  );

describe('the days of a cache', () => {
  it('that are alike are one run', () =>
    expect(said(daysOf({ recent: sixHourly(12) }))).toEqual(['11-19 11-22 verified 6']));

  it('on which the RPO was missed between copies, and on which there was no copy, are told apart', () =>
    expect(
      said(
        daysOf({ recent: sixHourly(17, (slot) => slot > '20261119T060000Z' && slot < '20261121T120000Z') }),
      ),
    ).toEqual([
      '11-18 11-18 verified 6',
      '11-19 11-19 late 18',
      '11-20 11-20 missing 42',
      '11-21 11-21 late 54',
      '11-22 11-22 verified 6',
    ]));

  it.each(['suspect', 'corrupt'] as const)('with a %s copy among good ones are suspect', (verdict) => {
    const recent = [...sixHourly(8), summaryOf('20261121T030000Z', 0, verdict)];
    expect(said(daysOf({ recent, since: '2026-11-20T06:00:00Z' }))).toEqual([
      '11-20 11-20 verified 6',
      '11-21 11-21 suspect 6',
      '11-22 11-22 verified 6',
    ]);
  });

  it('without a copy are as they must be while none is due', () =>
    expect(
      said(daysOf({ recent: [summaryOf('20261121T210000Z', 10)], since: '2026-11-21T21:00:00Z' })),
    ).toEqual(['11-21 11-21 verified 3', '11-22 11-22 not-due 6']));

  it('of a cache that never had a copy are missing, from the first on that lasts longer than the RPO', () =>
    expect(said(daysOf({ since: '2026-11-20T20:00:00Z' }))).toEqual([
      '11-20 11-20 not-due 4',
      '11-21 11-21 missing 28',
      '11-22 11-22 missing 31',
    ]));

  it('before the first verified copy that is known make no gap of it', () =>
    expect(said(daysOf({ recent: sixHourly(2), since: '2026-11-01T00:00:00Z' })).at(-1)).toBe(
      '11-21 11-22 verified 6',
    ));

  const full = sixHourly(RECENT_POINTS);
  const oldestComplete = '2026-11-14';

  it('that the registry does not reach are unknown, but for the first copies of weeks', () => {
    const weekly = [summaryOf('20261109T000000Z', 10)].map((each) => ({ ...each, tier: 'weekly' as const }));
    expect(said(daysOf({ recent: full, weekly, since: '2026-11-07T00:00:00Z' }))).toEqual([
      '11-07 11-08 unknown NaN',
      '11-09 11-09 verified NaN',
      '11-10 11-12 unknown NaN',
      '11-13 11-13 verified NaN',
      '11-14 11-22 verified 6',
    ]);
  });

  const run = (from: string, to: string, state: FleetDays['state']): FleetDays => ({
    from: `2026-11-${from}`,
    to: `2026-11-${to}`,
    state,
    longestGapSeconds: 6 * 3600,
  });

  it('that the registry does not reach are taken from the document before, which counts for no others', () => {
    const days = [run('05', '06', 'verified'), run('07', '07', 'missing'), run('08', '21', 'suspect')];
    const found = daysOf({ recent: full, written: { days, asOf: '2026-11-21T23:45:00Z' } });
    expect(said(found)).toEqual([
      '11-05 11-06 verified 6',
      '11-07 11-07 missing 6',
      '11-08 11-13 suspect 6',
      '11-14 11-22 verified 6',
    ]);
    expect(found.at(-1)?.from).toBe(oldestComplete);
  });

  it.each(['missing', 'not-due'] as const)(
    'of which the last document was written while they lasted are not %s, because a copy may have come',
    (state) =>
      expect(
        daysOf({
          recent: full,
          written: { days: [run('10', '10', state)], asOf: '2026-11-10T05:00:00Z' },
        })[0],
      ).toEqual({ from: '2026-11-10', to: '2026-11-12', state: 'unknown' }),
  );

  it('of which the last document was written while they lasted keep what it had found', () =>
    expect(
      daysOf({ recent: full, written: { days: [run('10', '10', 'late')], asOf: '2026-11-10T05:00:00Z' } })[0],
    ).toMatchObject({ from: '2026-11-10', to: '2026-11-10', state: 'late' }));

  it(`are ${FLEET_DAYS} at most, and none is left out or told twice`, () => {
    const written = { days: [run('01', '21', 'verified')], asOf: '2026-11-21T23:45:00Z' };
    const found = daysOf({ recent: full, written, since: '2025-01-01T00:00:00Z' });
    const counted = found.map(({ from, to }) => 1 + (Date.parse(to) - Date.parse(from)) / (24 * HOUR_MS));
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(FLEET_DAYS);
    expect(found.at(-1)?.to).toBe('2026-11-22');
  });
});
