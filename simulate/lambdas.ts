import type { connectRestoredCluster } from '../adapters/redis/restored-cluster.ts';
import type { Config } from '../core/contracts/config.ts';
import {
  inputOf,
  LAMBDA_INPUTS,
  type LambdaInput,
  type LambdaName,
} from '../core/contracts/lambda-inputs.ts';
import type { ExpectedSettings } from '../core/contracts/settings.ts';
import { FEWEST_LAMBDAS } from '../core/ingest/order-ingests.ts';
import type {
  Alerts,
  DrillElastiCache,
  Events,
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
import * as pagePagerDuty from '../lambdas/page-pagerduty.ts';
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
import { SealedExports } from '../vault/sealed-exports.ts';
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
  readonly events: Events;
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
    channels: [],
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

const catalogue = ({ vault }: Ports) => new Catalogue(vault);

/** The simulation is about copies: it publishes no runbooks. */
const RUNBOOKS = { pages: new Map<string, string>(), digest: 'none' };

/** Every Lambda of the product, run in the world that its handler would make. */
const RUN: { readonly [Name in LambdaName]: (input: LambdaInput<Name>, ports: Ports) => Promise<unknown> } = {
  'start-backups': (input, { source, ...ports }) =>
    startBackups.run(input, { ...ports, elasticache: source, stateMachine: MACHINES.backup }),
  'create-snapshot': (input, { source, now }) =>
    createSnapshot.run(input, { elasticache: source, kmsKeys: [], now }),
  'check-snapshot': (input, { source, now }) => checkSnapshot.run(input, { elasticache: source, now }),
  'export-snapshot': (input, { source, landing, now }) =>
    exportSnapshot.run(input, { elasticache: source, landingBucket: landing.bucket, now }),
  'check-export': (input, { source, landing, now }) =>
    checkExport.run(input, { elasticache: source, landing, now }),
  'seal-export': (input, { source, landing, config, now }) =>
    sealExport.run(input, { elasticache: source, landing, config, account: ACCOUNT, now }),
  'prune-snapshots': (input, { source, landing, now }) =>
    pruneSnapshots.run(input, { elasticache: source, landing, now }),
  'find-exports': (input, ports) =>
    findExports.run(input, {
      ...ports,
      exports: new SealedExports(ports.landing, ports.config),
      servers: ports.config.servers,
      shardsAtOnce: ports.config.vault.shardsAtOnce,
      lambdas: async () => FEWEST_LAMBDAS,
      catalogue: catalogue(ports),
      stateMachine: MACHINES.ingest,
    }),
  'copy-shard': (input, { copier, vault, landing, config }) =>
    copyShard.run(input, {
      copier,
      vault,
      landing,
      exports: new SealedExports(landing, config),
      landingRegion: config.source.region,
      kmsKeyArn: VAULT_KEY,
    }),
  'verify-shard': (input, ports) => verifyShard.run(input, ports),
  'admit-recovery-point': (input, ports) =>
    admitRecoveryPoint.run(input, {
      ...ports,
      exports: new SealedExports(ports.landing, ports.config),
      catalogue: catalogue(ports),
    }),
  'release-superseded': (input, ports) =>
    releaseSuperseded.run(input, { config: ports.config, events: ports.events, catalogue: catalogue(ports) }),
  'start-drills': (input, ports) =>
    startDrills.run(input, { ...ports, catalogue: catalogue(ports), stateMachine: MACHINES.drill }),
  'plan-drill': (input, ports) => planDrill.run(input, { config: ports.config, catalogue: catalogue(ports) }),
  'stage-shard': (input, { copier, vault, staging, config }) =>
    stageShard.run(input, {
      copier,
      vault,
      stagingBucket: staging.bucket,
      region: config.vault.region,
      seedGrant: config.vault.seedGrant,
    }),
  'create-drill-cluster': (input, ports) =>
    createDrillCluster.run(input, {
      elasticache: ports.drills,
      staging: ports.staging,
      subnetGroup: 'redrill-drills',
      subnets: ['subnet-1', 'subnet-2'],
      securityGroupId: 'sg-0123456789abcdef0',
      newToken: ports.newToken,
      now: ports.now,
    }),
  'check-drill-cluster': (input, { drills, now }) =>
    checkDrillCluster.run(input, { elasticache: drills, now }),
  'verify-restore': (input, ports) => verifyRestore.run(input, ports),
  'record-drill': (input, ports) => recordDrill.run(input, { ...ports, catalogue: catalogue(ports) }),
  'tear-down-drill': (input, { drills, staging, now }) =>
    tearDownDrill.run(input, { elasticache: drills, staging, now }),
  'sweep-drills': (input, { drills, ...ports }) => sweepDrills.run(input, { ...ports, elasticache: drills }),
  'watch-vault': (input, ports) =>
    watchVault.run(input, {
      ...ports,
      other: OTHER,
      catalogue: catalogue(ports),
      expected: () => VAULT_SETTINGS,
    }),
  'watch-source': (input, { source, ...ports }) =>
    watchSource.run(input, { ...ports, other: OTHER, elasticache: source, expected: () => SOURCE_SETTINGS }),
  'publish-fleet': (input, ports) =>
    publishFleet.run(input, { ...ports, catalogue: catalogue(ports), runbooks: RUNBOOKS }),
  'send-canary': (input, ports) => sendCanary.run(input, { ...ports, region: 'eu-central-1' }),
  'raise-alert': (input, ports) => raiseAlert.run(input, ports),
  'page-pagerduty': (input, { parameters }) =>
    pagePagerDuty.run(input, {
      parameters,
      parameter: '/key',
      tickets: true,
      pagerDuty: { send: async () => {} },
    }),
};

export const isLambda = (name: string): name is LambdaName => Object.hasOwn(LAMBDA_INPUTS, name);

/** One invocation as Lambda runs it: the payload is checked against the schema of the Lambda's input. */
export async function runLambda<Name extends LambdaName>(name: Name, payload: unknown, ports: Ports) {
  return RUN[name](inputOf(name).parse(payload), ports);
}

const IN_SOURCE: ReadonlySet<string> = new Set<LambdaName>([
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
