import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { WORKFLOWS } from '../../core/contracts/resources.ts';
import { alertOfFailure, alertOfFreshness, alertOfLeftover } from '../../core/decide/compose-alerts.ts';
import { ERRORS } from '../../core/model/errors.ts';
import { parseSlot } from '../../core/model/slot.ts';
import { EXAMPLE_CONFIG } from '../../docs/sources/cost.ts';
import { synthesise } from '../../docs/sources/templates.ts';
import { PROJECT, RUNBOOKS, read } from './markdown.ts';

const NAMED = /docs\/runbooks\/([\w-]+)\.md/g;
/** What no alert leads to by itself; other runbooks do. */
const LED_TO = ['restore-by-hand'];

const files = readdirSync(join(PROJECT, RUNBOOKS)).map((file) => basename(file, '.md'));

function namedIn(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [...text.matchAll(NAMED)].map(([, name = '']) => name));
}

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
  return [...failures, freshness, alertOfLeftover('redrill-drill-x', 9)].map(({ text }) => text);
}

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

  test.each(files)('%s has the four sections', (name) => {
    const headings = [...read(`${RUNBOOKS}/${name}.md`).matchAll(/^## (.*)$/gm)].map(
      ([, heading]) => heading,
    );
    expect(headings).toEqual(['Description', 'Investigation', 'Resolution', 'When NOT to use it']);
  });

  test('codes that runbooks name are codes', () => {
    const alerts = ['DrillLeftOver', 'RpoMissed'];
    const verdicts = ['ShardMissing', 'Unsupported'];
    const aws = ['AccessDeniedException', 'ResourceNotFoundException', 'PendingDeletion', 'CopyObject'];
    const states = ['PruneSnapshots', 'CopyShard', 'VerifyShard', 'VerifyRestore', 'Disabled'];
    const known = new Set([...Object.keys(ERRORS), ...alerts, ...verdicts, ...aws, ...states]);
    const spans = files.flatMap((name) =>
      [...read(`${RUNBOOKS}/${name}.md`).matchAll(/`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g)].map(
        ([, code = '']) => code,
      ),
    );
    expect(spans.filter((code) => !known.has(code))).toEqual([]);
  });
});
