import { describe, expect, test } from 'vitest';
import { read } from './markdown.ts';
import { failureAlerts, watchAlerts } from './sample-alerts.ts';

interface Row {
  readonly severity: string;
  readonly runbook: string;
}

/** The table of "The alerts", by code. */
function rows(): ReadonlyMap<string, Row> {
  const section = read('docs/alerts.md').split('## The alerts')[1]?.split('\n## ')[0] ?? '';
  const lines = [...section.matchAll(/^\| `(\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm)];
  return new Map(
    lines.map(([, code = '', severity = '', , , runbook = '']) => [code, { severity, runbook }]),
  );
}

/** Codes that no execution of a workflow ends with. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  backup: ['RtoMissed'],
  // A file that was replaced is a finding of its shard, and a corrupt point.
  ingest: ['RestoreDiffers', 'RestoreNotLoaded', 'VaultFileChanged', 'FileNotSound', 'ExportChanged'],
  drill: ['SourceNotAvailable'],
};

const runbookIn = (text: string) => /docs\/runbooks\/([\w-]+)\.md/.exec(text)?.[1] ?? 'none';

describe('the alerts in docs/alerts.md', () => {
  test.each(watchAlerts())('$code, with its severity and runbook', ({ code, severity, text }) => {
    const row = rows().get(code);
    expect(row?.severity.trim().split(/\W/)[0]).toBe(severity);
    expect(row?.runbook).toContain(`(runbooks/${runbookIn(text)}.md)`);
  });

  test('are all that there are, and no other', () =>
    expect([...rows().keys()].sort()).toEqual([...new Set(watchAlerts().map(({ code }) => code))].sort()));

  test('of failed executions are a page or a ticket as the table says', () => {
    const section = read('docs/alerts.md').split('### Failed executions')[1] ?? '';
    const told = [...section.matchAll(/^\| (backup|ingest|drill) \| (page|ticket) \| ([^|]*) \|/gm)];
    expect(told).toHaveLength(3);
    for (const [, workflow = '', most = '', others = ''] of told) {
      const exceptions = [...others.matchAll(/`(\w+)`/g)].map(([, code]) => code);
      const otherwise = failureAlerts()
        .filter(({ text, severity }) => text.includes(` ${workflow} of sessions`) && severity !== most)
        .map(({ code }) => code)
        .filter((code) => !NEVER[workflow]?.includes(code));
      expect(otherwise.sort(), workflow).toEqual(exceptions.sort());
    }
  });
});
