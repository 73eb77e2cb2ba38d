import type { Finding } from '../contracts/doctor.ts';
import { CLEAN_UP_COMMAND } from '../model/rehearsal.ts';
import { isRehearsalOver } from '../watch/rehearsal-notices.ts';
import { advice, ok, problem } from './findings.ts';

/** One thing that a rehearsal has made, and that is still there. */
export interface LeftByRehearsal {
  /** `the cache redrill-rehearsal` */
  readonly what: string;
  /** The slot at which its rehearsal began; undefined if that is not known. */
  readonly began: string | undefined;
}

/** What rehearsals have left in a region: a problem once it is older than any rehearsal lasts. */
export function rehearsalFinding(left: readonly LeftByRehearsal[], region: string, now: Date): Finding {
  const subject = region;
  if (left.length === 0) return ok({ id: 'rehearsal', subject, text: 'No rehearsal left anything behind.' });
  const things = left.map(({ what }) => what).join(', ');
  const next = [CLEAN_UP_COMMAND];
  if (left.some(({ began = '' }) => isRehearsalOver(began, now)))
    return problem({ id: 'rehearsal-left', subject, text: `A rehearsal left ${things} behind.`, next });
  return advice({
    id: 'rehearsal-recent',
    subject,
    text: `A rehearsal has created ${things}. If it is no longer running, delete what it left behind.`,
    next,
  });
}
