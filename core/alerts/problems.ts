import type { Workflow } from '../contracts/resources.ts';
import { ERRORS, type ErrorCode, type ErrorKind, isErrorCode } from '../model/errors.ts';
import { pointNameOf } from '../model/point-name.ts';
import type { Slot } from '../model/slot.ts';
import type { Severity } from '../ports.ts';

/** What a problem is about. */
export interface Subject {
  readonly cache: string;
  readonly region: string;
  readonly bucket: string;
  readonly slot: Slot | undefined;
}

/** What every registry of problems says of a code. */
export interface ProblemEntry {
  readonly severity: Severity;
  /** The command to run next. */
  readonly next: (subject: Subject) => string;
  /** A file of docs/runbooks, without its ending. */
  readonly runbook: string;
}

const named = ({ cache, slot }: Subject) =>
  slot === undefined ? `${cache}/latest` : pointNameOf({ cache, slot });
export const show = (subject: Subject) => `npx redrill show ${named(subject)}`;
export const backup = ({ cache }: Pick<Subject, 'cache'>) => `npx redrill backup ${cache}`;
export const drill = ({ cache }: Pick<Subject, 'cache'>) => `npx redrill drill ${cache}`;
export const points = ({ cache }: Pick<Subject, 'cache'>) => `npx redrill points ${cache}`;
const plan = () => 'npx redrill plan';
/** Reads each file again and names the one that is not as it was verified. */
const verify = (subject: Subject) => `npx redrill verify ${named(subject)}`;

interface FailureEntry extends ProblemEntry {
  /** What follows `[Redrill] <cache>: `. */
  readonly subject: string;
  /** How the execution ended. @default failed */
  readonly outcome?: string;
  /** Of the runbook. @default all of it */
  readonly section?: string;
}

/** Failed executions of which there is more to say than that a workflow failed with a code. */
export const FAILURES = {
  RecoveryPointCorrupt: {
    severity: 'page',
    subject: 'recovery point corrupt',
    outcome: 'found that the recovery point is corrupt',
    next: show,
    runbook: 'suspect-recovery-point',
  },
  RecoveryPointSuspect: {
    severity: 'page',
    subject: 'recovery point suspect',
    outcome: 'is complete, but the content of the recovery point looks wrong',
    next: show,
    runbook: 'suspect-recovery-point',
  },
  RtoMissed: {
    // The data is safe, and nobody can make the restore faster at night.
    severity: 'ticket',
    subject: 'data proven, RTO missed',
    next: plan,
    runbook: 'drill-failed',
    section: 'right-data-too-late',
  },
} as const satisfies Readonly<Partial<Record<ErrorCode, FailureEntry>>>;

/** What `redrill status`, the pages and drill reports show of codes that have no alert of their own. */
export const SHOWN = {
  RecoveryPointBroken: { severity: 'page', next: show, runbook: 'recovery-point-lost' },
  NoRecoveryPoint: { severity: 'page', next: backup, runbook: 'no-recent-recovery-point' },
  RestoreDiffers: { severity: 'page', next: verify, runbook: 'drill-failed' },
  RestoreNotLoaded: { severity: 'page', next: verify, runbook: 'drill-failed' },
  VaultFileChanged: { severity: 'page', next: verify, runbook: 'drill-failed' },
  UnknownPlan: { severity: 'ticket', next: plan, runbook: 'no-recent-recovery-point' },
  WatchSilent: {
    severity: 'page',
    next: ({ region }) =>
      `aws scheduler get-schedule --region ${region} --group-name redrill --name redrill-watch-vault`,
    runbook: 'watch-silent',
  },
  OpenAlertsUnread: {
    severity: 'ticket',
    next: ({ region, bucket }) => `aws s3 ls s3://${bucket}/watch/ --region ${region}`,
    runbook: 'watch-silent',
  },
} as const satisfies Readonly<Record<string, ProblemEntry>>;

/** Drills end with codes of all kinds; the way on is another drill. */
export const ANOTHER_DRILL: ProblemEntry = { severity: 'ticket', next: drill, runbook: 'drill-failed' };

/** Wrong content pages. What is only late does not: outages pass, and if that takes too long, the missed RPO pages. */
const SEVERITY_OF_KIND: Readonly<Partial<Record<ErrorKind, Severity>>> = {
  integrity: 'page',
  transient: 'ticket',
};

/** A lost backup or drill pages; a failed ingest is tried again. */
const SEVERITY_OF_WORKFLOW: Readonly<Record<Workflow, Severity>> = {
  backup: 'page',
  ingest: 'ticket',
  drill: 'page',
};

/** What is said of an execution that failed with this code, which may be one of Step Functions. */
export function failureEntry(workflow: Workflow, code: string): FailureEntry {
  const kind = isErrorCode(code) ? SEVERITY_OF_KIND[ERRORS[code].kind] : undefined;
  return (
    (FAILURES as Readonly<Record<string, FailureEntry>>)[code] ?? {
      ...ANOTHER_DRILL,
      severity: kind ?? SEVERITY_OF_WORKFLOW[workflow],
      subject: `${workflow} failed: ${code}`,
      runbook: `${workflow}-failed`,
    }
  );
}

/** The last line of a message. */
export const runbookLine = (runbook: string, section?: string) =>
  `Runbook: docs/runbooks/${runbook}.md${section === undefined ? '' : `#${section}`}`;
