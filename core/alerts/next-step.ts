import { pointNameOf } from '../model/point-name.ts';
import type { Slot } from '../model/slot.ts';
import { CLEAN_UP_COMMAND } from '../watch/rehearsal-notices.ts';

/** What to type next, and where it is written what to think of. */
export interface NextStep {
  readonly next: string;
  readonly runbook: string;
}

/** What a problem is about; absent where it does not matter. */
export interface ProblemSubject {
  readonly cache?: string;
  readonly region?: string;
  readonly bucket?: string;
}

interface Problem {
  readonly code: string;
  /** The region or cache of an alert, where no subject says it. */
  readonly about?: string | undefined;
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
  RecoveryPointLost: (subject) => [show(subject), 'recovery-point-lost'],
  RecoveryPointDamaged: (subject) => [show(subject), 'recovery-point-lost'],
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

/** Of what the watches alert about and `redrill status` does not look at itself. */
const ALERTED: Readonly<Record<string, Step>> = {
  CacheGone: ({ cache }) => [`npx redrill points ${cache}`, 'cache-vanished'],
  CacheUnplanned: ({ cache }) => [`npx redrill points ${cache}`, 'cache-vanished'],
  ContentChanged: (subject) => [show(subject), 'suspect-recovery-point'],
  ExportsWaiting: ({ cache }) => [`npx redrill backup ${cache}`, 'ingest-failed'],
  TierMissed: ({ cache }) => [`npx redrill backup ${cache}`, 'tier-missed'],
  SettingsDrifted: () => ['npx cdk drift', 'settings-drifted'],
  RehearsalLeftOver: () => [CLEAN_UP_COMMAND, 'rehearsal-left-over'],
  AlertsReachNobody: ({ region = '<region>' }) => [
    `aws sns list-topics --region ${region}`,
    'no-test-message',
  ],
  AlertsUnchecked: ({ region = '<region>' }) => [`aws sns list-topics --region ${region}`, 'no-test-message'],
  OpenAlertsUnread: ({ region = '<region>', bucket = '<bucket>' }) => [
    `aws s3 ls s3://${bucket}/watch/ --region ${region}`,
    'watch-silent',
  ],
};

/** Alerts that are about a region. */
const OF_REGION: ReadonlySet<string> = new Set(['RegionDown', 'AlertsReachNobody', 'AlertsUnchecked']);

/** Drills end with codes of all kinds; the way on is another drill. */
const ANOTHER_DRILL: Step = ({ cache }) => [drill(cache), 'drill-failed'];

export function nextStep({ code, slot, about }: Problem, named: ProblemSubject): NextStep {
  const subject = { ...(about && { [OF_REGION.has(code) ? 'region' : 'cache']: about }), ...named };
  const [next, runbook] = (STEPS[code] ?? ALERTED[code] ?? ANOTHER_DRILL)({
    cache: '<cache>',
    ...subject,
    slot,
  });
  return { next, runbook: `docs/runbooks/${runbook}.md` };
}
