import { MINUTE_MS } from '../../core/model/time.ts';
import type { TimeLeft } from '../../core/ports.ts';

/**
 * What long work keeps of its invocation, ms, to save where it is: a wait for S3 that was tried again (10 s each, see
 * object-store.ts), and a few megabytes to write. Should even this not suffice, the invocation is cut off and the step
 * goes on where it was saved last.
 */
export const SAVING_MARGIN_MS = MINUTE_MS;

/** Time to save, and to go on in another invocation. */
export function isTimeShort(timeLeftMs: TimeLeft): boolean {
  return timeLeftMs() < SAVING_MARGIN_MS;
}
