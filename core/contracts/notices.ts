import * as z from 'zod';
import { claim } from './watch.ts';

/** What people were told of a fault that lasts. */
const toldFault = z.object({
  code: z.string(),
  /** What the messages are about: their attribute `cache`. */
  about: z.string(),
  /** When people were last told; absent while the first message is on its way, and once the fault is over. */
  toldAt: z.iso.datetime().optional(),
  /** When people were last told that it is over. */
  overAt: z.iso.datetime().optional(),
  /** What the fault consisted of then. */
  parts: z.array(z.string()),
  /** The look that has undertaken to send a message, and has not reported it sent. */
  claim: claim.optional(),
});
export type ToldFault = z.output<typeof toldFault>;

/** `watch/notices-<area>.json`: what was told of everything but missed objectives; losing it repeats a message. */
export const noticeMemory = z.object({ version: z.literal(1), faults: z.record(z.string(), toldFault) });
export type NoticeMemory = z.output<typeof noticeMemory>;

export const NO_NOTICES: NoticeMemory = { version: 1, faults: {} };
