import * as z from 'zod';

/** What `redrill forget --json` prints: a stable contract; see docs/cli.md. */
export const forgetOutput = z.strictObject({
  contract: z.literal(1),
  cache: z.string(),
  /** Null when it is watched again. */
  forgotten: z.strictObject({ by: z.string(), at: z.iso.datetime(), why: z.string() }).nullable(),
  points: z.strictObject({ keptForEver: z.int(), expiring: z.int() }),
});
export type ForgetOutput = z.output<typeof forgetOutput>;
