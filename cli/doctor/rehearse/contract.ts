import * as z from 'zod';
import { slot } from '../../../core/contracts/fields.ts';

/** What `redrill doctor --rehearse --json` prints: a stable contract, see docs/cli.md. */
export const rehearsalOutput = z.strictObject({
  contract: z.literal(1),
  slot,
  outcome: z.enum(['passed', 'failed', 'interrupted']),
  /** Why it did not pass, or why not everything could be deleted. */
  problems: z.array(z.string()),
  phases: z.array(
    z.strictObject({
      phase: z.string(),
      outcome: z.enum(['done', 'failed', 'interrupted']),
      seconds: z.number(),
    }),
  ),
  /** What the drill has compared. */
  compared: z.strictObject({ keys: z.int().nonnegative(), differences: z.int().nonnegative() }).optional(),
  costUsd: z.number(),
  assumptions: z.array(
    z.strictObject({
      id: z.string(),
      verdict: z.enum(['confirmed', 'refuted', 'not met']),
      /** What AWS has shown, and the call that shows it. */
      reading: z.string().optional(),
      answer: z.string().optional(),
    }),
  ),
  /** What Object Lock holds, and the day from which S3 removes it. */
  remaining: z.array(
    z.strictObject({ object: z.string(), versionId: z.string(), expiresFrom: z.iso.date() }),
  ),
  fieldNotes: z.string(),
});
export type RehearsalOutput = z.output<typeof rehearsalOutput>;

/** What `redrill doctor --rehearse --clean-up --json` prints. */
export const cleanUpOutput = rehearsalOutput.pick({
  contract: true,
  outcome: true,
  problems: true,
  remaining: true,
});
export type CleanUpOutput = z.output<typeof cleanUpOutput>;
