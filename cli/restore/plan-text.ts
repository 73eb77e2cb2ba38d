import type { RestoredClusterOrder, RestorePlan } from '../../core/contracts/restore.ts';
import { readableSlot } from '../../core/model/slot.ts';
import { rangeText } from '../../core/restore/serverless.ts';
import { byteText, counted } from '../terminal/figures.ts';

/** What a restore would make, for people. */
export function planText(plan: RestorePlan): string {
  const { to, region, point, needs } = plan;
  const of = `the ${point.tier} recovery point of ${point.cache} of ${readableSlot(point.slot)}`;
  const differing = section(
    'Differs from the cache',
    plan.differences.map(
      ({ setting, recorded, restored, because }) => `${setting}: ${recorded} → ${restored} (${because})`,
    ),
  );
  const creating = ['', 'Creates', ...madeLines(plan)];
  const becomesOther = plan.differences.some(({ setting }) => setting === 'kind');
  return [
    `restore ${to} in ${region}, from ${of}`,
    `  ${counted(point.keys, 'key')}, ${byteText(point.bytes)}, as of ${point.takenAt.slice(0, 19)}Z`,
    // What is lost with a cache of another kind comes first.
    ...(becomesOther ? [...differing, ...creating] : [...creating, ...differing]),
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
  const rows = [
    ...(creates.serverless === undefined ? nodeRows(creates) : serverlessRows(creates, creates.serverless)),
    ['access', `${accessText(creates)}; TLS ${creates.tls ? 'on' : 'off'}`],
    ['staged in', `s3://${stagingBucket}/restores/, until the cluster is available`],
  ] as const;
  return rows.map(([name, value]) => `  ${name.padEnd(13)} ${value}`);
}

type Row = readonly [name: string, value: string];

function nodeRows(creates: RestoredClusterOrder): readonly Row[] {
  const { engine, engineVersion, nodeType, shards, replicas, clusterMode } = creates;
  return [
    [
      'cluster',
      `${shards.length} × ${nodeType}, ${counted(replicas, 'replica')} each, ${engine} ${engineVersion}`,
    ],
    ['cluster mode', clusterMode ? `on (${shards.map(({ slots }) => slots).join(', ')})` : 'off'],
    ['parameters', creates.parameterGroup],
    ['network', `${creates.subnetGroup ?? 'the default subnet group'}; ${groupsText(creates)}`],
  ];
}

function serverlessRows(
  creates: RestoredClusterOrder,
  { storageGb, ecpuPerSecond, subnets, kmsKey }: NonNullable<RestoredClusterOrder['serverless']>,
): readonly Row[] {
  const limits = [
    ...(storageGb ? [`storage ${rangeText(storageGb)} GB`] : []),
    ...(ecpuPerSecond ? [`${rangeText(ecpuPerSecond)} ECPU/s`] : []),
  ];
  return [
    ['cache', `serverless, ${creates.engine} ${creates.engineVersion}`],
    ['usage limits', limits.join(', ') || 'none'],
    ['encrypted with', kmsKey ?? 'AWS’s own key'],
    ['network', `${subnets.join(', ') || 'the default VPC’s subnets'}; ${groupsText(creates)}`],
  ];
}

const groupsText = ({ securityGroups }: RestoredClusterOrder): string =>
  securityGroups.join(', ') || 'the VPC’s default security group';

function accessText({ userGroup, auth }: RestoredClusterOrder): string {
  if (userGroup !== undefined) return `users of ${userGroup}`;
  return auth === 'token' ? 'AUTH token' : 'open to its network';
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  - ${line}`)];
}
