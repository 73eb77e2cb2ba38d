import { pointNameOf } from '../model/point-name.ts';
import type { Slot } from '../model/slot.ts';

/** What to type next, and where it is written what to think of. */
export interface NextStep {
  readonly next: string;
  readonly runbook: string;
}

/** What a problem is about; absent where it does not matter. */
export interface ProblemSubject {
  readonly cache?: string;
  readonly region?: string;
  readonly suspect?: Slot | undefined;
  readonly corrupt?: Slot | undefined;
  readonly broken?: Slot | undefined;
  readonly drilled?: Slot | undefined;
}

type Step = (
  subject: Required<Pick<ProblemSubject, 'cache'>> & ProblemSubject,
) => readonly [next: string, runbook: string];

const show = (cache: string, slot: Slot | undefined) =>
  `npx redrill show ${slot === undefined ? `${cache}/latest` : pointNameOf({ cache, slot })}`;
const drill = (cache: string) => `npx redrill drill ${cache}`;

const STEPS: Readonly<Record<string, Step>> = {
  RecoveryPointBroken: ({ cache, broken }) => [show(cache, broken), 'recovery-point-lost'],
  NoRecoveryPoint: ({ cache }) => [`npx redrill backup ${cache}`, 'no-recent-recovery-point'],
  RpoMissed: ({ cache }) => [`npx redrill backup ${cache}`, 'no-recent-recovery-point'],
  RecoveryPointCorrupt: ({ cache, corrupt }) => [show(cache, corrupt), 'suspect-recovery-point'],
  RecoveryPointSuspect: ({ cache, suspect }) => [show(cache, suspect), 'suspect-recovery-point'],
  RestoreDiffers: ({ cache, drilled }) => [show(cache, drilled), 'drill-failed'],
  DrillOverdue: ({ cache }) => [drill(cache), 'drill-overdue'],
  RtoMissed: () => ['npx redrill plan', 'drill-failed'],
  UnknownPlan: () => ['npx redrill plan', 'no-recent-recovery-point'],
  WatchSilent: ({ region = '<region>' }) => [
    `aws scheduler get-schedule --region ${region} --group-name redrill --name redrill-watch-vault`,
    'watch-silent',
  ],
  RegionDown: ({ cache }) => [`npx redrill restore ${cache}/latest --to ${cache}-restored`, 'region-lost'],
  NotRegistered: ({ cache }) => [`npx redrill backup ${cache}`, 'no-recent-recovery-point'],
};

/** Drills end with codes of all kinds; the way on is another drill. */
const ANOTHER_DRILL: Step = ({ cache }) => [drill(cache), 'drill-failed'];

export function nextStep({ code }: { readonly code: string }, subject: ProblemSubject): NextStep {
  const [next, runbook] = (STEPS[code] ?? ANOTHER_DRILL)({ cache: '<cache>', ...subject });
  return { next, runbook: `docs/runbooks/${runbook}.md` };
}
