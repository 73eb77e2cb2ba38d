import type { Config } from '../../core/contracts/config.ts';
import { type DrillLimits, isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import type { Workflow } from '../../core/contracts/resources.ts';
import { DRILL_TTL_SECONDS } from '../../core/drill/find-leftovers.ts';
import { secondsOf } from '../../core/model/duration.ts';
import { EXPORT_KEPT_DAYS } from '../../core/model/periods.ts';
import { TIERS } from '../../core/model/tier.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../core/model/time.ts';
import { COPYING, QUICK, READING, type Size } from '../../lib/lambda/lambda-function.ts';
import { BEAT_EVERY_MS } from '../../ship/host-heartbeat.ts';
import { READING_SECONDS } from './history.ts';
import { ASSUMED, DAYS_PER_MONTH, nodeHourUsd, PRICES } from './prices.ts';
import { type Copies, copiesKept, landingCopies, snapshotsKept } from './retention.ts';
import type { Templates } from './templates.ts';
import { type Course, pollsFor, transitionsOf } from './transitions.ts';

/** A protected cache as what it costs depends on it. */
export interface Load {
  readonly plan: string;
  readonly shards: number;
  /** Of all RDB files of one backup together. */
  readonly gb: number;
  readonly drillsPerMonth: number;
  /** What ElastiCache is assumed to take for a snapshot, and again for its export. */
  readonly waitSeconds: number;
  /** A server of one's own: its host saves it, without a snapshot. @default a cache */
  readonly isServer?: boolean;
}

/** What it is protected with. */
export interface Installation {
  readonly config: Config;
  readonly templates: Templates;
}

export interface Line {
  readonly what: string;
  /** The arithmetic, in words and figures. */
  readonly how: string;
  readonly usd: number;
}

const gibOf = ({ memoryMib }: Size): number => memoryMib / 1024;

const figure = (value: number) =>
  value.toLocaleString('en-GB', { maximumFractionDigits: value < 10 ? 1 : 0 });

/** What one protected cache costs in a month, once its tiers are full. */
export function monthlyCost(example: Load, { config, templates }: Installation): readonly Line[] {
  const plan = protectedPlan(config, example.plan);
  const backups = (DAYS_PER_MONTH * DAY_SECONDS) / secondsOf(plan.every);
  return [
    vaultLine(example, config),
    stored('landing bucket', landingCopies(plan, EXPORT_KEPT_DAYS), example.gb),
    example.isServer ? heartbeatLine() : snapshotLine(example, plan),
    {
      what: 'transfer between the regions',
      how: `${figure(backups)} backups × ${example.gb} GB`,
      usd: backups * example.gb * PRICES.transfer.usd,
    },
    drillLine(example, plan),
    transitionsLine(example, templates, backups),
    lambdaLine(example, backups),
    { what: 'metrics', how: 'age against RPO, drill time, failed drills', usd: 3 * PRICES.metric.usd },
  ];
}

function protectedPlan({ plans }: Config, name: string): ProtectedPlan {
  const plan = plans[name];
  if (plan !== undefined && isProtected(plan)) return plan;
  throw new Error(`plan ${name} protects nothing, and costs nothing`);
}

function snapshotLine({ gb }: Load, plan: ProtectedPlan): Line {
  const kept = snapshotsKept(plan);
  return {
    what: 'ElastiCache snapshots',
    how: `${figure(kept)} snapshots × ${gb} GB`,
    usd: kept * gb * PRICES.snapshot.usd,
  };
}

/** The requests of one host; those of a file are fewer. */
function heartbeatLine(): Line {
  const requests = (DAYS_PER_MONTH * DAY_SECONDS * 1_000) / BEAT_EVERY_MS;
  return { what: 'heartbeats', how: `${figure(requests)} requests`, usd: (requests / 1000) * PRICES.put.usd };
}

function stored(what: string, copies: number, gb: number): Line {
  return { what, how: `${figure(copies)} copies × ${gb} GB`, usd: copies * gb * PRICES.standard.usd };
}

function vaultLine({ plan, gb }: Load, config: Config): Line {
  const copies = copiesKept(config, plan);
  const sum = (pick: (of: Copies) => number) => TIERS.reduce((all, tier) => all + pick(copies[tier]), 0);
  const [standard, archived] = [sum((of) => of.standard), sum((of) => of.archived)];
  const tiers = TIERS.map((tier) => `${tier} ${figure(copies[tier].standard)}`).join(', ');
  const archive = archived === 0 ? '' : ` in Standard; ${figure(archived)} in Glacier after two years`;
  return {
    what: 'vault',
    how: `${figure(standard)} copies (${tiers}) × ${gb} GB${archive}`,
    usd: standard * gb * PRICES.standard.usd + archived * gb * PRICES.archive.usd,
  };
}

/** What a drill's nodes are paid for. */
function drillSeconds({ gb }: Load): number {
  return compareSeconds(gb) + ASSUMED.drillClusterSeconds + ASSUMED.drillRemovalSeconds;
}

export function compareSeconds(gb: number): number {
  return (gb * 1000) / ASSUMED.compareMbPerSecond;
}

function drillLine(example: Load, { drill }: ProtectedPlan): Line {
  const hours = Math.ceil(drillSeconds(example) / HOUR_SECONDS);
  const nodeHours = example.drillsPerMonth * example.shards * hours;
  return {
    what: 'drill nodes',
    how: `${figure(example.drillsPerMonth)} drills × ${example.shards} nodes × ${hours} h`,
    usd: nodeHours * nodeHourUsd(drill.nodeType),
  };
}

/** A drill's cluster is swept after its time to live; the sweep and the deletion take less than another hour. */
const LONGEST_DRILL_HOURS = DRILL_TTL_SECONDS / HOUR_SECONDS + 1;

/**
 * The most that the drills of a serverless cache cost in a month, USD: as much data as the limits allow, all the processing
 * that they allow, until the drill is swept.
 */
export function serverlessDrillsUsd(
  { storageGb, ecpuPerSecond }: DrillLimits,
  drillsPerMonth: number,
): number {
  const millions = (ecpuPerSecond * HOUR_SECONDS) / 1e6;
  const perHour = storageGb * PRICES.serverlessStorage.usd + millions * PRICES.ecpu.usd;
  return drillsPerMonth * LONGEST_DRILL_HOURS * perHour;
}

function transitionsLine(
  { gb, shards, waitSeconds, drillsPerMonth, isServer }: Load,
  templates: Templates,
  backups: number,
): Line {
  const count = (workflow: Workflow, waits: Course['waits'], rounds: Course['rounds'] = {}) =>
    transitionsOf(templates.definitionOf(workflow), { shards, waits, rounds });
  const readSeconds = (gb * 1000) / shards / ASSUMED.readMbPerSecond;
  const backup = isServer ? 0 : count('backup', { SnapshotReady: waitSeconds, ExportReady: waitSeconds });
  const ingest = count('ingest', {}, { ShardDone: Math.ceil(readSeconds / READING_SECONDS) - 1 });
  const drill = count('drill', {
    ClusterReady: ASSUMED.drillClusterSeconds,
    RemovalReady: ASSUMED.drillRemovalSeconds,
  });
  return {
    what: 'Step Functions',
    how: `${figure(backups)} × (${backup} + ${ingest}) + ${figure(drillsPerMonth)} × ${drill} transitions`,
    usd: ((backups * (backup + ingest) + drillsPerMonth * drill) / 1000) * PRICES.transitions.usd,
  };
}

function lambdaLine({ gb, shards, waitSeconds, drillsPerMonth, isServer }: Load, backups: number): Line {
  const mb = gb * 1000;
  const quick = (invocations: number) => invocations * ASSUMED.quickSeconds * gibOf(QUICK);
  const backup = quick(isServer ? 4 : 2 * pollsFor(waitSeconds) + 9);
  const copy = (mb / ASSUMED.copyMbPerSecond) * gibOf(COPYING);
  const read = (mb / ASSUMED.readMbPerSecond) * gibOf(READING);
  const polls = pollsFor(ASSUMED.drillClusterSeconds) + pollsFor(ASSUMED.drillRemovalSeconds);
  const drill = copy + compareSeconds(gb) * gibOf(READING) + quick(polls + shards + 5);
  const total = backups * (backup + copy + read) + drillsPerMonth * drill;
  return { what: 'Lambda', how: `${figure(total)} GB-seconds`, usd: total * PRICES.lambda.usd };
}

/** What an installation costs in a month, however many caches it protects. */
export function fixedCost({ resources }: Templates): readonly Line[] {
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  const [keys, alarms] = [count('AWS::KMS::Key'), count('AWS::CloudWatch::Alarm')];
  // One look of find-exports every 5 minutes, one of watch-vault, watch-source, publish-fleet and sweep-drills every 15.
  const looks = DAYS_PER_MONTH * 24 * (12 + 4 + 4 + 4 + 4);
  const gbSeconds = looks * ASSUMED.quickSeconds * gibOf(QUICK);
  return [
    { what: 'KMS keys', how: `${keys} keys`, usd: keys * PRICES.key.usd },
    { what: 'alarms', how: `${alarms} alarms`, usd: alarms * PRICES.alarm.usd },
    { what: 'metrics', how: '6 about all caches together, 3 about verdicts', usd: 9 * PRICES.metric.usd },
    { what: 'Lambda', how: `${figure(looks)} scheduled invocations`, usd: gbSeconds * PRICES.lambda.usd },
  ];
}

export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
