import { nextStep } from '../../core/alerts/next-step.ts';
import type { RestoreReport } from '../../core/contracts/restore.ts';
import { openRunbook } from '../../core/contracts/runbooks.ts';
import { readableSeconds } from '../../core/model/duration.ts';
import { readableSlot } from '../../core/model/slot.ts';
import { counted } from '../terminal/figures.ts';

/** What a restore has made and shown, for people. */
export function reportText(report: RestoreReport): string {
  const { plan, endpoint, cluster, rpoSeconds } = report;
  const { to, point, creates, region } = plan;
  const rows = [
    ['endpoint', `${endpoint.host}:${endpoint.port}${creates.tls ? ' (TLS)' : ''}`],
    ['compared', comparedText(report)],
    [
      'RPO',
      `${readableSeconds(rpoSeconds)}: what was written after ${point.takenAt.slice(0, 19)}Z is not in it`,
    ],
    ['RTO', rtoText(report)],
    ['cluster', cluster.arn],
    ...nextRows(report),
  ] as const;
  return [
    `${to} is available in ${region}, from the ${point.tier} recovery point of ${point.cache} of ${readableSlot(point.slot)}`,
    ...rows.map(([name, value]) => `  ${name.padEnd(9)} ${value}`),
    '',
    'To adopt it in a stack:',
    '',
    report.snippets.cdk,
    '',
    'The same for CloudFormation is in --json. Redrill backs up only caches on a plan in the source region;\nfor any other cache, turn on ElastiCache’s own snapshots.',
  ].join('\n');
}

/** What to type if the data differ: the files are read again, which tells a bad copy from writes to the new cache. */
function nextRows({ compared, plan: { point } }: RestoreReport): readonly (readonly [string, string])[] {
  if (compared !== 'differs') return [];
  const { next, runbook } = nextStep({ code: 'RestoreDiffers', slot: point.slot }, { cache: point.cache });
  return [
    ['next', next],
    ['runbook', openRunbook(runbook)],
  ];
}

function comparedText({ compared, comparison, unreachable, plan }: RestoreReport): string {
  if (compared === 'skipped')
    return 'NO, as requested. It is unproven that the cluster holds what was recorded. The files were verified when they entered the vault.';
  if (comparison === undefined)
    return (
      `NO: ${(unreachable ?? 'it cannot be reached').replace(/\.$/, '')}. It is unproven that the cluster holds what was recorded. ` +
      `Run the same command again where ${plan.to} can be reached, such as a bastion in its VPC.`
    );
  const { keysCompared, keysExpired, mismatches, mismatched } = comparison;
  const keys = `${counted(keysCompared, 'key')}, ${counted(keysExpired, 'more had', 'more had')} expired`;
  if (compared === 'matched') return `${keys}; all match the record`;
  return `DIFFERS in ${counted(mismatches, 'part')} of the digest (${mismatched.slice(0, 3).join(', ')}); ${keys}`;
}

function rtoText({ rtoSeconds, availableAfterSeconds }: RestoreReport): string {
  if (availableAfterSeconds === null) return 'not measured: it was available before this run';
  const available = `available after ${readableSeconds(availableAfterSeconds)}`;
  return rtoSeconds === null ? `${available}, not compared` : `${readableSeconds(rtoSeconds)} (${available})`;
}
