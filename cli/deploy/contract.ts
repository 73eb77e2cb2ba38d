import * as z from 'zod';
import { doctorOutput } from '../doctor/contract.ts';

/** What `redrill deploy --json` prints: a stable contract, see docs/cli.md. */
export const deployOutput = z.strictObject({
  contract: z.literal(1),
  account: z.string(),
  stacks: z.array(
    z.strictObject({
      stack: z.string(),
      region: z.string(),
      outcome: z.enum(['created', 'updated', 'unchanged']),
      /** Resources that were created or changed. */
      resources: z.int(),
      seconds: z.number().nonnegative(),
      outputs: z.record(z.string(), z.string()),
    }),
  ),
  /** What a person must do next. */
  next: z.array(z.string()),
  /** What `redrill doctor --json` prints. */
  doctor: doctorOutput,
});
export type DeployOutput = z.output<typeof deployOutput>;
export type DeployedStack = DeployOutput['stacks'][number];
