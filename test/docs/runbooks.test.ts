import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesise } from '../../cli/plan/templates.ts';
import { WORKFLOWS } from '../../core/contracts/resources.ts';
import type { SourceSight } from '../../core/contracts/source-sight.ts';
import { assessFreshness } from '../../core/decide/assess-freshness.ts';
import { alertOfFailure, alertOfFreshness, alertOfLeftover } from '../../core/decide/compose-alerts.ts';
import { alertOfCanary } from '../../core/decide/compose-canary.ts';
import { noticesOfDrift } from '../../core/decide/compose-drift.ts';
import { noticesOfLostPoints } from '../../core/decide/lost-points.ts';
import { noticesOfDrills } from '../../core/decide/overdue-drills.ts';
import { noticesOfTiers } from '../../core/decide/overdue-tiers.ts';
import { noticesOfSource } from '../../core/decide/source-notices.ts';
import { ERRORS } from '../../core/model/errors.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { EXAMPLE_CONFIG } from '../../docs/sources/cost.ts';
import { entryOf, summaryOf } from '../unit/core/facts.ts';
import { PROJECT, RUNBOOKS, read } from './markdown.ts';

const NAMED = /docs\/runbooks\/([\w-]+)\.md/g;
/** What no alert leads to by itself; other runbooks do. */
const LED_TO = ['restore-by-hand', 'data-file-damaged', 'keys-lost', 'node-crashed', 'region-lost'];
/** After which data are different from before: these also say how long it takes, how to check, and how to go back. */
const ABOUT_DATA = [
  'cache-vanished',
  'data-file-damaged',
  'drill-failed',
  'keys-lost',
  'no-recent-recovery-point',
  'node-crashed',
  'recovery-point-lost',
  'region-lost',
  'restore-by-hand',
  'suspect-recovery-point',
];

const files = readdirSync(join(PROJECT, RUNBOOKS)).map((file) => basename(file, '.md'));

function namedIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, name = '']) => name));
}

const ALARM = { kind: 'alarm', id: 'alarm a', name: 'a', expected: {} } as const;

function alertTexts(): readonly string[] {
  const slot = parseSlot('20261121T060000Z');
  const failures = WORKFLOWS.flatMap((workflow) =>
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
    [{ setting: ALARM, kind: 'gone', expected: '', found: '', repairs: [], passing: false }],
    {
      stack: 'redrill-vault',
      region: 'eu-central-1',
    },
  ).map(({ alert }) => alert);
  return [
    ...failures,
    freshness,
    canary,
    ...drift,
    ...promiseAlerts(),
    alertOfLeftover('redrill-drill-x', 9),
  ].map(({ text }) => text);
}

/** Of a cache that is years behind in everything. */
function promiseAlerts() {
  const point = summaryOf('20261121T060000Z', 10);
  const registry = [{ ...entryOf([point]), plan: 'session-store', earned: { monthly: point.slot } }];
  const now = new Date('2030-01-01');
  const fleet = assessFreshness(EXAMPLE_CONFIG, registry, {}, now);
  return [
    ...noticesOfTiers(fleet, registry, now),
    ...noticesOfDrills({ config: EXAMPLE_CONFIG, fleet, registry, histories: [], now }),
    ...noticesOfLostPoints([{ cache: 'sessions', point, objects: [] }], { fleet, registry, now }),
    ...noticesOfSource({ config: EXAMPLE_CONFIG, sight: SIGHT, fleet, registry, now }),
  ].map(({ alert }) => alert);
}

const LONG_AGO = '2026-11-21T00:00:00.000Z';
const SIGHT: SourceSight = {
  version: 1,
  at: LONG_AGO,
  waiting: [
    { cache: 'sessions', plan: 'session-store', slot: parseSlot('20261121T000000Z'), sealedAt: LONG_AGO },
  ],
  discovered: {
    version: 1,
    since: LONG_AGO,
    at: '2026-11-22T00:00:00.000Z',
    caches: {
      sessions: { state: 'gone', since: LONG_AGO },
      orders: { state: 'unplanned', since: LONG_AGO },
    },
  },
};

describe('runbooks', () => {
  const alarms = synthesise(EXAMPLE_CONFIG)
    .resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }): string => Properties.AlarmDescription);

  test('every alarm and every alert names one', () => {
    for (const text of [...alarms, ...alertTexts()]) expect(namedIn([text]), text).toHaveLength(1);
  });

  test('every one that is named is there, and every one that is there is named', () => {
    const named = new Set([...namedIn([...alarms, ...alertTexts()]), ...LED_TO]);
    expect([...named].sort()).toEqual([...files].sort());
  });

  test.each(files)('%s has its sections', (name) => {
    const headings = [...read(`${RUNBOOKS}/${name}.md`).matchAll(/^## (.*)$/gm)].map(
      ([, heading]) => heading,
    );
    const aboutData = ['Time to expect', 'How to check', 'How to go back'];
    expect(headings).toEqual([
      'Description',
      'Investigation',
      'Resolution',
      ...(ABOUT_DATA.includes(name) ? aboutData : []),
      'When NOT to use it',
    ]);
  });

  test('codes that runbooks name are codes', () => {
    const alerts = [
      'CacheGone',
      'CacheUnplanned',
      'DrillLeftOver',
      'DrillOverdue',
      'ExportsWaiting',
      'RecoveryPointBroken',
      'RecoveryPointLost',
      'RecoveryPointLostResolved',
      'RpoMissed',
      'SettingsDrifted',
      'TierMissed',
    ];
    const verdicts = ['ShardMissing', 'Unsupported'];
    const aws = [
      'AccessDeniedException',
      'ResourceNotFoundException',
      'PendingDeletion',
      'CopyObject',
      'CurrItems',
      'DeleteMarkers',
      'IsLatest',
    ];
    const states = ['PruneSnapshots', 'CopyShard', 'VerifyShard', 'VerifyRestore', 'Disabled'];
    const trail = /^(Add|Put|Delete|Remove|Update|Disable|Schedule)[A-Z]\w+$|^Unsubscribe$/;
    const known = new Set([...Object.keys(ERRORS), ...alerts, ...verdicts, ...aws, ...states]);
    const spans = files.flatMap((name) =>
      [...read(`${RUNBOOKS}/${name}.md`).matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(spans.filter((code) => !known.has(code) && !trail.test(code))).toEqual([]);
  });
});
