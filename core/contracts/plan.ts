import * as z from 'zod';
import { DURATION_FORM, type Duration } from '../model/duration.ts';
import { form } from './problems.ts';

/** What a plan promises and how it keeps the promise. */

const planNameForm = form('a plan name', 'use at most 32 lower-case letters, digits and hyphens');
/** As the configuration names a plan. */
export const planNameInConfig = z.string(planNameForm).regex(/^[a-z][a-z0-9-]{0,31}$/, planNameForm);

const durationForm = form('a duration', 'write 15m, 6h or 30d');
export const duration = z
  .string(durationForm)
  .regex(DURATION_FORM, durationForm)
  .transform((text) => text as Duration);

const foreverForm = form('a duration', 'write 30d, 364d or forever');
/** How long points of a tier are kept. */
export const durationOrForever = z
  .string(foreverForm)
  .refine((text) => text === 'forever' || DURATION_FORM.test(text), foreverForm)
  .transform((text) => text as Duration | 'forever');

const nodeTypeForm = form('a node type', 'write it as cache.t4g.medium');
const reasonForm = form('a reason', 'say why caches on this plan need no backups');

const keep = z.strictObject({
  /** How long recovery points of each tier are kept once newer verified ones exist. */
  hourly: duration,
  daily: duration,
  weekly: duration,
  monthly: durationOrForever,
});

/** Limits of a serverless cache that a drill makes. */
export const drillLimits = z.object({
  /** The most data that it takes, GB. */
  storageGb: z.int().min(1).max(5_000),
  /** The most ElastiCache Processing Units that it uses in a second; with fewer, the comparison takes longer. */
  ecpuPerSecond: z.int().min(1_000).max(15_000_000),
});
export type DrillLimits = z.output<typeof drillLimits>;

const drill = z.strictObject({
  /** When a restore drill of every cache on the plan runs (UTC): every night, Sundays, or the first of the month. */
  schedule: z.enum(['daily', 'weekly', 'monthly']),
  /** Node type of the drill's cluster, for example `cache.t4g.medium`. */
  nodeType: z.string(nodeTypeForm),
  /** Node types to try, in this order, when AWS has no capacity for `nodeType`. */
  fallbackNodeTypes: z.array(z.string(nodeTypeForm)).max(5).default([]),
  /**
   * Drills recovery points of serverless caches in a serverless cache with these limits. Where the data needs
   * more, or ElastiCache does not make one of the files, `nodeType` serves instead, and the report says so.
   * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheUsageLimits.html (checked 2026-11-25)
   * @default they are drilled on nodes, as all others
   */
  serverless: z.strictObject(drillLimits.shape).optional(),
  /** Which recovery point a scheduled drill restores: the newest verified one, or any of the window. */
  choose: z.enum(['latest', 'random']).default('latest'),
  /** How far back `random` reaches. */
  window: duration.default('30d'),
  /** What a drill compares of caches whose files are larger than this in all. @default everything, however large */
  sample: z
    .strictObject({
      aboveGib: z.number().positive(),
      /** The share of the data that one drill compares, another part every day; a half at most, 1/1000 at least. */
      share: z.number().min(0.001).max(0.5),
    })
    .optional(),
});

const contentGate = z.strictObject({
  /** A copy that has lost this share of its keys or more, against what is usual, is suspect: above 0, below 1. */
  shrinkShare: z.number().gt(0).lt(1).default(0.5),
  /** A cache that usually holds fewer keys than this says too little by its size to be suspicious of. */
  fromKeys: z.int().min(1).default(100),
  /** What every copy must have, whatever is usual; one that has not is suspect. @default nothing */
  expect: z
    .strictObject({
      keys: z.int().min(1).optional(),
      /** Of all RDB files together. */
      bytes: z.int().min(1).optional(),
      /** The share of keys with an expiry, 0 to 1. */
      expiringAtLeast: z.number().min(0).max(1).optional(),
      expiringAtMost: z.number().min(0).max(1).optional(),
    })
    .optional(),
});
export type ContentGate = z.output<typeof contentGate>;

export const DEFAULT_GATE: ContentGate = contentGate.parse({});

const protectedPlan = z.strictObject({
  /** Time between two backups; divides a day evenly. */
  every: duration,
  keep: keep.default({ hourly: '2d', daily: '30d', weekly: '364d', monthly: 'forever' }),
  /** Recovery point objective: the age that the newest verified recovery point may reach before somebody is paged. */
  rpo: duration,
  /** Recovery time objective: what a drill may take from the decision to restore until every key was compared. */
  rto: duration,
  /** Verified recovery points that stay whatever their age. */
  minimumRedundancy: z.int().min(1).max(100).default(2),
  drill,
  /** When a copy that reads well is suspect nevertheless. */
  contentGate: contentGate.default(DEFAULT_GATE),
  /** The most data that one shard of a cache on this plan holds, GiB; lets synthesis check the drill node. */
  largestShardGib: z.number().positive().optional(),
  /** Nodes that every cache on this plan has to take snapshots from (cluster mode off); the quota counts per node. */
  nodesPerCache: z.int().min(1).max(6).default(1),
});

const unprotectedPlan = z.strictObject({
  /** Why caches on this plan have no backups. They are listed as deliberately unprotected. */
  unprotected: z.string(reasonForm).min(1, reasonForm),
});

export const plan = z.union([unprotectedPlan, protectedPlan]);

export type ProtectedPlan = z.output<typeof protectedPlan>;
export type Plan = z.output<typeof plan>;

export function isProtected(each: Plan): each is ProtectedPlan {
  return !('unprotected' in each);
}
