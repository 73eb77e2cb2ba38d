import * as z from 'zod';

/** That a look has undertaken to send a message, and has not reported it sent. */
const claim = z.object({ by: z.string(), at: z.iso.datetime() });
export type Claim = z.output<typeof claim>;

/**
 * How long a claim holds, seconds: as long as an invocation of the watches can live, so that whoever takes one over knows
 * that nobody sends the message any more. Lambda also waits for a minute before it tries a failed invocation again, so a
 * look that died between its claim and the message is followed by one that sends it.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html (checked 2026-11-22)
 */
export const CLAIM_SECONDS = 60;

/** What people were told of a fault that lasts. */
const toldFault = z.object({
  code: z.string(),
  /** What the messages are about: their attribute `cache`. */
  about: z.string(),
  /** @default not known: written by an earlier version */
  severity: z.enum(['page', 'ticket']).optional(),
  /** When the fault was first found since it was last over. */
  since: z.iso.datetime().optional(),
  /** When people were last told; absent while the first message is on its way, and once the fault is over. */
  toldAt: z.iso.datetime().optional(),
  /** When people were last told that it is over. */
  overAt: z.iso.datetime().optional(),
  /** What the fault consisted of then. */
  parts: z.array(z.string()),
  /** The look that has undertaken to send a message, and has not reported it sent. */
  claim: claim.optional(),
  /** A message was sent without an answer, or its sender died: people may have been told. */
  mayBeTold: z.literal(true).optional(),
});
export type ToldFault = z.output<typeof toldFault>;

/** `watch/notices-<area>.json`: what people were told; losing it repeats a message. */
export const noticeMemory = z.object({ version: z.literal(1), faults: z.record(z.string(), toldFault) });
export type NoticeMemory = z.output<typeof noticeMemory>;

export const NO_NOTICES: NoticeMemory = { version: 1, faults: {} };
