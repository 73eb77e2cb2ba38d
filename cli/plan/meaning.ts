import { isProtected, type ProtectedPlan } from '../../core/contracts/plan.ts';
import { ownPlans } from '../../core/contracts/rehearsal.ts';
import { planNames } from '../../core/contracts/servers.ts';
import { readableSeconds, secondsOf } from '../../core/model/duration.ts';
import { SNAPSHOTS_PER_NODE_PER_DAY } from '../../core/model/limits.ts';
import { smallestNodeTypeFor, usableBytesOf } from '../../core/model/node-types.ts';
import { EXPORT_KEPT_DAYS, FIND_EXPORTS_EVERY_MS } from '../../core/model/periods.ts';
import { TIERS, type Tier } from '../../core/model/tier.ts';
import { DAY_SECONDS } from '../../core/model/time.ts';
import { isOfServers, type PlanMeaning, type PlanOutput } from './contract.ts';
import {
  compareSeconds,
  fixedCost,
  type Installation,
  monthlyCost,
  serverlessDrillsUsd,
  total,
} from './cost.ts';
import { ASSUMED, DAYS_PER_MONTH } from './prices.ts';
import { copiesKept, landingCopies, snapshotsKept } from './retention.ts';

/** What a backup is assumed to be like, as nothing of it is in the configuration. */
export interface Backup {
  /** Of all its RDB files together. */
  readonly gb: number;
  readonly shards: number;
}

const DRILLS_PER_MONTH = { daily: DAYS_PER_MONTH, weekly: 52 / 12, monthly: 1 } as const;
/** How many shards of one export are read at once: lib/ingest. */
const SHARDS_AT_ONCE = 10;
/** A rule of thumb that docs/cost.md's examples follow: ElastiCache's snapshot, and again its export. */
const WAIT_SECONDS = { least: 200, perGb: 50 } as const;
/** What an RDB file needs in memory once it is loaded, against its own size: the least that a drill reckons with. */
const LOADED_PER_FILE_BYTE = 2;
const GB = 1e9;

export const PRICES_OF = 'us-east-1, 2026-11-21';

/** What a configuration comes to, under what is assumed about the backups. */
export function meaningOf(installation: Installation, backup: Backup): PlanOutput {
  const { config, templates } = installation;
  const plans = ownPlans(config.plans);
  const fixed = fixedCost(templates);
  const meant = plans.flatMap(([name, plan]) =>
    isProtected(plan) ? [planMeaning({ name, plan, installation, backup })] : [],
  );
  const ofAll = meant.map(
    ({ caches, servers, usdPerCacheAndMonth, usdPerServerAndMonth = 0 }) =>
      caches.length * usdPerCacheAndMonth + servers.length * usdPerServerAndMonth,
  );
  return {
    contract: 1,
    assumed: { ...backup, waitSeconds: waitSeconds(backup), pricesOf: PRICES_OF },
    plans: meant,
    unprotected: plans.flatMap(([plan, each]) =>
      isProtected(each)
        ? []
        : [{ plan, because: each.unprotected, caches: namesOn(plan, planNames(config)) }],
    ),
    fixedCosts: [...fixed],
    usdPerMonth: total(fixed) + ofAll.reduce((sum, usd) => sum + usd, 0),
  };
}

interface Meant {
  readonly name: string;
  readonly plan: ProtectedPlan;
  readonly installation: Installation;
  readonly backup: Backup;
}

function planMeaning({ name, plan, installation, backup }: Meant): PlanMeaning {
  const { config } = installation;
  const { schedule, nodeType, serverless } = plan.drill;
  const perMonth = DRILLS_PER_MONTH[schedule];
  const copies = copiesKept(config, name);
  const caches = namesOn(name, config.caches);
  const servers = namesOn(name, planNames({ caches: {}, servers: config.servers }));
  const hasServersAlone = isOfServers({ caches, servers });
  const load = { plan: name, ...backup, drillsPerMonth: perMonth, waitSeconds: waitSeconds(backup) };
  const ofCache = monthlyCost(load, installation);
  const ofServer = monthlyCost({ ...load, isServer: true }, installation);
  const saving = hasServersAlone ? saveSeconds(backup) : 2 * waitSeconds(backup);
  const rpo = objective(plan.rpo, secondsOf(plan.every) + saving + ingestSeconds(backup));
  const rto = objective(plan.rto, restoreSeconds(backup));
  const slotsPerDay = DAY_SECONDS / secondsOf(plan.every);
  const sum = (of: 'standard' | 'archived') => TIERS.reduce((all, tier) => all + copies[tier][of], 0);
  return {
    plan: name,
    caches,
    servers,
    backups: {
      slotsPerDay,
      snapshotsPerNodePerDay: Math.ceil(slotsPerDay / plan.nodesPerCache),
      snapshotQuota: SNAPSHOTS_PER_NODE_PER_DAY,
    },
    copies: Object.fromEntries(
      TIERS.map((tier) => [tier, { kept: plan.keep[tier], ...copies[tier] }]),
    ) as Record<Tier, { kept: string; standard: number; archived: number }>,
    minimumRedundancy: plan.minimumRedundancy,
    storageGb: {
      vault: sum('standard') * backup.gb,
      archive: sum('archived') * backup.gb,
      landing: landingCopies(plan, EXPORT_KEPT_DAYS) * backup.gb,
      snapshots: hasServersAlone ? 0 : snapshotsKept(plan) * backup.gb,
    },
    rpo,
    rto,
    drills: {
      schedule,
      perMonth,
      nodeType,
      ...(serverless && {
        serverless: { ...serverless, usdAtMost: serverlessDrillsUsd(serverless, perMonth) },
      }),
    },
    costs: [...(hasServersAlone ? ofServer : ofCache)],
    usdPerCacheAndMonth: total(ofCache),
    ...(servers.length > 0 && { usdPerServerAndMonth: total(ofServer) }),
    problems: [...objectiveProblems({ rpo, rto }), ...nodeProblems(plan, backup)],
  };
}

function namesOn(plan: string, names: Readonly<Record<string, string>>): string[] {
  return Object.entries(names).flatMap(([name, on]) => (on === plan ? [name] : []));
}

function waitSeconds({ gb }: Backup): number {
  return Math.round(WAIT_SECONDS.least + WAIT_SECONDS.perGb * gb);
}

/** A host saves, reads and uploads its shard; ElastiCache takes a snapshot, and exports it. */
function saveSeconds({ gb, shards }: Backup): number {
  return (2 * gb * 1000) / shards / ASSUMED.copyMbPerSecond;
}

/** From a seal until its copy is verified: the vault's next look, and the copying and reading of every shard. */
function ingestSeconds(backup: Backup): number {
  const mbPerShard = (backup.gb * 1000) / backup.shards;
  const perShard = mbPerShard / ASSUMED.copyMbPerSecond + mbPerShard / ASSUMED.readMbPerSecond;
  const rounds = Math.ceil(backup.shards / SHARDS_AT_ONCE);
  return FIND_EXPORTS_EVERY_MS / 1_000 + rounds * perShard;
}

/** From the decision to restore until every key was compared, as a drill measures it. */
function restoreSeconds({ gb, shards }: Backup): number {
  const staging = (gb * 1000) / shards / ASSUMED.copyMbPerSecond;
  return staging + ASSUMED.drillClusterSeconds + compareSeconds(gb);
}

function objective(target: ProtectedPlan['rpo'], achievable: number): PlanMeaning['rpo'] {
  const targetSeconds = secondsOf(target);
  const achievableSeconds = Math.round(achievable);
  return { targetSeconds, achievableSeconds, met: achievableSeconds <= targetSeconds };
}

function objectiveProblems({ rpo, rto }: Pick<PlanMeaning, 'rpo' | 'rto'>): readonly string[] {
  const missed = (
    what: string,
    { met, targetSeconds, achievableSeconds }: PlanMeaning['rpo'],
    remedy: string,
  ) =>
    met
      ? []
      : [
          `an ${what} of ${readableSeconds(targetSeconds)} cannot be met: the achievable one is ${readableSeconds(achievableSeconds)}; ${remedy}`,
        ];
  return [
    ...missed('RPO', rpo, 'raise rpo, or shorten every'),
    ...missed('RTO', rto, 'raise rto, or have drills compare a sample (drill.sample)'),
  ];
}

function nodeProblems({ drill: { nodeType } }: ProtectedPlan, { gb, shards }: Backup): readonly string[] {
  const need = (gb / shards) * GB * LOADED_PER_FILE_BYTE;
  const usable = usableBytesOf(nodeType);
  if (usable === undefined || need <= usable) return [];
  const fits = smallestNodeTypeFor(need, nodeType);
  return [
    `a drill may not fit: a shard of ${(gb / shards).toFixed(1)} GB takes some ${(need / GB).toFixed(1)} GB to load, and ${nodeType} has ` +
      `${(usable / GB).toFixed(1)} GB for it; ${fits === undefined ? 'use more shards' : `set drill.nodeType to '${fits}'`}`,
  ];
}
