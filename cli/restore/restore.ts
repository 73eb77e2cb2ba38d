import { objectStore } from '../../adapters/aws/object-store.ts';
import { restoreElastiCache } from '../../adapters/aws/restore-elasticache.ts';
import { shardCopier } from '../../adapters/aws/shard-copier.ts';
import type { Connection } from '../../adapters/redis/restored-cluster.ts';
import type { DrillFinding } from '../../core/contracts/drill.ts';
import type { RecoveryPoint } from '../../core/contracts/recovery-point.ts';
import type { RestorePlan, RestoreReport } from '../../core/contracts/restore.ts';
import { AppError } from '../../core/model/errors.ts';
import { adoptionSnippets } from '../../core/restore/adoption-snippets.ts';
import { planRestore } from '../../core/restore/plan-restore.ts';
import { makesServerless } from '../../core/restore/serverless.ts';
import type { RestoreChoices } from '../../core/restore/sheet.ts';
import { watching } from '../execution.ts';
import { ExitStatus } from '../exit-status.ts';
import { usablePointNamed } from '../point.ts';
import { secretFrom } from '../secret.ts';
import { StatusLine } from '../terminal/status-line.ts';
import { openVault, type Vault } from '../vault.ts';
import { checkKind, checkOptions, type RestoreOptions, stagingBucketOf } from './check-options.ts';
import { compare, type Outcome } from './compare.ts';
import { lookAround } from './look.ts';
import { type Made, makeCluster, requireVerified } from './make.ts';
import { planText } from './plan-text.ts';
import { reportText } from './report-text.ts';

interface Chosen {
  readonly plan: RestorePlan;
  /** Of the point that is restored. */
  readonly record: RecoveryPoint;
}

type Words = readonly [cacheOrPoint: string, which?: string];

/** Plans a restore, and carries it out if that is asked for. @returns the exit status */
export async function restore([name, which]: Words, options: RestoreOptions): Promise<number> {
  checkOptions(options);
  const vault = await openVault(options);
  const words: Words =
    which === undefined && !name.includes('/') ? [name, 'latest'] : [name, ...listed(which)];
  const { point, warning, finding } = await usablePointNamed(vault, ...words);
  if (warning !== undefined) console.error(warning);
  const choices = choicesOf(vault, options);
  checkKind(options, makesServerless(point.topology, choices));
  const elasticache = restoreElastiCache(choices.region);
  const planned = planRestore(point, choices, await lookAround(elasticache, point, choices));
  const plan = warning === undefined ? planned : { ...planned, notes: [warning, ...planned.notes] };
  if (options.apply !== true) {
    await requireVerified({ plan, record: point, vault: ofVault(vault), compares: options.compare });
    return Math.max(showPlan(plan, options), statusOf(finding));
  }
  refuseUnready(plan);
  const goesOn =
    'AWS continues with what was started. To resume, run the same command again: it finds its own earlier work.';
  return watching(goesOn, () => applied(vault, { plan, record: point }, options));
}

/** A plan that can be applied, of a point that a drill has shown to be bad, is bad news all the same. */
const statusOf = (finding: DrillFinding | undefined): number =>
  finding === undefined ? ExitStatus.good : ExitStatus.bad;

const listed = (which: string | undefined): [] | [string] => (which === undefined ? [] : [which]);

function choicesOf(vault: Vault, options: RestoreOptions): RestoreChoices {
  const region = options.region ?? vault.config.vault.region;
  const { to, engine, engineVersion, nodeType, replicas, clusterMode } = options;
  const { parameterGroup, subnetGroup, userGroup } = options;
  const chosen = {
    serverless: options.serverless ?? (options.nodeBased && false),
    engine,
    engineVersion,
    nodeType,
    replicas,
    clusterMode,
    parameterGroup,
    subnetGroup,
    userGroup,
  };
  return {
    to,
    region,
    stagingBucket: stagingBucketOf(vault, region, options),
    securityGroups: options.securityGroup,
    subnets: options.subnet,
    hasToken: options.authTokenFrom !== undefined,
    compares: options.compare,
    ...(Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined)) as Partial<
      Pick<RestoreChoices, 'engine'>
    >),
  };
}

function showPlan(plan: RestorePlan, { json }: RestoreOptions): number {
  console.log(json ? JSON.stringify(plan, null, 2) : planText(plan));
  return plan.needs.length === 0 ? ExitStatus.good : ExitStatus.bad;
}

function refuseUnready({ to, needs }: RestorePlan): void {
  const taken = needs.find(({ setting }) => setting === 'id');
  if (taken !== undefined) throw new AppError('ClusterIdTaken', taken.message);
  if (needs.length === 0) return;
  const each = needs.map(({ setting, message }) => `  - ${setting}: ${message}`);
  throw new AppError('RestoreNotReady', `'${to}' cannot be created yet:\n${each.join('\n')}`);
}

const ofVault = ({ catalogue, config }: Vault) => ({
  store: catalogue.vault,
  region: config.vault.region,
  seedGrant: config.vault.seedGrant,
});

async function applied(vault: Vault, { plan, record }: Chosen, options: RestoreOptions): Promise<number> {
  const { region, stagingBucket } = plan;
  const secret = (where: string | undefined, option: string) =>
    where === undefined ? undefined : secretFrom(where, option, region);
  const authToken = await secret(options.authTokenFrom, '--auth-token-from');
  const password = await secret(options.comparePasswordFrom, '--compare-password-from');
  const staging = objectStore({ bucket: stagingBucket, region, encryption: 'sse-s3' });
  const { catalogue, person, now, clock } = vault;
  const line = new StatusLine(process.stderr, now);
  const shared = { plan, record, staging, line, now };
  try {
    const made = await makeCluster({
      ...shared,
      person,
      authToken,
      elasticache: restoreElastiCache(region, clock),
      copier: shardCopier({ region }),
      vault: ofVault(vault),
      compares: options.compare,
    });
    const outcome = options.compare
      ? await compare({
          ...shared,
          vault: catalogue.vault,
          begunAt: made.begunAt,
          connection: connectionTo(plan, made, {
            user: options.compareUser,
            password: password ?? authToken,
          }),
        })
      : { compared: 'skipped' as const };
    line.end();
    return tell(reportOf(plan, made, outcome, now()), options);
  } finally {
    line.end();
  }
}

function connectionTo(
  { creates }: RestorePlan,
  { cluster }: Made,
  { user, password }: { readonly user: string | undefined; readonly password: string | undefined },
): Connection {
  return {
    endpoint: cluster.endpoint,
    clusterMode: creates.clusterMode,
    tls: creates.tls,
    ...(creates.serverless !== undefined && { serverless: true }),
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
  };
}

function reportOf(
  plan: RestorePlan,
  { cluster, outcome, begunAt, availableAt }: Made,
  comparing: Outcome | { readonly compared: 'skipped' },
  now: Date,
): RestoreReport {
  const sinceBegun = (instant: Date) => Math.max(0, (instant.getTime() - begunAt.getTime()) / 1000);
  const isCompared = comparing.compared === 'matched' || comparing.compared === 'differs';
  return {
    plan,
    cluster: { arn: cluster.arn, nodeType: cluster.nodeType ?? plan.creates.nodeType },
    endpoint: cluster.endpoint,
    outcome,
    ...comparing,
    rpoSeconds: Math.max(0, (begunAt.getTime() - Date.parse(plan.point.takenAt)) / 1000),
    availableAfterSeconds: availableAt === undefined ? null : sinceBegun(availableAt),
    rtoSeconds: availableAt !== undefined && isCompared ? sinceBegun(now) : null,
    startedAt: begunAt.toISOString(),
    snippets: adoptionSnippets(plan),
  };
}

const STATUS: Readonly<Record<RestoreReport['compared'], number>> = {
  matched: ExitStatus.good,
  skipped: ExitStatus.good,
  differs: ExitStatus.bad,
  unreachable: ExitStatus.notDone,
};

function tell(report: RestoreReport, { json }: RestoreOptions): number {
  console.log(json ? JSON.stringify(report, null, 2) : reportText(report));
  return STATUS[report.compared];
}
