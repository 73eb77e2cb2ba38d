import { describe, expect, it } from 'vitest';
import { drillReport } from '../../../../core/contracts/drill.ts';
import type { DrillOutcome } from '../../../../core/contracts/steps.ts';
import { composeReport } from '../../../../core/decide/compose-report.ts';
import { parseSlot } from '../../../../core/model/slot.ts';
import { PLAN, SLOT } from '../facts.ts';

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
};
const COMPARED: DrillOutcome = { ...READY, comparison: COMPARISON };
const FAILURE = { Error: 'DrillClusterFailed', Cause: '{"errorMessage":"it is \'restore-failed\'"}' };

function reportOf(outcome: DrillOutcome, plan: Parameters<typeof composeReport>[1] = PLAN) {
  const report = composeReport(outcome, plan, NOW);
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
      startedAt: '2026-11-22T02:30:00.000Z',
      finishedAt: '2026-11-22T03:00:00.000Z',
      startedBy: 'schedule',
    });
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

  it('failed for right data too late; on the second it is in time', () => {
    const at = (seconds: number) => ({ ...COMPARED, comparison: { ...COMPARISON, seconds } });
    expect(reportOf(at(2_940)).verdict).toBe('passed');
    expect(reportOf(at(2_942)).reasons).toEqual([
      {
        code: 'RtoMissed',
        message: 'restoring took 1 h 00 min, 2 s more than the 1 h 00 min that the plan allows',
      },
    ]);
  });

  it('has both reasons if it was wrong and late', () => {
    const { reasons } = reportOf({
      ...COMPARED,
      comparison: { ...COMPARISON, mismatches: 1, seconds: 9_000 },
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

  it('a comparison without a cluster, or of no known instant, measures no RTO', () => {
    const report = reportOf({ ...PLANNED, comparison: COMPARISON });
    expect(report.phases).toEqual({ compareSeconds: 12.5 });
    expect(report).not.toHaveProperty('achievedRtoSeconds');
    expect(report.verdict).toBe('passed');
  });

  it.each([[undefined], [{ unprotected: 'a cache' }]])('has no target on plan %j', (plan) => {
    const report = composeReport({ ...COMPARED, comparison: { ...COMPARISON, seconds: 99_999 } }, plan, NOW);
    expect(report).not.toHaveProperty('targetRtoSeconds');
    expect(report.verdict).toBe('passed');
  });

  it('a clock that went back measures nothing negative', () =>
    expect(reportOf({ ...CREATED, cluster: { requestedAt: '2026-11-22T02:29:00.000Z' } }).phases).toEqual({
      stageSeconds: 0,
    }));
});
