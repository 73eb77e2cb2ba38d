import type { RestorePlan } from '../contracts/restore.ts';
import { pointNameOf } from '../model/point-name.ts';

/**
 * How to come to a serverless cache where ElastiCache does not take files in S3 for one: it takes the snapshot of a
 * node-based cluster, which does take them.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-restoring.html (checked 2026-11-25)
 */
export function byWayOfNodes(plan: RestorePlan, refusal: string): string {
  const { to, region, point, creates } = plan;
  const nodes = `${to}-nodes`;
  const snapshot = `${to}-seed`;
  const { subnets = [], kmsKey } = creates.serverless ?? {};
  const settings = [
    `--serverless-cache-name ${to} --engine ${creates.engine} --major-engine-version ${creates.engineVersion}`,
    `--snapshot-arns-to-restore arn:aws:elasticache:${region}:<account>:snapshot:${snapshot}`,
    ...(subnets.length === 0 ? [] : [`--subnet-ids ${subnets.join(' ')}`]),
    ...(creates.securityGroups.length === 0
      ? []
      : [`--security-group-ids ${creates.securityGroups.join(' ')}`]),
    ...(creates.userGroup === undefined ? [] : [`--user-group-id ${creates.userGroup}`]),
    ...(kmsKey === undefined ? [] : [`--kms-key-id ${kmsKey}`]),
    ...limitsOf(creates.serverless),
  ];
  return [
    `ElastiCache does not create a serverless cache from these files in S3: ${refusal}`,
    'Nothing was created. Restore them node-based, and create the serverless cache from a snapshot of that cluster:',
    `  npx redrill restore ${pointNameOf(point)} --to ${nodes} --region ${region} --node-based --apply`,
    `  aws elasticache create-snapshot --region ${region} --replication-group-id ${nodes} --snapshot-name ${snapshot}`,
    `  aws elasticache describe-snapshots --region ${region} --snapshot-name ${snapshot}   # until it is available`,
    `  aws elasticache create-serverless-cache --region ${region} ${settings.join(' ')}`,
    `  npx redrill compare ${pointNameOf(point)} ${to} --region ${region}`,
  ].join('\n');
}

function limitsOf(serverless: RestorePlan['creates']['serverless']): readonly string[] {
  const { storageGb, ecpuPerSecond } = serverless ?? {};
  const bounds = (given: NonNullable<typeof storageGb>) =>
    [
      given.minimum === undefined ? [] : [`Minimum=${given.minimum}`],
      given.maximum === undefined ? [] : [`Maximum=${given.maximum}`],
    ].flat();
  const limits = [
    ...(storageGb ? [`DataStorage={${[...bounds(storageGb), 'Unit=GB'].join(',')}}`] : []),
    ...(ecpuPerSecond ? [`ECPUPerSecond={${bounds(ecpuPerSecond).join(',')}}`] : []),
  ];
  return limits.length === 0 ? [] : [`--cache-usage-limits '${limits.join(',')}'`];
}
