import * as z from 'zod';
import { HOUR_SECONDS } from '../model/time.ts';
import { cacheName, planName, slot, tier } from './fields.ts';
import { drillLimits } from './plan.ts';
import { contentTotals, reason } from './recovery-point.ts';

/**
 * Seconds after its start at which a drill is stopped, and its staged files and parameter groups are swept. A drill whose clusters fail one after the other needs them after the first of these is gone.
 */
export const DRILL_TIMEOUT_SECONDS = 9 * HOUR_SECONDS;

/** How many keys were compared, and how many are accounted for as expired. */
export const comparison = z.object({
  keysExpected: z.int().nonnegative(),
  keysCompared: z.int().nonnegative(),
  keysExpired: z.int().nonnegative(),
  /** Digest buckets and expiry bins that differ. */
  mismatches: z.int().nonnegative(),
  /** The first of them, by name: `bucket 17`, `expiry 2026-11-21T06:00:00Z/1s`, `functions`. */
  mismatched: z.array(z.string()),
  /** The restored server's own clock at the comparison. */
  serverTime: z.iso.datetime(),
  /**
   * How values were read: all of them with DUMP, or some, too large for it, with the commands of their type. Absent in
   * reports from before there was a choice, which was DUMP.
   */
  method: z.enum(['dump', 'typed']).optional(),
  /** Present if the file has functions and the restored cache has no commands to list them: serverless caches have none. */
  functions: z.literal('not-compared').optional(),
  /** Of the digest's buckets and expiry bins, which part was read and compared; 1, and absent, for all. */
  share: z.number().positive().max(1).optional(),
  /** Into how many Lambda invocations it had to be divided. */
  invocations: z.int().positive().optional(),
  /** What reading and comparing took, over all invocations. */
  seconds: z.number().nonnegative(),
  finishedAt: z.iso.datetime(),
});
export type Comparison = z.output<typeof comparison>;

/**
 * How far one drill came, second by second; phases that were not reached are absent. ElastiCache loads the files while
 * the cluster is `creating`, and no status or event tells when the loading begins, so creating and loading are one phase.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Nodes.viewing.html (checked 2026-11-21)
 */
export const drillPhases = z.object({
  stageSeconds: z.number().nonnegative().optional(),
  /** Creating the cluster and loading the files. */
  createSeconds: z.number().nonnegative().optional(),
  compareSeconds: z.number().nonnegative().optional(),
});
export type DrillPhases = z.output<typeof drillPhases>;

/** What was recorded of the recovery point when it was verified in the vault. */
export const restoredPoint = z.object({
  takenAt: z.iso.datetime(),
  admittedAt: z.iso.datetime(),
  source: z.object({ region: z.string(), account: z.string() }),
  snapshot: z.string(),
  totals: contentTotals,
  /** Keys of modules, whose content is compared as opaque bytes. */
  opaqueKeys: z.int().nonnegative(),
  files: z.array(
    z.object({
      shard: z.int().positive(),
      bytes: z.int().nonnegative(),
      sha256: z.string(),
      /** Total of the content digest, hexadecimal. */
      digest: z.string(),
    }),
  ),
});
export type RestoredPoint = z.output<typeof restoredPoint>;

/** Where the restored cluster was not built as the cache was, and why not. */
export const topologyDifference = z.object({
  setting: z.string(),
  recorded: z.string(),
  restored: z.string(),
  because: z.string(),
});
export type TopologyDifference = z.output<typeof topologyDifference>;

/** `reports/<cache>/<drill>.json`. */
export const drillReport = z.object({
  version: z.literal(1),
  cache: cacheName,
  plan: planName.optional(),
  drill: slot,
  verdict: z.enum(['passed', 'failed']),
  /** Why it failed; empty when it passed. */
  reasons: z.array(reason),
  point: z.object({ slot, tier, key: z.string() }).optional(),
  /** Absent if the recovery point's record could not be read any more. */
  recorded: restoredPoint.optional(),
  cluster: z
    .object({
      id: z.string(),
      nodeType: z.string(),
      engine: z.string(),
      engineVersion: z.string(),
      shards: z.int(),
      /** Of a serverless cache: the limits it was made with. */
      limits: drillLimits.optional(),
      /** Why it was built of nodes where the plan asks for a serverless cache. */
      insteadOfServerless: z.string().optional(),
    })
    .optional(),
  differences: z.array(topologyDifference).optional(),
  comparison: comparison.optional(),
  phases: drillPhases,
  /** From the start of the drill until the last key was compared; absent if it did not get there. */
  achievedRtoSeconds: z.number().nonnegative().optional(),
  targetRtoSeconds: z.number().positive().optional(),
  /** Age of the newest verified recovery point when the report was written, whichever one was drilled. */
  achievedRpoSeconds: z.number().nonnegative().optional(),
  targetRpoSeconds: z.number().positive().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  startedBy: z.string(),
  /** Version of Redrill that drilled. */
  software: z.string().optional(),
});
export type DrillReport = z.output<typeof drillReport>;

/** What a drill showed: that the data is right, that it is not, or nothing, because nothing was compared. */
export const PROOFS = ['proven', 'differs', 'nothing'] as const;

/** A drill in a line: what plots and lists of many of them need. */
export const drillSummary = z.object({
  drill: slot,
  verdict: drillReport.shape.verdict,
  proof: z.enum(PROOFS),
  /** Codes of the reasons, if it failed. */
  codes: z.array(z.string()),
  point: drillReport.shape.point.unwrap().pick({ slot: true, tier: true }).optional(),
  keysCompared: z.int().nonnegative().optional(),
  /** Of the files that were restored, all shards together. Absent, as the two below, in summaries of before it was kept. */
  bytes: z.int().nonnegative().optional(),
  /** What reading and comparing took. */
  compareSeconds: z.number().nonnegative().optional(),
  /** Which part of the content was compared. @default all of it */
  share: z.number().positive().max(1).optional(),
  achievedRtoSeconds: z.number().nonnegative().optional(),
  targetRtoSeconds: z.number().positive().optional(),
  achievedRpoSeconds: z.number().nonnegative().optional(),
  targetRpoSeconds: z.number().positive().optional(),
});
export type DrillSummary = z.output<typeof drillSummary>;

/** A recovery point that the last drill of it has shown to be bad; see `core/drill/drill-findings.ts`. */
export const drillFinding = z.object({
  slot,
  tier,
  /** The drill that found it. */
  drill: slot,
  code: z.string(),
  message: z.string(),
});
export type DrillFinding = z.output<typeof drillFinding>;

/** `reports/<cache>/history.json`: the newest drills of a cache, newest first. Made from the reports, and made again with each. */
export const drillHistory = z.object({
  version: z.literal(1),
  cache: cacheName,
  drills: z.array(drillSummary),
  /**
   * Points that a drill has shown to be bad, newest point first, however long ago that was. Absent in histories of before
   * they were kept, and then all reports say it.
   */
  findings: z.array(drillFinding).optional(),
});
export type DrillHistory = z.output<typeof drillHistory>;

/** How many drills of a cache are looked back at: a year of weekly ones. */
export const RECENT_DRILLS = 52;

/** Buckets that the content digest sums keys without expiry into; see docs/digest-format.md. */
export const BUCKETS = 4096;
