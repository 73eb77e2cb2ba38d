import * as z from 'zod';
import { drillFinding, drillSummary } from '../../core/contracts/drill.ts';
import { acceptance, contentTotals, reason, shardContent } from '../../core/contracts/recovery-point.ts';
import { topology } from '../../core/contracts/topology.ts';

const decision = z.strictObject({ by: z.string(), at: z.iso.datetime(), why: z.string() });

/** What `redrill show --json` prints: a stable contract; see docs/cli.md. */
export const showOutput = z.strictObject({
  contract: z.literal(1),
  name: z.string(),
  cache: z.string(),
  slot: z.string(),
  tier: z.enum(['hourly', 'daily', 'weekly', 'monthly']),
  tierBecause: z.string(),
  plan: z.string(),
  verdict: z.enum(['verified', 'suspect', 'corrupt']),
  reasons: z.array(reason),
  /** Slot of the last copy before the loss began, of a point that is suspect for a loss. */
  lastGood: z.string().optional(),
  accepted: acceptance.nullable(),
  /** Files that the vault does not hold as they were verified, in words; empty while the point is whole. */
  lacks: z.array(z.string()),
  /** What the last drill of it found wrong with it; null once a later one passes. Until then it is not to be restored. */
  failedDrill: drillFinding.pick({ drill: true, code: true, message: true }).nullable(),
  takenAt: z.iso.datetime(),
  admittedAt: z.iso.datetime(),
  source: z.strictObject({ region: z.string(), account: z.string(), snapshot: z.string() }),
  totals: contentTotals,
  url: z.string(),
  shards: z.array(
    z.strictObject({
      shard: z.int(),
      url: z.string(),
      digestUrl: z.string(),
      slots: z.string().nullable(),
      /** Null if the file cannot be used. */
      content: shardContent.nullable(),
      problem: reason.nullable(),
    }),
  ),
  topology,
  held: decision.nullable(),
  fate: z.enum(['kept', 'released']),
  fateBecause: z.string(),
  /** The tag without which S3 expires nothing, as it is on the record now: `true`, `held`, or null. */
  releaseTag: z.string().nullable(),
  expiresFrom: z.iso.datetime().nullable(),
  storageClass: z.string(),
  lock: z.strictObject({ mode: z.string(), until: z.iso.datetime() }).nullable(),
  /** Drills of this point, newest first, among those that are remembered. */
  drills: z.array(
    z.strictObject({
      drill: z.string(),
      verdict: z.enum(['passed', 'failed']),
      proof: drillSummary.shape.proof,
      rtoSeconds: z.number().nullable(),
      report: z.string(),
    }),
  ),
});
export type ShowOutput = z.output<typeof showOutput>;
