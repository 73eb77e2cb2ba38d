import * as z from 'zod';

/** That a look has undertaken to send a message, and has not reported it sent. */
export const claim = z.object({ by: z.string(), at: z.iso.datetime() });

/** What watch-vault remembers between two looks; losing it repeats an alert, and restarts the age of what never had a copy. */
export const watchMemory = z.object({
  version: z.literal(1),
  /** When a protected cache without any recovery point was first seen. */
  firstSeen: z.record(z.string(), z.iso.datetime()),
  /** Faults that last, and when people were last told. A cache outside its RPO is a fault of the cache’s name. */
  told: z.record(z.string(), z.iso.datetime()),
  /** When people were last told that a fault is over. */
  over: z.record(z.string(), z.iso.datetime()).default({}),
  /** Messages on their way, by fault: no other look sends these as long as the claim holds. */
  claims: z.record(z.string(), claim).default({}),
});
export type Claim = z.output<typeof claim>;
export type WatchMemory = z.output<typeof watchMemory>;

export const EMPTY_MEMORY: WatchMemory = { version: 1, firstSeen: {}, told: {}, over: {}, claims: {} };

/**
 * How long a claim holds, seconds: as long as an invocation of the watches can live, so that whoever takes one over knows
 * that nobody sends the message any more. Lambda also waits for a minute before it tries a failed invocation again, so a
 * look that died between its claim and the message is followed by one that sends it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (checked 2026-11-22)
 */
export const CLAIM_SECONDS = 60;
