import * as z from 'zod';
import { comparison } from './drill.ts';
import { cacheKind, cacheName, planName, slot, slotOf, snapshotName, tier, verdict } from './fields.ts';
import { lineage } from './lineage.ts';
import { drillLimits } from './plan.ts';
import { contentLoss } from './recovery-point.ts';

/**
 * What the state machines carry from step to step: names and pointers, never data. Each step's input is picked from its
 * workflow's state, so a field has one name and one meaning all the way.
 */

/** A step that polls: go on, or come back after so many seconds. */
export const polled = z.object({ status: z.enum(['ready', 'waiting']), waitSeconds: z.int().positive() });
export type Polled = z.output<typeof polled>;

/** A step that may take more than one invocation: done, or to be invoked again with the same input. */
export const resumable = z.object({ done: z.boolean() });
export type Resumable = z.output<typeof resumable>;

/** What a Catch leaves in the state. */
export const failure = z.object({
  Error: z.string(),
  Cause: z.string().default(''),
  /** Of a recovery point that is not verified: the newest verified one before it, or before what is lost began to be. */
  lastVerified: slot.optional(),
  loss: contentLoss.optional(),
});
export type Failure = z.output<typeof failure>;

const shardNumber = z.int().positive();

/** Input of what a schedule starts and that needs to know nothing. */
export const tick = z.object({});

// ---- Backup: one execution per (cache, slot)

export const backupInput = z.object({ cache: cacheName, plan: planName, slot });
export type BackupInput = z.output<typeof backupInput>;

/** Input of start-backups, from the schedule. */
export const backupSchedule = z.object({ plan: planName, scheduledTime: z.iso.datetime() });
export type BackupSchedule = z.output<typeof backupSchedule>;

export const snapshotState = z.object({
  name: snapshotName,
  /** Of the cache, because each kind has snapshots of its own. Absent in executions that an older version has begun. */
  kind: cacheKind.default('replication-group'),
  shards: shardNumber,
  requestedAt: z.iso.datetime(),
  /** Of the cache that it is taken of. */
  lineage: lineage.optional(),
});
export type SnapshotState = z.output<typeof snapshotState>;

export const backupWithSnapshot = backupInput.extend({ snapshot: snapshotState });
export type BackupWithSnapshot = z.output<typeof backupWithSnapshot>;

export const exportState = z.object({ requestedAt: z.iso.datetime() });
export type ExportState = z.output<typeof exportState>;
export const backupWithExport = backupWithSnapshot.extend({ export: exportState });
export type BackupWithExport = z.output<typeof backupWithExport>;

// ---- Ingest: one execution per export

export const ingestInput = z.object({
  cache: cacheName,
  slot,
  tier,
  snapshot: snapshotName,
  shards: z.array(shardNumber).min(1),
});
export type IngestInput = z.output<typeof ingestInput>;

export const ingestShard = ingestInput.omit({ shards: true }).extend({ shard: shardNumber });
export type IngestShard = z.output<typeof ingestShard>;

/** The verdict; unless it is `verified`, also as a failure, for the alert. */
export const admission = z.object({
  verdict,
  tier,
  record: z.string(),
  failure: failure.optional(),
  /** Why the landing bucket did not take the note that this snapshot is verified; the copy is good all the same. */
  markRefused: z.string().optional(),
});
export type Admission = z.output<typeof admission>;

export const releaseInput = ingestInput.pick({ cache: true });
export type ReleaseInput = z.output<typeof releaseInput>;

// ---- Drill: one execution per (cache, drill)

/** Input of start-drills, from the schedule. */
export const drillSchedule = z.object({ plan: planName, scheduledTime: z.iso.datetime() });
export type DrillSchedule = z.output<typeof drillSchedule>;

export const drillInput = z.object({
  cache: cacheName,
  /** The instant the drill was due or asked for; it names everything that the drill makes. */
  drill: slot,
  startedBy: z.string(),
  /** A slot, the newest verified one, or one of the plan's window. */
  choose: z
    .string()
    .transform((raw, context) => (raw === 'latest' || raw === 'random' ? raw : slotOf(raw, context))),
});
export type DrillInput = z.output<typeof drillInput>;

export const drillPlan = z.object({
  point: z.object({ tier, slot }),
  plan: planName,
  clusterId: z.string(),
  nodeType: z.string(),
  /** To be tried in this order if there is no capacity for `nodeType`. */
  fallbackNodeTypes: z.array(z.string()),
  /** Limits of a serverless cache, which is tried first. @default nodes only */
  serverless: drillLimits.optional(),
  /** Why there are nodes only, where the plan asks for a serverless cache. */
  insteadOfServerless: z.string().optional(),
  engine: z.string(),
  engineVersion: z.string(),
  clusterMode: z.boolean(),
  shards: z.array(z.object({ shard: shardNumber, slots: z.string().optional() })).min(1),
  /** Without them the cluster could not load the files: see `core/drill/loading-parameters.ts`. */
  parameters: z.record(z.string(), z.string()).optional(),
  /** Which of how many parts of the data is compared; absent for all of it. */
  part: z.object({ groups: z.int().positive(), group: z.int().nonnegative() }).optional(),
});
export type DrillPlan = z.output<typeof drillPlan>;

export const plannedDrill = drillInput.extend({ plan: drillPlan });
export type PlannedDrill = z.output<typeof plannedDrill>;

export const stageInput = drillInput
  .pick({ cache: true, drill: true })
  .extend({ point: drillPlan.shape.point, shard: shardNumber });
export type StageInput = z.output<typeof stageInput>;

/** What the drill's cluster was accepted on and then failed, and when the first one was asked for. */
const triedTypes = z.object({
  nodeTypes: z.array(z.string()),
  /** Why a serverless cache did not serve. */
  serverless: z.string().optional(),
  since: z.iso.datetime().optional(),
});

export const drillToCreate = plannedDrill.extend({ tried: triedTypes });
export type DrillToCreate = z.output<typeof drillToCreate>;

export const clusterRequest = z.object({
  requestedAt: z.iso.datetime(),
  /** Why nodes were asked for in place of a serverless cache. */
  refused: z.string().optional(),
});
export type ClusterRequest = z.output<typeof clusterRequest>;
export const drillWithCluster = drillToCreate.extend({
  startedAt: z.iso.datetime(),
  cluster: clusterRequest,
});
export type DrillWithCluster = z.output<typeof drillWithCluster>;

/** Where the restored cluster answers, once it is there; or that it failed, and another node type may do. */
export const clusterCheck = polled.extend({
  status: z.enum(['ready', 'waiting', 'failed']),
  /** With `failed`: what was tried by then. */
  tried: triedTypes.optional(),
  failedAt: z.iso.datetime().optional(),
  endpoint: z.object({ host: z.string(), port: z.int().positive() }).optional(),
  /** What it was built on in the end: the plan's node type, one of its fallbacks, or `serverless`. */
  nodeType: z.string().optional(),
  readyAt: z.iso.datetime().optional(),
});
export type ClusterCheck = z.output<typeof clusterCheck>;

export const drillWithEndpoint = plannedDrill.extend({ cluster: clusterRequest, check: clusterCheck });
export type DrillWithEndpoint = z.output<typeof drillWithEndpoint>;

/** What one invocation of verify-restore has come to: to be invoked again, or the comparison. */
export const compared = z.discriminatedUnion('done', [
  z.object({ done: z.literal(false) }),
  z.object({ done: z.literal(true), comparison }),
]);
export type Compared = z.output<typeof compared>;

/** Everything record-drill may find, however far the drill came. */
export const drillOutcome = drillInput.extend({
  startedAt: z.iso.datetime(),
  plan: drillPlan.optional(),
  tried: triedTypes.optional(),
  cluster: clusterRequest.optional(),
  check: clusterCheck.optional(),
  comparison: comparison.optional(),
  failure: failure.optional(),
});
export type DrillOutcome = z.output<typeof drillOutcome>;

/** The drill's verdict; unless it `passed`, also as a failure, for the alert. */
export const recorded = z.object({
  verdict: z.enum(['passed', 'failed']),
  report: z.string(),
  failure: failure.optional(),
});
export type Recorded = z.output<typeof recorded>;

export const tearDownInput = drillInput.pick({ cache: true, drill: true }).extend({
  /** When the first try was made; the step gives up an hour later. */
  startedAt: z.iso.datetime(),
  /** `files`: only the cluster goes; another one is made from the same staged files. @default nothing is kept */
  keep: z.literal('files').optional(),
});
export type TearDownInput = z.output<typeof tearDownInput>;

// ---- Alerts

/** Input of raise-alert: what failed, in which execution. */
export const alertRequest = z.object({
  workflow: z.enum(['backup', 'ingest', 'drill']),
  execution: z.string(),
  cache: cacheName,
  slot,
  failure,
});
export type AlertRequest = z.output<typeof alertRequest>;
