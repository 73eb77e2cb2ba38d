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
}

interface Problem {
  readonly code: string;
  readonly slot?: Slot | undefined;
}

interface Subject extends ProblemSubject {
  readonly cache: string;
  readonly slot: Slot | undefined;
}

type Step = (subject: Subject) => readonly [next: string, runbook: string];

const named = ({ cache, slot }: Subject) =>
  slot === undefined ? `${cache}/latest` : pointNameOf({ cache, slot });
const show = (subject: Subject) => `npx redrill show ${named(subject)}`;
const drill = (cache: string) => `npx redrill drill ${cache}`;
/** Reads each file again and names the one that is not as it was verified. */
const verify: Step = (subject) => [`npx redrill verify ${named(subject)}`, 'drill-failed'];

const STEPS: Readonly<Record<string, Step>> = {
  RecoveryPointBroken: (subject) => [show(subject), 'recovery-point-lost'],
  NoRecoveryPoint: ({ cache }) => [`npx redrill backup ${cache}`, 'no-recent-recovery-point'],
  RpoMissed: ({ cache }) => [`npx redrill backup ${cache}`, 'no-recent-recovery-point'],
  RecoveryPointCorrupt: (subject) => [show(subject), 'suspect-recovery-point'],
  RecoveryPointSuspect: (subject) => [show(subject), 'suspect-recovery-point'],
  RestoreDiffers: verify,
  RestoreNotLoaded: verify,
  VaultFileChanged: verify,
  DrillOverdue: ({ cache }) => [drill(cache), 'drill-overdue'],
  RtoMissed: () => ['npx redrill plan', 'drill-failed'],
  UnknownPlan: () => ['npx redrill plan', 'no-recent-recovery-point'],
  WatchSilent: ({ region = '<region>' }) => [
    `aws scheduler get-schedule --region ${region} --group-name redrill --name redrill-watch-vault`,
    'watch-silent',
  ],
  RegionDown: ({ cache }) => [`npx redrill restore ${cache}/latest --to ${cache}-restored`, 'region-lost'],
  RegistryEntryMissing: ({ cache }) => [`npx redrill rebuild ${cache}`, 'registry-entry-missing'],
  RecordUnreadable: ({ cache }) => [`npx redrill points ${cache}`, 'recovery-point-lost'],
  ReleaseTagged: ({ cache }) => [
    `npx redrill hold ${cache}/latest --why 'a release tag that Redrill did not set'`,
    'recovery-point-lost',
  ],
};

/** Drills end with codes of all kinds; the way on is another drill. */
const ANOTHER_DRILL: Step = ({ cache }) => [drill(cache), 'drill-failed'];

export function nextStep({ code, slot }: Problem, subject: ProblemSubject): NextStep {
  const [next, runbook] = (STEPS[code] ?? ANOTHER_DRILL)({ cache: '<cache>', ...subject, slot });
  return { next, runbook: `docs/runbooks/${runbook}.md` };
}
