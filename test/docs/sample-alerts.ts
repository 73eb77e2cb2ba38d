import { alertOfFailure, alertOfFreshness, alertOfLeftover } from '../../core/alerts/compose-alerts.ts';
import { alertOfCanary } from '../../core/alerts/compose-canary.ts';
import type { Notice } from '../../core/alerts/plan-notices.ts';
import type { Config } from '../../core/contracts/config.ts';
import { presets } from '../../core/contracts/presets.ts';
import type { PointSummary } from '../../core/contracts/recovery-point.ts';
import { WORKFLOWS } from '../../core/contracts/resources.ts';
import type { SourceSight } from '../../core/contracts/source-sight.ts';
import { ERRORS } from '../../core/model/errors.ts';
import { REHEARSAL_CACHE } from '../../core/model/rehearsal.ts';
import { parseSlot } from '../../core/model/slot.ts';
import type { Alert } from '../../core/ports.ts';
import { assessFreshness } from '../../core/watch/assess-freshness.ts';
import { noticesOfContent } from '../../core/watch/content-notices.ts';
import { noticesOfLineages } from '../../core/watch/lineage-notices.ts';
import { noticesOfOtherSide } from '../../core/watch/other-side.ts';
import { noticesOfDrills } from '../../core/watch/overdue-drills.ts';
import { noticesOfTiers } from '../../core/watch/overdue-tiers.ts';
import {
  noticesOfPoints,
  noticesOfRegistry,
  noticesOfReleaseTags,
  type WatchedCache,
} from '../../core/watch/point-notices.ts';
import { noticesOfRehearsal } from '../../core/watch/rehearsal-notices.ts';
import { noticesOfDrift } from '../../core/watch/settings/compose-drift.ts';
import { noticesOfSource } from '../../core/watch/source-notices.ts';
import { EXAMPLE_CONFIG } from '../../docs/sources/cost.ts';
import { entryOf, summaryOf } from '../unit/core/facts.ts';

const ALARM = { kind: 'alarm', id: 'alarm a', name: 'a', expected: {} } as const;

/** A failed execution of every workflow with every code. */
export function failureAlerts(): readonly Alert[] {
  const slot = parseSlot('20261121T060000Z');
  return WORKFLOWS.flatMap((workflow) =>
    Object.keys(ERRORS).map((code) =>
      alertOfFailure({
        workflow,
        execution: 'arn',
        cache: 'sessions',
        slot,
        failure: { Error: code, Cause: 'why' },
      }),
    ),
  );
}

/** Every alert that is not of a failed execution; of a fault that watch-vault tells, of its kind one. */
export function watchAlerts(): readonly Alert[] {
  const freshness = alertOfFreshness({
    cache: 'sessions',
    plan: 'session-store',
    newest: undefined,
    ageSeconds: 9,
    rpoSeconds: 8,
    outsideRpo: true,
  });
  const canary = alertOfCanary('eu-central-1', 'weekly', new Date(0));
  const drift = noticesOfDrift(
    [{ setting: ALARM, kind: 'gone', expected: '', found: '', differences: [], repairs: [], passing: false }],
    {
      stack: 'redrill-vault',
      region: 'eu-central-1',
    },
  ).map(({ alert }) => alert);
  return [
    freshness,
    canary,
    ...drift,
    ...otherSideAlerts(),
    ...promiseAlerts(),
    alertOfLeftover('redrill-drill-x', 9),
    ...noticesOfRehearsal([{ cache: REHEARSAL_CACHE, began: '20261121T060000Z' }], {
      region: 'eu-west-1',
      now: new Date('2030-01-01'),
    }).map(({ alert }) => alert),
  ];
}

function otherSideAlerts(): readonly Alert[] {
  const otherSide = {
    region: 'eu-west-1',
    topics: ['arn:aws:sns:eu-west-1:1:redrill-alerts'],
    testsOnly: [],
  };
  const down = { state: 'failed', message: 'no answer', passing: true } as const;
  const up = { state: 'answered', value: undefined } as const;
  const gone = {
    state: 'answered',
    value: { arn: otherSide.topics[0] ?? '', subscriptions: undefined },
  } as const;
  const facts = {
    here: 'eu-central-1',
    otherSide,
    half: 'source',
    seenAt: undefined,
    now: new Date(0),
  } as const;
  return [
    { topics: [down], second: { service: 'Amazon S3', answer: down } },
    { topics: [gone], second: { service: 'Amazon S3', answer: up } },
    { topics: [down], second: { service: 'Amazon S3', answer: up } },
  ].flatMap((seen) => noticesOfOtherSide({ ...facts, ...seen }).map(({ alert }) => alert));
}

const CONFIG: Config = { ...EXAMPLE_CONFIG, caches: { orders: 'event-log' } };

/** Of a cache that is years behind in everything, and another that has lost its tag. */
function promiseAlerts(): readonly Alert[] {
  const warnings = [{ code: 'ValuesChanged', message: 'its files have other bytes' }];
  const point = { ...summaryOf('20261121T060000Z', 10), warnings };
  const registry = [
    {
      ...entryOf([point]),
      plan: 'session-store',
      earned: { monthly: point.slot },
      lineage: '20261120T000000Z',
      earlier: [{ lineage: '20261101T000000Z', last: point.slot }],
    },
  ];
  const now = new Date('2030-01-01');
  const fleet = assessFreshness(CONFIG, registry, {}, now);
  return [
    ...noticesOfTiers(fleet, registry, now),
    ...noticesOfLineages(fleet, registry),
    ...noticesOfContent(fleet, registry),
    ...noticesOfDrills({ config: CONFIG, fleet, registry, histories: [], now }),
    ...pointNotices(point),
    ...noticesOfSource({ config: CONFIG, sight: SIGHT, fleet, registry, now }),
  ].map(({ alert }) => alert);
}

/** The newest point is gone, one before it damaged, and the newest of another cache is unreadable. */
function pointNotices(newest: PointSummary): readonly Notice[] {
  const older = summaryOf('20261121T000000Z', 10);
  const plan = { keep: presets.sessionStore.keep, minimumRedundancy: 2 };
  const watched = (cache: string): WatchedCache => ({
    cache,
    entry: entryOf([newest, older], cache),
    isLost: false,
    newest,
    plan,
    tagged: [{ ...newest, cache }],
    points: [newest, older].map(({ tier, slot }) => ({
      address: { tier, slot, cache },
      record: cache === 'carts' ? { kind: 'unusable', problem: 'it is not JSON' } : { kind: 'absent' },
      versions: [],
      writtenBack: new Set<string>(),
    })),
  });
  const all = [watched('sessions'), watched('carts')];
  return [
    ...noticesOfPoints(all).notices,
    ...noticesOfRegistry([{ cache: 'sessions', problem: 'it is not there' }]),
    ...noticesOfReleaseTags(all),
  ];
}

const LONG_AGO = '2026-11-21T00:00:00.000Z';
const A_DAY_LATER = '2026-11-22T00:00:00.000Z';
const SIGHT: SourceSight = {
  version: 1,
  at: A_DAY_LATER,
  waiting: [
    { cache: 'sessions', plan: 'session-store', slot: parseSlot('20261121T000000Z'), sealedAt: LONG_AGO },
  ],
  discovered: {
    version: 1,
    since: LONG_AGO,
    at: A_DAY_LATER,
    caches: {
      sessions: { state: 'gone', since: LONG_AGO },
      orders: { state: 'unplanned', since: LONG_AGO },
    },
  },
};
