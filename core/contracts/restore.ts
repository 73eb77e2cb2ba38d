import * as z from 'zod';
import { comparison, topologyDifference } from './drill.ts';
import { cacheName, slot, tier } from './fields.ts';
import { serverlessTopology } from './topology.ts';

/** What `redrill restore --json` prints, as a plan or as a report: a stable contract; see docs/cli.md. */

/** The replication group or the serverless cache that a restore makes. */
export const restoredCluster = z.strictObject({
  engine: z.string(),
  /** As it is ordered: `major.minor`, with the patch level before Redis OSS 6; `major` alone of a serverless cache. */
  engineVersion: z.string(),
  /** `serverless` of a serverless cache. */
  nodeType: z.string(),
  clusterMode: z.boolean(),
  shards: z.array(z.strictObject({ shard: z.int().positive(), slots: z.string().optional() })).min(1),
  /** Per shard. */
  replicas: z.int().nonnegative(),
  parameterGroup: z.string(),
  /** @default the default VPC's */
  subnetGroup: z.string().optional(),
  securityGroups: z.array(z.string()),
  tls: z.boolean(),
  auth: z.enum(['none', 'token', 'users']),
  userGroup: z.string().optional(),
  automaticFailover: z.boolean(),
  multiAz: z.boolean(),
  durability: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  /** Present of a serverless cache, and of no other; its subnets are those of the default VPC if none are named. */
  serverless: serverlessTopology.optional(),
});
export type RestoredClusterOrder = z.output<typeof restoredCluster>;

/** What has to be given or made before a plan can be applied. */
export const restoreNeed = z.strictObject({
  setting: z.string(),
  /** What is missing, with the option or the command that mends it. */
  message: z.string(),
});
export type RestoreNeed = z.output<typeof restoreNeed>;

export const restorePlan = z.strictObject({
  to: cacheName,
  region: z.string(),
  /** Where the files are staged for ElastiCache. */
  stagingBucket: z.string(),
  point: z.strictObject({
    cache: cacheName,
    slot,
    tier,
    takenAt: z.iso.datetime(),
    keys: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
  }),
  creates: restoredCluster,
  /** Where the new cluster will not be as the cache was. */
  differences: z.array(topologyDifference),
  /** Empty when the plan can be applied. */
  needs: z.array(restoreNeed),
  /** What could not be checked, or is worth knowing. */
  notes: z.array(z.string()),
});
export type RestorePlan = z.output<typeof restorePlan>;

export const restoreReport = z.strictObject({
  plan: restorePlan,
  cluster: z.strictObject({ arn: z.string(), nodeType: z.string() }),
  endpoint: z.strictObject({ host: z.string(), port: z.int().positive() }),
  /** `adopted`: the cluster was there already, from an earlier run of the same restore. */
  outcome: z.enum(['created', 'adopted']),
  /** `matched` and `differs` after every key was compared; otherwise why it was not. */
  compared: z.enum(['matched', 'differs', 'unreachable', 'skipped']),
  comparison: comparison.optional(),
  /** Why the comparison could not be made. */
  unreachable: z.string().optional(),
  /** How old the data was when the restore began: what was written since is not in it. */
  rpoSeconds: z.number().nonnegative(),
  /** From the beginning of the restore, its first run, until the cluster was available; null if no run saw that happen. */
  availableAfterSeconds: z.number().nonnegative().nullable(),
  /** The same, until every key was compared as well; null if they were not. */
  rtoSeconds: z.number().nonnegative().nullable(),
  startedAt: z.iso.datetime(),
  snippets: z.strictObject({ cdk: z.string(), cloudFormation: z.string() }),
});
export type RestoreReport = z.output<typeof restoreReport>;

/** `restores/<id>/<cache>/<slot>/begun.json` in the staging bucket: when a restore was begun, and by whom. */
export const restoreBegun = z.object({ at: z.iso.datetime(), by: z.string() });
