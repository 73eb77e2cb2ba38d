import { describe, expect, it } from 'vitest';
import type { DrillHistory } from '../../../../core/contracts/drill.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { PointSummary, RegistryEntry } from '../../../../core/contracts/recovery-point.ts';
import { summariseDrill } from '../../../../core/drill/summarise-drill.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import type { Tier } from '../../../../core/model/tier.ts';
import { assessFreshness } from '../../../../core/watch/assess-rpo.ts';
import { noticesOfDrills } from '../../../../core/watch/overdue-drills.ts';
import { earnedWith, noticesOfTiers } from '../../../../core/watch/overdue-tiers.ts';
import { REPORT } from '../drills.ts';
import { entryOf, summaryOf } from '../facts.ts';

/* What a plan promises beside its RPO. The plan sessions: RPO 8 h, a drill on Sundays. */
const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { sessions: presets.sessionStore, none: presets.pureCache },
});

const NEWEST = summaryOf('20261121T060000Z', 1_000);
const fleetOf = (registry: readonly RegistryEntry[], now: Date) => assessFreshness(CONFIG, registry, {}, now);

interface Earned {
  readonly daily?: string;
  readonly weekly?: string;
  readonly monthly?: string;
}

function tiersAt(now: string, earned: Earned | undefined, changed: Partial<RegistryEntry> = {}) {
  const slots = Object.entries(earned ?? {}).map(([tier, slot]) => [tier, parseSlot(slot)]);
  const kept = earned === undefined ? {} : { earned: Object.fromEntries(slots) };
  const registry = [{ ...entryOf([NEWEST]), ...kept, ...changed }];
  return noticesOfTiers(fleetOf(registry, new Date(now)), registry, new Date(now));
}

describe('tiers that a cache has not earned', () => {
  const partsAt = (now: string, earned?: Earned) => tiersAt(now, earned)[0]?.parts ?? [];

  it.each<[string, string, Earned, readonly string[]]>([
    ['a day has passed, and not the RPO', '2026-11-22T08:14Z', { daily: '20261121T000000Z' }, []],
    ['a day and the RPO have passed', '2026-11-22T08:16Z', { daily: '20261121T000000Z' }, ['daily']],
    [
      'a week has passed',
      '2026-11-23T08:16Z',
      { daily: '20261123T000000Z', weekly: '20261116T000000Z' },
      ['weekly'],
    ],
    [
      'the longest month has passed, the RPO has not',
      '2026-12-02T08:14Z',
      { daily: '20261202T000000Z', weekly: '20261130T000000Z', monthly: '20261101T000000Z' },
      [],
    ],
    [
      'more than a month has passed',
      '2026-12-02T08:16Z',
      { daily: '20261202T000000Z', weekly: '20261130T000000Z', monthly: '20261101T000000Z' },
      ['monthly'],
    ],
    [
      'its first copy, of the month, counts for week and day',
      '2026-11-21T20:00Z',
      { monthly: '20261121T060000Z' },
      [],
    ],
    [
      'an outage made the last month’s copy late: the next month is not',
      '2026-12-01T07:00Z',
      { daily: '20261130T000000Z', weekly: '20261129T000000Z', monthly: '20261128T000000Z' },
      [],
    ],
    [
      'nothing has come for long',
      '2027-01-10T00:00Z',
      { monthly: '20261121T060000Z' },
      ['daily', 'weekly', 'monthly'],
    ],
    ['nothing was ever earned', '2026-11-25T00:00Z', {}, []],
  ])('%s', (_what, now, earned, parts) => expect(partsAt(now, earned)).toEqual(parts));

  it('are not known of an entry that does not keep them, of a forgotten cache, of one without a plan', () => {
    const old = { monthly: '20260101T000000Z' };
    const forgotten = { by: 'ada', at: '2026-11-20T00:00:00.000Z', why: 'gone' };
    expect(tiersAt('2026-11-25T00:00Z', undefined)).toEqual([]);
    expect(tiersAt('2026-11-25T00:00Z', old, { forgotten })).toEqual([]);
    expect(tiersAt('2026-11-25T00:00Z', old, { plan: 'none' })).toEqual([]);
    expect(tiersAt('2026-11-25T00:00Z', old)).toHaveLength(1);
  });

  it('are told in one ticket, with the last of each and its age', () =>
    expect(tiersAt('2026-11-24T00:00Z', { daily: '20261121T000000Z', weekly: '20261109T000000Z' })).toEqual([
      {
        fault: 'sessions: tiers not earned',
        parts: ['daily', 'weekly'],
        alert: {
          next: 'npx redrill backup sessions',
          code: 'TierMissed',
          severity: 'ticket',
          cache: 'sessions',
          subject: '[Redrill] sessions: tiers not earned',
          text: `Plan sessions keeps a recovery point of sessions for every day, week and month. There is none for the last day and week.
The last daily recovery point is of 2026-11-21 00:00 UTC, 3 d 0 h old.
The last weekly recovery point is of 2026-11-09 00:00 UTC, 15 d 0 h old.
Its newest verified recovery point is of 2026-11-21 06:00 UTC (hourly, 1000 keys), 2 d 18 h old.
You cannot restore the state of that time.

Likely causes: no recovery point was verified in that time (an RpoMissed alert reports that), or all of them are suspect.
To list the recovery points, and to back up now, which creates the missing one:
  npx redrill points sessions --explain
  npx redrill backup sessions
Runbook: docs/runbooks/tier-missed.md`,
        },
      },
    ]));

  it.each<[Tier, PointSummary['verdict'], Earned]>([
    ['daily', 'verified', { daily: '20261121T060000Z', weekly: '20261116T000000Z' }],
    ['hourly', 'verified', { daily: '20261120T000000Z', weekly: '20261116T000000Z' }],
    ['daily', 'suspect', { daily: '20261120T000000Z', weekly: '20261116T000000Z' }],
  ])('a point of tier %s that is %s', (tier, verdict, expected) => {
    const before = { daily: parseSlot('20261120T000000Z'), weekly: parseSlot('20261116T000000Z') };
    expect(earnedWith(before, { ...NEWEST, tier, verdict })).toEqual(expected);
  });

  it('an older point that is accepted later takes nothing back', () => {
    const before = { daily: parseSlot('20261122T000000Z') };
    expect(earnedWith(before, { ...NEWEST, tier: 'daily' })).toEqual(before);
  });
});

describe('drills that have not come', () => {
  function drillsAt(now: string, drill: string | undefined, recent: readonly PointSummary[] = [NEWEST]) {
    const registry = [entryOf(recent)];
    const histories: readonly DrillHistory[] =
      drill === undefined
        ? []
        : [
            {
              version: 1,
              cache: 'sessions',
              drills: [{ ...summariseDrill(REPORT), drill: parseSlot(drill) }],
            },
          ];
    const fleet = fleetOf(registry, new Date(now));
    return noticesOfDrills({ config: CONFIG, fleet, registry, histories, now: new Date(now) });
  }

  it.each<[string, string, string | undefined, number]>([
    ['a week and a day after the last', '2026-11-23T02:30Z', '20261115T023000Z', 0],
    ['later than that', '2026-11-23T02:31Z', '20261115T023000Z', 1],
    ['new, and never drilled', '2026-11-08T23:00Z', undefined, 0],
    ['never drilled for more than a week', '2026-11-09T01:00Z', undefined, 1],
  ])('%s', (_what, now, drill, count) => expect(drillsAt(now, drill)).toHaveLength(count));

  it('are not missed where there is nothing to drill', () =>
    expect(drillsAt('2026-11-23T02:31Z', undefined, [summaryOf('20261121T060000Z', 0, 'suspect')])).toEqual(
      [],
    ));

  it('are told in a ticket', () =>
    expect(drillsAt('2026-11-23T03:30Z', '20261115T023000Z')[0]?.alert).toEqual({
      next: 'npx redrill drill sessions',
      code: 'DrillOverdue',
      severity: 'ticket',
      cache: 'sessions',
      subject: '[Redrill] sessions: restore drill overdue',
      text: `Redrill has not drilled a restore of sessions for 8 d 1 h.
The last drill was on 2026-11-15 02:30 UTC; the plan requires a weekly drill.
Its newest verified recovery point is of 2026-11-21 06:00 UTC (hourly, 1000 keys), 45 h 30 min old.
No data is lost. But there is no recent proof that a restore works, or of how long it takes.

Likely causes: the schedule redrill-drill-sessions is deleted or disabled, or the drills were aborted (see their alarms).
To drill now:
  npx redrill drill sessions
Runbook: docs/runbooks/drill-overdue.md`,
    }));
});
