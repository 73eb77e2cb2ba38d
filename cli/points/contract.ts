import * as z from 'zod';
import { drillFinding } from '../../core/contracts/drill.ts';

/** What `redrill points --json` prints: a stable contract; see docs/cli.md. */
export const pointsOutput = z.strictObject({
  cache: z.string(),
  plan: z.string(),
  points: z.array(
    z.strictObject({
      slot: z.string(),
      tier: z.enum(['hourly', 'daily', 'weekly', 'monthly']),
      verdict: z.enum(['verified', 'suspect', 'corrupt']),
      reasons: z.array(z.strictObject({ code: z.string(), message: z.string() })),
      keys: z.int(),
      bytes: z.int(),
      shards: z.int(),
      takenAt: z.iso.datetime(),
      /** Of a point that a person has accepted. */
      accepted: z.strictObject({ by: z.string(), at: z.iso.datetime(), why: z.string() }).optional(),
      /** What the last drill of it found wrong with it. Until a later one passes it is not to be restored. */
      failedDrill: drillFinding.pick({ drill: true, code: true, message: true }).optional(),
      /** When the cache that it is of was created, as `--lineage` of `redrill release` takes it; absent if not known. */
      lineage: z.string().optional(),
      fate: z.enum(['kept', 'released']),
      fateBecause: z.string(),
      tierBecause: z.string(),
      expiresFrom: z.iso.datetime().optional(),
    }),
  ),
});
export type PointsOutput = z.output<typeof pointsOutput>;
