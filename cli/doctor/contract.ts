import * as z from 'zod';
import { finding } from '../../core/contracts/doctor.ts';

/** What `redrill doctor --json` prints: a stable contract, see docs/cli.md. */
export const doctorOutput = z.strictObject({
  contract: z.literal(1),
  account: z.string(),
  /** Whether the stacks of the halves that were checked are deployed; unknown if the credentials may not see one of them. */
  deployed: z.enum(['yes', 'no', 'partly', 'unknown']),
  outcome: z.enum(['well', 'problems', 'incomplete']),
  findings: z.array(finding),
});
export type DoctorOutput = z.output<typeof doctorOutput>;
