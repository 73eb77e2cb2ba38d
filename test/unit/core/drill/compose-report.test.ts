import { describe, expect, it } from 'vitest';
import { drillReport } from '../../../../core/contracts/drill.ts';
import type { DrillOutcome } from '../../../../core/contracts/steps.ts';
import { composeReport, type DrillBackground, drillFailure } from '../../../../core/drill/compose-report.ts';
import { isErrorCode } from '../../../../core/model/errors.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { VERSION } from '../../../../core/model/version.ts';
import { entryOf, PLAN, pointOf, SLOT, soundShard, summaryOf } from '../facts.ts';

const NOW = new Date('2026-11-22T03:00:00Z');
const STARTED: DrillOutcome = {
  cache: 'sessions',
  drill: parseSlot('20261122T023000Z'),
  startedBy: 'schedule',
  choose: 'latest',
  startedAt: '2026-11-22T02:30:00.000Z',
};
const PLANNED: DrillOutcome = {
  ...STARTED,
  plan: {
    point: { tier: 'daily', slot: SLOT },
    plan: 'sessions',
    clusterId: 'redrill-drill-sessions-202611220230',
    nodeType: 'cache.t4g.medium',
    fallbackNodeTypes: [],
    engine: 'valkey',
    engineVersion: '8.0',
    clusterMode: false,
    shards: [{ shard: 1 }],
  },
};
const CREATED: DrillOutcome = { ...PLANNED, cluster: { requestedAt: '2026-11-22T02:31:00.000Z' } };
const READY: DrillOutcome = {
  ...CREATED,
  check: {
    status: 'ready',
    waitSeconds: 1,
    endpoint: { host: 'h', port: 6379 },
    readyAt: '2026-11-22T02:41:00.000Z',
  },
};
const COMPARISON = {
  keysExpected: 100,
  keysCompared: 98,
  keysExpired: 2,
  mismatches: 0,
  mismatched: [],
  serverTime: '2026-11-22T02:41:10.000Z',
  seconds: 12.5,
  finishedAt: '2026-11-22T02:41:12.500Z',
};
const COMPARED: DrillOutcome = { ...READY, comparison: COMPARISON };
const FAILURE = { Error: 'DrillClusterFailed', Cause: '{"errorMessage":"it is \'restore-failed\'"}' };

const BACKGROUND: DrillBackground = { plan: PLAN, point: undefined, entry: undefined, now: NOW };

function reportOf(outcome: DrillOutcome, background: Partial<DrillBackground> = {}) {
  const report = composeReport(outcome, { ...BACKGROUND, ...background });
  expect(drillReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
  return report;
}

describe('composeReport', () => {
  it('of a drill that passed has everything that was measured', () => {
    expect(reportOf(COMPARED)).toEqual({
      version: 1,
      cache: 'sessions',
      plan: 'sessions',
      drill: '20261122T023000Z',
      verdict: 'passed',
      reasons: [],
      point: { tier: 'daily', slot: SLOT, key: `daily/sessions/${SLOT}/recovery-point.json` },
      cluster: {
        id: 'redrill-drill-sessions-202611220230',
        nodeType: 'cache.t4g.medium',
        engine: 'valkey',
        engineVersion: '8.0',
        shards: 1,
      },
      comparison: COMPARISON,
      phases: { stageSeconds: 60, createSeconds: 600, compareSeconds: 12.5 },
      achievedRtoSeconds: 672.5,
      targetRtoSeconds: 3_600,
      targetRpoSeconds: 28_800,
      startedAt: '2026-11-22T02:30:00.000Z',
      finishedAt: '2026-11-22T03:00:00.000Z',
      startedBy: 'schedule',
      software: VERSION,
    });
  });

  it('tells of the recovery point what was recorded when it was verified, and where the cluster was built otherwise', () => {
    const point = pointOf({ shards: [soundShard(1, 10, { opaqueKeys: 3 }), soundShard(2, 5)] });
    const { recorded, differences } = reportOf(COMPARED, { point });
    expect(recorded).toEqual({
      takenAt: point.takenAt,
      admittedAt: point.admittedAt,
      source: point.source,
      snapshot: point.snapshot,
      totals: point.totals,
      opaqueKeys: 3,
      files: [1, 2].map((shard) => ({ shard, bytes: 1_000, sha256: 'ab', digest: '00' })),
    });
    expect(differences?.map(({ setting }) => setting)).toContain('node type');
  });

  it('of a drill that was not planned says nothing of a recovery point, even if one is known', () => {
    const report = reportOf(STARTED, { point: pointOf() });
    expect(report).not.toHaveProperty('recorded');
    expect(report).not.toHaveProperty('differences');
  });

  it('measures the RPO by the newest verified recovery point, whichever one was drilled', () => {
    const recent = [
      summaryOf('20261122T000000Z', 0, 'suspect'),
      summaryOf('20261121T180000Z', 10),
      summaryOf(SLOT, 10),
    ];
    const entry = entryOf(recent);
    expect(reportOf(COMPARED, { entry }).achievedRpoSeconds).toBe(9 * 3_600);
    expect(reportOf(COMPARED, { entry: entryOf(recent.slice(0, 1)) })).not.toHaveProperty(
      'achievedRpoSeconds',
    );
  });

  it.each<[string, Partial<typeof COMPARISON> & { mismatched?: string[] }, string]>([
    [
      'parts that differ',
      { mismatches: 2, mismatched: ['bucket 17', 'functions'] as never },
      '2 parts of the content digest differ (bucket 17, functions): of 100 keys recorded, 98 are present and 2 expired',
    ],
    [
      'parts that differ and have no name',
      { mismatches: 1 },
      '1 parts of the content digest differ: of 100 keys recorded, 98 are present and 2 expired',
    ],
    [
      'keys that nothing accounts for',
      { keysCompared: 97 },
      'keys are missing or too many: of 100 keys recorded, 97 are present and 2 expired',
    ],
  ])('failed for %s', (_what, changed, message) => {
    const { verdict, reasons } = reportOf({ ...COMPARED, comparison: { ...COMPARISON, ...changed } });
    expect({ verdict, reasons }).toEqual({
      verdict: 'failed',
      reasons: [{ code: 'RestoreDiffers', message }],
    });
  });

  const comparedAt = (finishedAt: string) => ({ ...COMPARED, comparison: { ...COMPARISON, finishedAt } });

  it('failed for right data too late; on the second it is in time', () => {
    expect(reportOf(comparedAt('2026-11-22T03:30:00.000Z'))).toMatchObject({
      verdict: 'passed',
      achievedRtoSeconds: 3_600,
    });
    expect(reportOf(comparedAt('2026-11-22T03:30:02.000Z')).reasons).toEqual([
      {
        code: 'RtoMissed',
        message: 'restoring took 1 h 00 min, 2 s more than the 1 h 00 min that the plan allows',
      },
    ]);
  });

  it('counts everything from the start of the drill until the comparison is done, what lies between the phases too', () => {
    const report = reportOf(comparedAt('2026-11-22T02:50:00.000Z'));
    expect(report.achievedRtoSeconds).toBe(1_200);
    expect(report.phases).toEqual({ stageSeconds: 60, createSeconds: 600, compareSeconds: 12.5 });
    const later = reportOf(COMPARED, { now: new Date('2026-11-22T09:00:00Z') });
    expect(later.achievedRtoSeconds).toBe(672.5);
  });

  it('has both reasons if it was wrong and late', () => {
    const { reasons } = reportOf({
      ...COMPARED,
      comparison: { ...COMPARISON, mismatches: 1, finishedAt: '2026-11-22T05:00:00.000Z' },
    });
    expect(reasons.map(({ code }) => code)).toEqual(['RestoreDiffers', 'RtoMissed']);
  });

  it.each<[string, DrillOutcome, object]>([
    ['before it was planned', STARTED, {}],
    ['before its cluster was asked for', PLANNED, {}],
    ['before its cluster answered', CREATED, { stageSeconds: 60 }],
    [
      'while its cluster was waited for',
      { ...CREATED, check: { status: 'waiting', waitSeconds: 20 } },
      { stageSeconds: 60 },
    ],
    ['before it was compared', READY, { stageSeconds: 60, createSeconds: 600 }],
  ])('that failed %s has what there is', (_what, outcome, phases) => {
    const report = reportOf({ ...outcome, failure: FAILURE });
    expect(report).toMatchObject({
      verdict: 'failed',
      reasons: [{ code: 'DrillClusterFailed', message: "it is 'restore-failed'" }],
    });
    expect(report.phases).toEqual(phases);
    expect(report.plan === undefined).toBe(outcome.plan === undefined);
    expect(report).not.toHaveProperty('achievedRtoSeconds');
    expect(report).not.toHaveProperty('comparison');
  });

  it('that ended without a word did not pass', () =>
    expect(reportOf(READY).reasons).toEqual([
      { code: 'NotCompared', message: 'the drill ended before anything was compared' },
    ]));

  it('a comparison measures the RTO, whatever else is known of the drill', () => {
    const report = reportOf({ ...PLANNED, comparison: COMPARISON });
    expect(report.phases).toEqual({ compareSeconds: 12.5 });
    expect(report).toMatchObject({ verdict: 'passed', achievedRtoSeconds: 672.5 });
  });

  it('that failed after its comparison has both, and did not pass', () =>
    expect(reportOf({ ...COMPARED, failure: FAILURE })).toMatchObject({
      verdict: 'failed',
      reasons: [{ code: 'DrillClusterFailed' }],
      comparison: COMPARISON,
      achievedRtoSeconds: 672.5,
    }));

  it.each([[undefined], [{ unprotected: 'a cache' }]])('has no target on plan %j', (plan) => {
    const report = reportOf(comparedAt('2026-11-23T02:30:00.000Z'), { plan });
    expect(report.achievedRtoSeconds).toBe(86_400);
    expect(report).not.toHaveProperty('targetRtoSeconds');
    expect(report.verdict).toBe('passed');
  });

  it('a clock that went back measures nothing negative', () => {
    expect(reportOf({ ...CREATED, cluster: { requestedAt: '2026-11-22T02:29:00.000Z' } }).phases).toEqual({
      stageSeconds: 0,
    });
    expect(reportOf(comparedAt('2026-11-22T02:29:00.000Z')).achievedRtoSeconds).toBe(0);
  });
});

describe('drillFailure', () => {
  const KEY = 'reports/sessions/20261122T023000Z.json';
  const told = (outcome: DrillOutcome) => drillFailure(reportOf(outcome), KEY);

  it('is nothing for a drill that passed', () => expect(told(COMPARED)).toBeUndefined());

  it('of a slow drill is not that of a wrong one', () => {
    const late = { ...COMPARISON, finishedAt: '2026-11-22T04:00:00.000Z' };
    expect(told({ ...COMPARED, comparison: late })).toEqual({
      Error: 'RtoMissed',
      Cause:
        'the drill of sessions failed: restoring took 1 h 30 min, 30 min more than the 1 h 00 min that the plan allows ' +
        `(see ${KEY} in the vault)`,
    });
    const wrong = { ...COMPARISON, keysCompared: 97 };
    expect(told({ ...COMPARED, comparison: wrong })).toEqual({
      Error: 'RestoreDiffers',
      Cause:
        'the drill of sessions failed: keys are missing or too many: of 100 keys recorded, 97 are present and 2 expired ' +
        `(see ${KEY} in the vault)`,
    });
  });

  it('of a drill with wrong data and a missed RTO reports the wrong data, with both reasons', () => {
    const both = { ...COMPARISON, mismatches: 1, finishedAt: '2026-11-22T04:00:00.000Z' };
    const failure = told({ ...COMPARED, comparison: both });
    expect(failure?.Error).toBe('RestoreDiffers');
    expect(failure?.Cause).toMatch(/1 parts of the content digest differ.*; restoring took 1 h 30 min/);
  });

  it.each<[string, DrillOutcome, string]>([
    ['the step that failed', { ...CREATED, failure: FAILURE }, 'DrillClusterFailed'],
    ['what ended without a word', READY, 'NotCompared'],
  ])('names %s', (_what, outcome, code) => expect(told(outcome)?.Error).toBe(code));

  it.each([
    ['RestoreDiffers', { ...COMPARED, comparison: { ...COMPARISON, mismatches: 1 } }],
    ['RtoMissed', comparedLate()],
    ['NotCompared', READY],
  ] as const)('%s is a code that alerts have a hint for', (code, outcome) => {
    expect(told(outcome)?.Error).toBe(code);
    expect(isErrorCode(code)).toBe(true);
  });
});

function comparedLate(): DrillOutcome {
  return { ...COMPARED, comparison: { ...COMPARISON, finishedAt: '2026-11-22T04:00:00.000Z' } };
}
