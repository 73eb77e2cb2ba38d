import type { DrillReport, DrillSummary } from '../../../core/contracts/drill.ts';
import type { Fleet, FleetCache } from '../../../core/contracts/fleet.ts';
import { summariseDrill } from '../../../core/drill/summarise-drill.ts';
import { parseSlot, slotAt } from '../../../core/model/slot.ts';
import { NO_TYPES, SLOT } from './facts.ts';

/** Drills with unremarkable values, as a plan's cache has them after a while; a test says what is remarkable. */

export const DRILL = parseSlot('20261122T023000Z');

export const REPORT: DrillReport = {
  version: 1,
  cache: 'sessions',
  plan: 'session-store',
  drill: DRILL,
  verdict: 'passed',
  reasons: [],
  point: { slot: SLOT, tier: 'daily', key: `daily/sessions/${SLOT}/recovery-point.json` },
  recorded: {
    takenAt: '2026-11-21T06:00:30.000Z',
    admittedAt: '2026-11-21T06:10:00.000Z',
    source: { region: 'eu-west-1', account: '111122223333' },
    snapshot: 'redrill-sessions-202611210600',
    totals: {
      keys: 100_170,
      bytes: 16_700_000,
      withExpiry: 33_390,
      byType: { ...NO_TYPES, string: 60_102, hash: 20_034, list: 10_017, zset: 10_017 },
    },
    opaqueKeys: 0,
    files: [
      {
        shard: 1,
        bytes: 16_700_000,
        sha256: '5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02',
        digest: '9a3c5be3d9f2c6f87d3d0a9b64d8d1c2',
      },
    ],
  },
  cluster: {
    id: 'redrill-drill-sessions-202611220230',
    nodeType: 'cache.t4g.medium',
    engine: 'valkey',
    engineVersion: '8.0',
    shards: 1,
  },
  differences: [
    {
      setting: 'node type',
      recorded: 'cache.r7g.large',
      restored: 'cache.t4g.medium',
      because: 'the plan’s node type for drills, checked against the data’s size',
    },
    {
      setting: 'replicas per shard',
      recorded: '1',
      restored: '0',
      because: 'a drill only reads; it serves nobody',
    },
    {
      setting: 'access',
      recorded: 'an AUTH token',
      restored: 'a token that only this drill has',
      because: 'nobody else gets in, and no credential of production is used',
    },
  ],
  comparison: {
    keysExpected: 100_170,
    keysCompared: 100_000,
    keysExpired: 170,
    mismatches: 0,
    mismatched: [],
    serverTime: '2026-11-22T02:41:10.000Z',
    seconds: 12.5,
    finishedAt: '2026-11-22T02:41:12.500Z',
  },
  phases: { stageSeconds: 41, createSeconds: 600, compareSeconds: 12.5 },
  achievedRtoSeconds: 672.5,
  targetRtoSeconds: 3_600,
  achievedRpoSeconds: 9_900,
  targetRpoSeconds: 28_800,
  startedAt: '2026-11-22T02:30:00.000Z',
  finishedAt: '2026-11-22T02:41:20.000Z',
  startedBy: 'schedule',
  software: '0.1.0',
};

export const LATE: DrillReport = {
  ...REPORT,
  verdict: 'failed',
  reasons: [
    {
      code: 'RtoMissed',
      message: 'restoring took 1 h 30 min, 30 min more than the 1 h 00 min that the plan allows',
    },
  ],
  phases: { stageSeconds: 300, createSeconds: 4_400, compareSeconds: 600 },
  achievedRtoSeconds: 5_400,
};

export const DIFFERENT: DrillReport = {
  ...REPORT,
  verdict: 'failed',
  reasons: [
    {
      code: 'RestoreDiffers',
      message:
        '2 parts of the content digest differ (bucket 17, functions): of 100170 keys recorded, 99999 are present and 170 expired',
    },
  ],
  comparison: {
    ...(REPORT.comparison as NonNullable<DrillReport['comparison']>),
    keysCompared: 99_999,
    mismatches: 2,
    mismatched: ['bucket 17', 'functions'],
  },
};

/** A drill that came no further than its plan. */
export const ENDED: DrillReport = {
  version: 1,
  cache: 'sessions',
  drill: DRILL,
  verdict: 'failed',
  reasons: [
    { code: 'NoRecoveryPoint', message: 'there is no verified recovery point of sessions in the vault' },
  ],
  phases: {},
  startedAt: '2026-11-22T02:30:00.000Z',
  finishedAt: '2026-11-22T02:30:05.000Z',
  startedBy: 'on-call@example.com',
};

const DAY_MS = 86_400_000;

/** Weekly drills before {@link REPORT}, and itself; newest first. */
export function drillsOver(weeks: number): readonly DrillSummary[] {
  const newest = summariseDrill(REPORT);
  return Array.from({ length: weeks }, (_, ago): DrillSummary => {
    if (ago === 0) return newest;
    const drill = slotAt(new Date(Date.UTC(2026, 10, 22, 2, 30) - ago * 7 * DAY_MS));
    if (ago % 9 === 5) return { drill, verdict: 'failed', proof: 'nothing', codes: ['DrillClusterOverdue'] };
    const achievedRtoSeconds = 620 + ((ago * 211) % 400) + (ago === 3 ? 3_300 : 0);
    const late = achievedRtoSeconds > 3_600;
    return {
      ...newest,
      drill,
      verdict: late ? 'failed' : 'passed',
      codes: late ? ['RtoMissed'] : [],
      achievedRtoSeconds,
      achievedRpoSeconds: 9_000 + ((ago * 977) % 6_000),
    };
  });
}

export const FLEET_CACHE: FleetCache = {
  cache: 'sessions',
  plan: 'session-store',
  rpoSeconds: 28_800,
  rtoSeconds: 3_600,
  newest: { slot: parseSlot('20261122T000000Z'), tier: 'daily', keys: 100_170, bytes: 16_700_000 },
  lastDrill: summariseDrill(REPORT),
  days: [
    { from: '2026-09-24', to: '2026-09-27', state: 'unknown' },
    { from: '2026-09-28', to: '2026-10-20', state: 'verified', longestGapSeconds: 21_600 },
    { from: '2026-10-21', to: '2026-10-21', state: 'suspect', longestGapSeconds: 28_800 },
    { from: '2026-10-22', to: '2026-11-22', state: 'verified', longestGapSeconds: 21_600 },
  ],
  drills: recentDrills(9),
  proven: [
    { tier: 'daily', drill: DRILL },
    { tier: 'monthly', drill: DRILL },
  ],
  problems: [],
};

function recentDrills(weeks: number): NonNullable<FleetCache['drills']> {
  return drillsOver(weeks).map(({ drill, verdict, proof, achievedRtoSeconds }) => ({
    drill,
    verdict,
    proof,
    ...(achievedRtoSeconds !== undefined && { achievedRtoSeconds }),
  }));
}

export const FLEET: Fleet = {
  version: 1,
  asOf: '2026-11-22T03:00:00.000Z',
  caches: [
    {
      ...FLEET_CACHE,
      cache: 'orders',
      plan: 'event-log',
      rpoSeconds: 10_800,
      newest: { slot: parseSlot('20261121T220000Z'), tier: 'hourly', keys: 1_200_345, bytes: 812_000_000 },
      lastDrill: summariseDrill({ ...LATE, cache: 'orders' }),
      days: [
        { from: '2026-11-01', to: '2026-11-14', state: 'verified', longestGapSeconds: 7_200 },
        { from: '2026-11-15', to: '2026-11-15', state: 'late', longestGapSeconds: 50_400 },
        { from: '2026-11-16', to: '2026-11-16', state: 'missing', longestGapSeconds: 86_400 },
        { from: '2026-11-17', to: '2026-11-17', state: 'late', longestGapSeconds: 93_600 },
        { from: '2026-11-18', to: '2026-11-20', state: 'verified', longestGapSeconds: 7_200 },
        { from: '2026-11-21', to: '2026-11-22', state: 'late', longestGapSeconds: 18_000 },
      ],
      problems: [
        {
          code: 'RpoMissed',
          message: 'The newest verified copy is of 2026-11-21 22:00 UTC, older than the RPO of 3 h 00 min.',
        },
        {
          code: 'RtoMissed',
          message:
            'The drill of 2026-11-22 02:30 UTC found the data correct, but took longer than the plan allows.',
        },
      ],
    },
    FLEET_CACHE,
    {
      cache: 'jobs',
      plan: 'job-queue',
      rpoSeconds: 10_800,
      rtoSeconds: 3_600,
      proven: [],
      problems: [],
    },
  ],
  unprotected: [{ cache: 'pages', because: 'every page can be rendered again' }],
};

/** As {@link FLEET}, with this many caches: each fiftieth has a problem, and a few differ in other ways. */
export function fleetOf(count: number): Fleet {
  const [troubled = FLEET_CACHE, , waiting = FLEET_CACHE] = FLEET.caches;
  const caches = Array.from({ length: count }, (_, at): FleetCache => {
    const like = at % 50 === 1 ? troubled : at % 97 === 2 ? waiting : FLEET_CACHE;
    return { ...like, cache: `${['sessions', 'orders', 'jobs', 'audit-trail'][at % 4]}-${at + 1}` };
  });
  const urgency = ({ problems }: FleetCache) => (problems.length > 0 ? 0 : 1);
  return { ...FLEET, caches: caches.sort((one, other) => urgency(one) - urgency(other)) };
}
