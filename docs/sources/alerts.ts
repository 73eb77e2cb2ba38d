import type { Templates } from '../../cli/plan/templates.ts';
import { failureEntry } from '../../core/alerts/problems.ts';
import { ALERTS, type AlertEntry } from '../../core/alerts/registry.ts';
import { WORKFLOWS, type Workflow } from '../../core/contracts/resources.ts';
import { ERRORS } from '../../core/model/errors.ts';
import { table } from './table.ts';

/** docs/alerts.md's tables. */
export function alertBlocks(templates: Templates): Readonly<Record<string, string>> {
  return { alerts: alertTable(), failures: failureTable(), alarms: alarmTable(templates) };
}

const code = (name: string) => `\`${name}\``;
const linkTo = (runbook = '') => `[${runbook}](runbooks/${runbook}.md)`;

const OTHER = { page: 'ticket', ticket: 'page' } as const;
const REPEATED = { page: 'every hour', ticket: 'once a day' } as const;

function alertTable(): string {
  const rows = Object.entries<AlertEntry>(ALERTS).map(([name, entry]) => {
    const { severity, otherwise, problem, sentBy = ['watch-vault'], runbook } = entry;
    return [
      code(name),
      otherwise === undefined ? severity : `${severity}; ${OTHER[severity]} ${otherwise}`,
      problem,
      `${sentBy.map(code).join(' and ')}, ${repetitionOf(entry)}`,
      linkTo(runbook),
    ];
  });
  return table(['code', 'severity', 'problem', 'sent by, and repeated', 'runbook'], rows);
}

function repetitionOf({ severity, otherwise, newsOf, repeated }: AlertEntry): string {
  if (repeated !== undefined) return repeated;
  if (newsOf !== undefined) return `once for each ${newsOf}`;
  return otherwise === undefined
    ? REPEATED[severity]
    : `${REPEATED[severity]} (a ${OTHER[severity]} ${REPEATED[OTHER[severity]]})`;
}

/** Codes that no execution of a workflow ends with. */
const NEVER: Readonly<Record<Workflow, readonly string[]>> = {
  backup: ['RtoMissed'],
  // A file that was replaced is a finding of its shard, and a corrupt point.
  ingest: ['RestoreDiffers', 'RestoreNotLoaded', 'VaultFileChanged', 'FileNotSound', 'ExportChanged'],
  drill: ['SourceNotAvailable'],
};

/** Of each workflow most codes as they are, and those that differ from them. */
function failureTable(): string {
  const rows = WORKFLOWS.map((workflow) => {
    const most = failureEntry(workflow, 'States.Timeout');
    const others = Object.keys(ERRORS)
      .filter((name) => !NEVER[workflow].includes(name))
      .map((name) => ({ name: code(name), entry: failureEntry(workflow, name) }))
      .filter(({ entry }) => entry.severity !== most.severity);
    const byRunbook = Map.groupBy(others, ({ entry }) => entry.runbook);
    byRunbook.delete(most.runbook);
    const elsewhere = [...byRunbook].map(
      ([runbook, of]) => `; for ${of.map(({ name }) => name).join(', ')} ${linkTo(runbook)}`,
    );
    return [
      workflow,
      most.severity,
      others.map(({ name }) => name).join(', '),
      `${linkTo(most.runbook)}${elsewhere.join('')}`,
    ];
  });
  return table(['workflow', 'severity', 'codes with the other severity', 'runbook'], rows);
}

const runbookInAlarm = (link: string) => /&prefix=reports\/_runbooks\/([\w-]+)\.html /.exec(link)?.[1];

/** What each alarm says, and its runbook; one that is in both regions once. */
function alarmTable({ resources }: Templates): string {
  const alarms = resources.filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  const rows = alarms.map(({ Properties: { AlarmName, AlarmDescription } }): [string, string[]] => {
    const [says = '', runbook = ''] = AlarmDescription.split(' Runbook: ');
    return [AlarmName, [`\`${AlarmName}\``, says, linkTo(runbookInAlarm(runbook))]];
  });
  return table(['alarm', 'what it says', 'runbook'], [...new Map(rows).values()]);
}
