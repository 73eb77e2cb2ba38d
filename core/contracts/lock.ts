import * as z from 'zod';
import type { Tier } from '../model/tier.ts';

/** The longest that S3 takes: a century. https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html (checked 2026-11-22) */
const days = z.int().min(1).max(36_500);

export const lock = z.strictObject({
  /** Governance yields to the break-glass role, compliance to nobody, not even the account’s root. */
  mode: z.enum(['governance', 'compliance']),
  /** Every version in the vault, from the moment it is written. */
  days,
  /** Longer locks that a recovery point earns with its tier once it is verified. @default `days` for all */
  tiers: z
    .strictObject({ daily: days.optional(), weekly: days.optional(), monthly: days.optional() })
    .default({}),
});
export type Lock = z.output<typeof lock>;

/** Days from its writing in which nobody can delete a verified recovery point of this tier. */
export function lockDaysOf({ days: written, tiers }: Lock, tier: Tier): number {
  return tier === 'hourly' ? written : (tiers[tier] ?? written);
}
