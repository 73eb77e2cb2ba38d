import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { synthesise } from '../../cli/plan/templates.ts';
import { failureEntry } from '../../core/alerts/problems.ts';
import { ALERTS } from '../../core/alerts/registry.ts';
import { WORKFLOWS } from '../../core/contracts/resources.ts';
import { ERRORS } from '../../core/model/errors.ts';
import { EXAMPLE_CONFIG } from '../../docs/sources/cost.ts';
import { PROJECT, RUNBOOKS, read } from './markdown.ts';

const NAMED = /&prefix=reports\/_runbooks\/([\w-]+)\.html/g;
/** What no alert leads to by itself; other runbooks do. */
const LED_TO = [
  'restore-by-hand',
  'data-file-damaged',
  'keys-lost',
  'node-crashed',
  'region-lost',
  'server-data-lost',
];
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
  'registry-entry-missing',
  'restore-by-hand',
  'server-data-lost',
  'suspect-recovery-point',
];

const files = readdirSync(join(PROJECT, RUNBOOKS)).map((file) => basename(file, '.md'));

function namedIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, name = '']) => name));
}

/** Of every alert, and of a failed execution of every workflow with every code. */
const ofAlerts = [
  ...Object.values(ALERTS),
  ...WORKFLOWS.flatMap((workflow) => Object.keys(ERRORS).map((code) => failureEntry(workflow, code))),
].map(({ runbook }) => runbook);

describe('runbooks', () => {
  const alarms = synthesise(EXAMPLE_CONFIG)
    .resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }): string => Properties.AlarmDescription);

  test('every alarm names one', () => {
    for (const text of alarms) expect(namedIn([text]), text).toHaveLength(1);
  });

  test('every one that is named is there, and every one that is there is named', () => {
    const named = new Set([...namedIn(alarms), ...ofAlerts, ...LED_TO]);
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
      ...Object.keys(ALERTS),
      'RecoveryPointBroken',
      'WatchSilent',
      'RecoveryPointLostResolved',
      'RegistryEntryMissingResolved',
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
    const trail = /^(Add|Attach|Put|Delete|Remove|Update|Disable|Schedule)[A-Z]\w+$|^Unsubscribe$/;
    const known = new Set([...Object.keys(ERRORS), ...alerts, ...verdicts, ...aws, ...states]);
    const spans = files.flatMap((name) =>
      [...read(`${RUNBOOKS}/${name}.md`).matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(spans.filter((code) => !known.has(code) && !trail.test(code))).toEqual([]);
  });
});
