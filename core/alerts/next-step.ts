import type { Slot } from '../model/slot.ts';
import { ANOTHER_DRILL, FAILURES, type ProblemEntry, SHOWN, type Subject } from './problems.ts';
import { ALERTS, alertEntry } from './registry.ts';

/** What to type next, and where it is written what to think of. */
export interface NextStep {
  readonly next: string;
  readonly runbook: string;
}

/** What a problem is about; absent where it does not matter. */
export type ProblemSubject = Partial<Omit<Subject, 'slot'>>;

interface Problem {
  readonly code: string;
  /** The region or cache of an alert, where no subject says it. */
  readonly about?: string | undefined;
  readonly slot?: Slot | undefined;
}

const ENTRIES: Readonly<Record<string, ProblemEntry>> = { ...SHOWN, ...FAILURES, ...ALERTS };

/** What is said of a problem that people are shown; drills end with codes that no registry has. */
export const problemEntry = (code: string): ProblemEntry => ENTRIES[code] ?? ANOTHER_DRILL;

const UNNAMED = { cache: '<cache>', region: '<region>', bucket: '<bucket>' };

export function nextStep({ code, slot, about }: Problem, named: ProblemSubject): NextStep {
  const { next, runbook } = problemEntry(code);
  const subject = { ...UNNAMED, ...named, ...(about && { [alertEntry(code)?.about ?? 'cache']: about }) };
  return { next: next({ ...subject, slot }), runbook: `docs/runbooks/${runbook}.md` };
}
