import * as z from 'zod';

/** What `redrill backup --json` prints: a stable contract; see docs/cli.md. */
export const backupOutput = z.strictObject({
  contract: z.literal(1),
  cache: z.string(),
  plan: z.string(),
  slot: z.string(),
  execution: z.string(),
  /** The verdict on the copy in the vault; `failed`: there is none; `started`: nobody waited for it. */
  outcome: z.enum(['verified', 'suspect', 'corrupt', 'failed', 'started']),
  /** Why it is not verified. */
  because: z.string().nullable(),
  point: z
    .strictObject({ name: z.string(), tier: z.string(), keys: z.int(), bytes: z.int(), url: z.string() })
    .nullable(),
  /** From the start to the copy in the vault, by AWS's clock. */
  seconds: z.number().nonnegative().nullable(),
});
export type BackupOutput = z.output<typeof backupOutput>;
