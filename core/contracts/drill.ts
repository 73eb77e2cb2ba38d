import * as z from 'zod';
import { cacheName, planName, slot, tier } from './fields.ts';
import { reason } from './recovery-point.ts';

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
  /** Of the digest's buckets and expiry bins, which part was read and compared; 1, and absent, for all. */
  share: z.number().positive().max(1).optional(),
  /** Into how many Lambda invocations it had to be divided. */
  invocations: z.int().positive().optional(),
  /** What reading and comparing took, over all invocations. */
  seconds: z.number().nonnegative(),
  finishedAt: z.iso.datetime(),
});
export type Comparison = z.output<typeof comparison>;

/** How far one drill came, second by second; phases that were not reached are absent. */
export const drillPhases = z.object({
  stageSeconds: z.number().nonnegative().optional(),
  createSeconds: z.number().nonnegative().optional(),
  compareSeconds: z.number().nonnegative().optional(),
});
export type DrillPhases = z.output<typeof drillPhases>;

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
  cluster: z
    .object({
      id: z.string(),
      nodeType: z.string(),
      engine: z.string(),
      engineVersion: z.string(),
      shards: z.int(),
    })
    .optional(),
  comparison: comparison.optional(),
  phases: drillPhases,
  /** From the start of the drill until the last key was compared; absent if it did not get there. */
  achievedRtoSeconds: z.number().nonnegative().optional(),
  targetRtoSeconds: z.number().positive().optional(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  startedBy: z.string(),
});
export type DrillReport = z.output<typeof drillReport>;
