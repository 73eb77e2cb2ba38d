import type * as z from 'zod';
import type { connectRestoredCluster } from '../adapters/redis/restored-cluster.ts';
import type { Config } from '../core/contracts/config.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import * as steps from '../core/contracts/steps.ts';
import { FEWEST_LAMBDAS } from '../core/ingest/order-ingests.ts';
import type {
  Alerts,
  DrillElastiCache,
  Heartbeat,
  Metrics,
  Now,
  ObjectStore,
  Parameters,
  Settings,
  ShardCopier,
  SourceElastiCache,
  TimeLeft,
  Workflows,
} from '../core/ports.ts';
import * as admitRecoveryPoint from '../lambdas/admit-recovery-point.ts';
import * as checkDrillCluster from '../lambdas/check-drill-cluster.ts';
import * as checkExport from '../lambdas/check-export.ts';
import * as checkSnapshot from '../lambdas/check-snapshot.ts';
import * as copyShard from '../lambdas/copy-shard.ts';
import * as createDrillCluster from '../lambdas/create-drill-cluster.ts';
import * as createSnapshot from '../lambdas/create-snapshot.ts';
import * as exportSnapshot from '../lambdas/export-snapshot.ts';
import * as findExports from '../lambdas/find-exports.ts';
import * as planDrill from '../lambdas/plan-drill.ts';
import * as pruneSnapshots from '../lambdas/prune-snapshots.ts';
import * as publishFleet from '../lambdas/publish-fleet.ts';
import * as raiseAlert from '../lambdas/raise-alert.ts';
import * as recordDrill from '../lambdas/record-drill.ts';
import * as releaseSuperseded from '../lambdas/release-superseded.ts';
import * as sealExport from '../lambdas/seal-export.ts';
import * as sendCanary from '../lambdas/send-canary.ts';
import * as stageShard from '../lambdas/stage-shard.ts';
import * as startBackups from '../lambdas/start-backups.ts';
import * as startDrills from '../lambdas/start-drills.ts';
import * as sweepDrills from '../lambdas/sweep-drills.ts';
import * as tearDownDrill from '../lambdas/tear-down-drill.ts';
import * as verifyRestore from '../lambdas/verify-restore.ts';
import * as verifyShard from '../lambdas/verify-shard.ts';
import * as watchSource from '../lambdas/watch-source.ts';
import * as watchVault from '../lambdas/watch-vault.ts';
import { Catalogue } from '../vault/catalogue.ts';
import type { OtherSideView } from '../watch/other-side.ts';

/** What every step's world is made of: the ports in memory, as one invocation sees them. */
export interface Ports {
  readonly source: SourceElastiCache;
  readonly drills: DrillElastiCache;
  readonly connect: typeof connectRestoredCluster;
  readonly landing: ObjectStore;
  readonly vault: ObjectStore;
  readonly staging: ObjectStore;
  readonly copier: ShardCopier;
  readonly workflows: Workflows;
  readonly alerts: Alerts;
  readonly parameters: Parameters;
  readonly heartbeat: Heartbeat;
  readonly metrics: Metrics;
  readonly config: Config;
  readonly now: Now;
  readonly timeLeftMs: TimeLeft;
  readonly newToken: () => string;
  readonly newRunId: () => string;
  readonly settings: Settings;
}

/** Stand for the ARNs of the synthesised state machines. */
export const MACHINES = { backup: 'backup', ingest: 'ingest', drill: 'drill' } as const;
export const ACCOUNT = '111122223333';
export const VAULT_KEY = 'arn:aws:kms:eu-central-1:111122223333:key/vault';

/** One setting stands for all of a region: every one is read and compared in the same way. */
function settingsIn(region: string, bucket: string): ExpectedSettings {
  return {
    version: 1,
    stack: `redrill-${bucket}`,
    region,
    buckets: [{ name: bucket, settings: { versioning: { Status: 'Enabled' } } }],
    keys: [],
    schedules: [],
    alarms: [],
    topics: [],
    roles: [],
  };
}
const VAULT_SETTINGS = settingsIn('eu-central-1', 'vault');
const SOURCE_SETTINGS = settingsIn('eu-west-1', 'landing');
/** Those of both regions, each of which has a watch of its own. */
export const SETTINGS: ExpectedSettings = {
  ...VAULT_SETTINGS,
  buckets: [...VAULT_SETTINGS.buckets, ...SOURCE_SETTINGS.buckets],
};

/** Each half alone: neither stack expects another, so nothing is asked of it. */
const OTHER: OtherSideView = {
  half: 'vault',
  subscriptionsOf: async () => undefined,
  second: { service: 'none', ask: async () => undefined },
};

/** A step as Lambda runs it: checks the payload against its contract, makes the world, runs the production code. */
export type Step = (payload: unknown, ports: Ports) => Promise<unknown>;

function step<Schema extends z.ZodType, World>(
  schema: Schema,
  run: (input: z.output<Schema>, world: World) => Promise<unknown>,
  worldOf: (ports: Ports) => World,
): Step {
  return async (payload, ports) => run(schema.parse(payload), worldOf(ports));
}

const catalogue = ({ vault }: Ports) => new Catalogue(vault);

/** Every Lambda of the product, by the name of its file; beside each, the world that its handler would make. */
export const STEPS: Readonly<Record<string, Step>> = {
  'start-backups': step(steps.backupSchedule, startBackups.run, ({ source, ...ports }) => ({
    ...ports,
    elasticache: source,
    stateMachine: MACHINES.backup,
  })),
  'create-snapshot': step(steps.backupInput, createSnapshot.run, ({ source, now }) => ({
    elasticache: source,
    kmsKeys: [],
    now,
  })),
  'check-snapshot': step(steps.backupWithSnapshot, checkSnapshot.run, ({ source, now }) => ({
    elasticache: source,
    now,
  })),
  'export-snapshot': step(steps.backupWithSnapshot, exportSnapshot.run, ({ source, landing, now }) => ({
    elasticache: source,
    landingBucket: landing.bucket,
    now,
  })),
  'check-export': step(steps.backupWithExport, checkExport.run, ({ source, landing, now }) => ({
    elasticache: source,
    landing,
    now,
  })),
  'seal-export': step(steps.backupWithExport, sealExport.run, ({ source, landing, config, now }) => ({
    elasticache: source,
    landing,
    config,
    account: ACCOUNT,
    now,
  })),
  'prune-snapshots': step(steps.backupInput, pruneSnapshots.run, ({ source, landing, now }) => ({
    elasticache: source,
    landing,
    now,
  })),
  'find-exports': step(steps.tick, findExports.run, (ports) => ({
    ...ports,
    shardsAtOnce: ports.config.vault.shardsAtOnce,
    lambdas: async () => FEWEST_LAMBDAS,
    catalogue: catalogue(ports),
    stateMachine: MACHINES.ingest,
  })),
  'copy-shard': step(steps.ingestShard, copyShard.run, ({ copier, vault, landing, config }) => ({
    copier,
    vault,
    landing,
    landingRegion: config.source.region,
    kmsKeyArn: VAULT_KEY,
  })),
  'verify-shard': step(steps.ingestShard, verifyShard.run, (ports) => ports),
  'admit-recovery-point': step(steps.ingestInput, admitRecoveryPoint.run, (ports) => ({
    ...ports,
    catalogue: catalogue(ports),
  })),
  'release-superseded': step(steps.releaseInput, releaseSuperseded.run, (ports) => ({
    config: ports.config,
    catalogue: catalogue(ports),
  })),
  'start-drills': step(steps.drillSchedule, startDrills.run, (ports) => ({
    ...ports,
    catalogue: catalogue(ports),
    stateMachine: MACHINES.drill,
  })),
  'plan-drill': step(steps.drillInput, planDrill.run, (ports) => ({
    config: ports.config,
    catalogue: catalogue(ports),
  })),
  'stage-shard': step(steps.stageInput, stageShard.run, ({ copier, vault, staging, config }) => ({
    copier,
    vault,
    stagingBucket: staging.bucket,
    region: config.vault.region,
    seedGrant: config.vault.seedGrant,
  })),
  'create-drill-cluster': step(steps.drillToCreate, createDrillCluster.run, (ports) => ({
    elasticache: ports.drills,
    staging: ports.staging,
    subnetGroup: 'redrill-drills',
    securityGroupId: 'sg-0123456789abcdef0',
    newToken: ports.newToken,
    now: ports.now,
  })),
  'check-drill-cluster': step(steps.drillWithCluster, checkDrillCluster.run, ({ drills, now }) => ({
    elasticache: drills,
    now,
  })),
  'verify-restore': step(steps.drillWithEndpoint, verifyRestore.run, (ports) => ports),
  'record-drill': step(steps.drillOutcome, recordDrill.run, (ports) => ({
    ...ports,
    catalogue: catalogue(ports),
  })),
  'tear-down-drill': step(steps.tearDownInput, tearDownDrill.run, ({ drills, staging, now }) => ({
    elasticache: drills,
    staging,
    now,
  })),
  'sweep-drills': step(steps.tick, sweepDrills.run, ({ drills, ...ports }) => ({
    ...ports,
    elasticache: drills,
  })),
  'watch-vault': step(steps.tick, watchVault.run, (ports) => ({
    ...ports,
    other: OTHER,
    catalogue: catalogue(ports),
    expected: () => VAULT_SETTINGS,
  })),
  'watch-source': step(steps.tick, watchSource.run, ({ source, ...ports }) => ({
    ...ports,
    other: OTHER,
    elasticache: source,
    expected: () => SOURCE_SETTINGS,
  })),
  'publish-fleet': step(steps.tick, publishFleet.run, (ports) => ({
    ...ports,
    catalogue: catalogue(ports),
  })),
  'send-canary': step(steps.tick, sendCanary.run, (ports) => ({ ...ports, region: 'eu-central-1' })),
  'raise-alert': step(steps.alertRequest, raiseAlert.run, (ports) => ports),
};

const IN_SOURCE: ReadonlySet<string> = new Set([
  'start-backups',
  'create-snapshot',
  'check-snapshot',
  'export-snapshot',
  'check-export',
  'seal-export',
  'prune-snapshots',
  'watch-source',
]);

/** In which region a Lambda runs; raise-alert is in both. */
export function regionOf(lambda: string, payload: unknown): 'source' | 'vault' {
  if (lambda === 'raise-alert')
    return (payload as { readonly workflow?: unknown }).workflow === 'backup' ? 'source' : 'vault';
  return IN_SOURCE.has(lambda) ? 'source' : 'vault';
}
