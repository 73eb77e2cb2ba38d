import type { RestorePlan } from '../../core/contracts/restore.ts';
import { readableSlot } from '../../core/model/slot.ts';
import { byteText, counted } from '../terminal/figures.ts';

/** What a restore would make, for people. */
export function planText(plan: RestorePlan): string {
  const { to, region, point, needs } = plan;
  const of = `the ${point.tier} recovery point of ${point.cache} of ${readableSlot(point.slot)}`;
  return [
    `restore ${to} in ${region}, from ${of}`,
    `  ${counted(point.keys, 'key')}, ${byteText(point.bytes)}, as of ${point.takenAt.slice(0, 19)}Z`,
    '',
    'Creates',
    ...madeLines(plan),
    ...section(
      'Differs from the cache',
      plan.differences.map(
        ({ setting, recorded, restored, because }) => `${setting}: ${recorded} → ${restored} (${because})`,
      ),
    ),
    ...section(
      'Missing before it can be created',
      needs.map(({ setting, message }) => `${setting}: ${message}`),
    ),
    ...section('To know', plan.notes),
    '',
    needs.length === 0
      ? 'Nothing was created. To create it, run the same command with --apply.'
      : 'Nothing was created, and --apply would refuse.',
  ].join('\n');
}

function madeLines({ creates, stagingBucket }: RestorePlan): readonly string[] {
  const { engine, engineVersion, nodeType, shards, replicas, clusterMode } = creates;
  const rows = [
    [
      'cluster',
      `${shards.length} × ${nodeType}, ${counted(replicas, 'replica')} each, ${engine} ${engineVersion}`,
    ],
    ['cluster mode', clusterMode ? `on (${shards.map(({ slots }) => slots).join(', ')})` : 'off'],
    ['parameters', creates.parameterGroup],
    [
      'network',
      `${creates.subnetGroup ?? 'the default subnet group'}; ${creates.securityGroups.join(', ') || 'the VPC’s default security group'}`,
    ],
    [
      'access',
      `${creates.userGroup === undefined ? (creates.auth === 'token' ? 'AUTH token' : 'open to its network') : `users of ${creates.userGroup}`}; TLS ${creates.tls ? 'on' : 'off'}`,
    ],
    ['staged in', `s3://${stagingBucket}/restores/, until the cluster is available`],
  ] as const;
  return rows.map(([name, value]) => `  ${name.padEnd(13)} ${value}`);
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  - ${line}`)];
}
