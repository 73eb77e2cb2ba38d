import { describe, expect, it } from 'vitest';
import type { DrillFinding, DrillSummary } from '../../../../core/contracts/drill.ts';
import { fleet as fleetContract } from '../../../../core/contracts/fleet.ts';
import { parseConfig } from '../../../../core/contracts/parse-config.ts';
import { presets } from '../../../../core/contracts/presets.ts';
import type { PointSummary } from '../../../../core/contracts/recovery-point.ts';
import { summariseDrill } from '../../../../core/drill/summarise-drill.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { assessFleet, isFleetDue } from '../../../../core/watch/assess-fleet.ts';
import { assessFreshness } from '../../../../core/watch/assess-rpo.ts';
import { DIFFERENT, ENDED, LATE, REPORT } from '../drills.ts';
import { entryOf, summaryOf } from '../facts.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const CONFIG = parseConfig({
  source: { region: 'eu-west-1' },
  vault: { region: 'eu-central-1' },
  plans: { sessions: presets.sessionStore, logs: presets.eventLog, none: presets.pureCache },
  caches: { pages: 'none' },
});
const FRESH = summaryOf('20261122T000000Z', 10);
const PASSED = summariseDrill(REPORT);

const FINDING: DrillFinding = {
  slot: FRESH.slot,
  tier: 'hourly',
  drill: parseSlot('20261101T023000Z'),
  code: 'RestoreNotLoaded',
  message: 'why',
};

interface Known {
  readonly findings?: readonly DrillFinding[];
  readonly recent?: readonly PointSummary[];
  readonly drills?: readonly DrillSummary[];
  readonly plan?: string;
}

function assess(caches: Readonly<Record<string, Known>>, now = NOW) {
  const registry = Object.entries(caches).map(([cache, { recent = [FRESH], plan = 'sessions' }]) => ({
    ...entryOf(recent, cache),
    plan,
    registeredAt: '2026-11-20T00:00:00.000Z',
  }));
  const histories = Object.entries(caches).map(([cache, { drills = [PASSED], findings = [] }]) => ({
    version: 1 as const,
    cache,
    drills: [...drills],
    findings: [...findings],
  }));
  const freshness = assessFreshness(CONFIG, registry, {}, now);
  const found = assessFleet({ config: CONFIG, freshness, registry, histories, now });
  expect(fleetContract.parse(JSON.parse(JSON.stringify(found)))).toEqual(found);
  return found;
}

const problemsOf = (known: Known, now = NOW) => assess({ sessions: known }, now).caches[0]?.problems ?? [];
const codesOf = (known: Known, now = NOW) => problemsOf(known, now).map(({ code }) => code);

describe('assessFleet', () => {
  it('tells of a cache that is as planned where it stands, and no problem', () =>
    expect(assess({ sessions: {} }).caches).toEqual([
      {
        cache: 'sessions',
        plan: 'sessions',
        rpoSeconds: 28_800,
        rtoSeconds: 3_600,
        newest: { slot: FRESH.slot, tier: 'hourly', keys: 10, bytes: 1 },
        lastDrill: PASSED,
        days: [
          { from: '2026-11-20', to: '2026-11-21', state: 'unknown' },
          { from: '2026-11-22', to: '2026-11-22', state: 'verified', longestGapSeconds: 10_800 },
        ],
        drills: [{ drill: REPORT.drill, verdict: 'passed', proof: 'proven', achievedRtoSeconds: 672.5 }],
        proven: [{ tier: 'daily', drill: REPORT.drill }],
        problems: [],
      },
    ]));

  it('names what is deliberately unprotected, and why', () =>
    expect(assess({}).unprotected).toEqual([
      { cache: 'pages', because: 'unprotected' in presets.pureCache ? presets.pureCache.unprotected : '' },
    ]));

  it.each<[string, Known, string[]]>([
    ['no copy, for longer than the RPO', { recent: [] }, ['NoRecoveryPoint']],
    ['an old copy', { recent: [summaryOf('20261121T180000Z', 10)] }, ['RpoMissed']],
    [
      'a suspect copy after the good one',
      { recent: [summaryOf('20261122T020000Z', 0, 'suspect'), FRESH] },
      ['RecoveryPointSuspect'],
    ],
    [
      'a corrupt copy after the good one',
      { recent: [summaryOf('20261122T020000Z', 0, 'corrupt'), FRESH] },
      ['RecoveryPointCorrupt'],
    ],
    [
      'a suspect copy before the good one',
      { recent: [FRESH, summaryOf('20261121T180000Z', 0, 'suspect')] },
      [],
    ],
    [
      'only a suspect copy',
      { recent: [summaryOf('20261122T000000Z', 0, 'suspect')] },
      ['NoRecoveryPoint', 'RecoveryPointSuspect'],
    ],
    [
      'a drill that found something else',
      { drills: [summariseDrill(DIFFERENT), PASSED] },
      ['RestoreDiffers'],
    ],
    ['a drill that was late', { drills: [summariseDrill(LATE)] }, ['RtoMissed']],
    ['a drill that proved nothing', { drills: [summariseDrill(ENDED)] }, ['NoRecoveryPoint']],
    [
      'a drill that ended without a word',
      { drills: [{ ...summariseDrill(ENDED), codes: [] }] },
      ['NotCompared'],
    ],
    ['a point that an older drill has shown to be bad', { findings: [FINDING] }, ['RestoreNotLoaded']],
    [
      'a bad point and its drill, once',
      {
        drills: [summariseDrill(DIFFERENT)],
        findings: [{ ...FINDING, drill: DIFFERENT.drill, code: 'RestoreDiffers' }],
      },
      ['RestoreDiffers'],
    ],
    ['a failed drill before the last', { drills: [PASSED, summariseDrill(DIFFERENT)] }, []],
    ['no drill yet, and none due', { drills: [] }, []],
    ['a plan that is gone', { plan: 'gone' }, ['UnknownPlan']],
  ])('of a cache with %s', (_what, known, codes) => expect(codesOf(known)).toEqual(codes));

  it('names the bad point, and the drill that found it', () =>
    expect(problemsOf({ findings: [FINDING] })).toEqual([
      {
        code: 'RestoreNotLoaded',
        message:
          'Do not restore the copy of 2026-11-22 00:00 UTC: the drill of 2026-11-01 02:30 UTC found that ElastiCache cannot load it.',
        slot: FRESH.slot,
      },
    ]));

  it.each([
    ['20261130T023000Z', []],
    ['20261130T024500Z', ['DrillOverdue']],
  ])('at %s a weekly drill of eight days ago is overdue: %j', (at, codes) => {
    const now = new Date(`${at.slice(0, 4)}-${at.slice(4, 6)}-${at.slice(6, 8)}T02:${at.slice(11, 13)}:00Z`);
    expect(codesOf({ recent: [summaryOf('20261130T000000Z', 10)] }, now)).toEqual(codes);
  });

  it('a cache that was never drilled is overdue when its first turn has passed', () => {
    const now = new Date('2026-11-28T00:15:00Z');
    expect(problemsOf({ recent: [summaryOf('20261128T000000Z', 10)], drills: [] }, now)).toEqual([
      { code: 'DrillOverdue', message: 'There has been no drill yet; the plan requires a weekly drill.' },
    ]);
  });

  it('counts the tiers that any remembered drill proved, late ones too', () => {
    const drills = [
      { ...summariseDrill(DIFFERENT), drill: parseSlot('20261122T030000Z') },
      { ...summariseDrill(LATE), point: { slot: FRESH.slot, tier: 'monthly' as const } },
      PASSED,
    ];
    expect(assess({ sessions: { drills } }).caches[0]?.proven).toEqual([
      { tier: 'daily', drill: REPORT.drill },
      { tier: 'monthly', drill: LATE.drill },
    ]);
  });

  it('puts the worst first, and what is well last', () => {
    const caches = assess({
      alpha: {},
      bravo: { drills: [summariseDrill(LATE)] },
      delta: { drills: [summariseDrill(DIFFERENT)] },
      gamma: { recent: [] },
    }).caches.map(({ cache }) => cache);
    expect(caches).toEqual(['gamma', 'delta', 'bravo', 'alpha']);
  });

  it('says what is wrong without an age, so that the page changes only with the facts', () => {
    const known = { recent: [summaryOf('20261121T180000Z', 10)] };
    expect(problemsOf(known)).toEqual(problemsOf(known, new Date(NOW.getTime() + 600_000)));
  });
});

describe('isFleetDue', () => {
  const later = (minutes: number, known: Known = {}) =>
    assess({ sessions: known }, new Date(NOW.getTime() + minutes * 60_000));

  it.each([
    ['nothing was written yet', undefined, later(0), true],
    ['nothing changed', later(0), later(45), false],
    ['nothing changed for an hour', later(0), later(60), true],
    ['a copy came in', later(0), later(15, { recent: [summaryOf('20261122T030000Z', 10), FRESH] }), true],
    ['a drill was made', later(0, { drills: [] }), later(15), true],
  ])('when %s', (_what, written, now, due) => expect(isFleetDue(written, now)).toBe(due));
});
