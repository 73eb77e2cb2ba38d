import type { ContentLoss } from '../contracts/recovery-point.ts';
import type { AlertRequest, Failure } from '../contracts/steps.ts';
import { readableSeconds } from '../model/duration.ts';
import { ERRORS, isErrorCode } from '../model/errors.ts';
import { readableSlot, type Slot } from '../model/slot.ts';
import type { Alert, Severity } from '../ports.ts';
import type { Freshness } from '../watch/assess-freshness.ts';

/** Where the runbooks are, from the repository's root; alerts name them. */
const runbook = (name: string) => `Runbook: docs/runbooks/${name}.md`;

/** What a person reads when an execution of a workflow failed. */
export function alertOfFailure({ workflow, execution, cache, slot, failure }: AlertRequest): Alert {
  const { code, message } = causeOf(failure);
  const hint = isErrorCode(code) ? ERRORS[code].hint : 'See the execution’s history.';
  return {
    code,
    severity: severityOf(workflow, code),
    cache,
    subject: `[Redrill] ${cache}: ${TOLD[code]?.subject ?? `${workflow} failed: ${code}`}`,
    text: [
      `The ${workflow === 'drill' ? 'restore drill' : workflow} of ${cache} for ${readableSlot(slot)} ${TOLD[code]?.outcome ?? 'failed'}.`,
      '',
      `${code}: ${message}`,
      '',
      hint,
      whatIsSafe(workflow, code),
      ...(code === 'RecoveryPointSuspect' ? acceptOrRecover(cache, slot, failure) : []),
      '',
      `Execution: ${execution}`,
      TOLD[code]?.runbook ?? runbook(`${workflow}-failed`),
    ].join('\n'),
  };
}

interface Told {
  /** How the execution ended, after its subject. @default failed */
  readonly outcome?: string;
  readonly subject: string;
  readonly runbook: string;
}

/** Codes that say more than that a workflow failed. */
const TOLD: Readonly<Record<string, Told>> = {
  RecoveryPointCorrupt: {
    outcome: 'found that the copy is corrupt',
    subject: 'recovery point corrupt',
    runbook: runbook('suspect-recovery-point'),
  },
  RecoveryPointSuspect: {
    outcome: 'is complete, but the content of the copy looks wrong',
    subject: 'recovery point suspect',
    runbook: runbook('suspect-recovery-point'),
  },
  RtoMissed: {
    subject: 'data proven, RTO missed',
    runbook: `${runbook('drill-failed')}#right-data-too-late`,
  },
};

function acceptOrRecover(
  cache: string,
  slot: Slot,
  { lastVerified, loss }: Pick<Failure, 'lastVerified' | 'loss'>,
): readonly string[] {
  return [
    ...lossLines(loss),
    '',
    'If this change of the data was intended, accept the copy:',
    `  npx redrill accept ${cache}/${slot} --why '…'`,
    ...(lastVerified === undefined
      ? ['There is no older verified recovery point to recover from.']
      : [
          loss === undefined
            ? 'If not, an older verified recovery point has the missing keys. This shows what would be written; add --apply to write it:'
            : 'If not, this is the last copy before the loss began. This shows what would be written; add --apply to write it:',
          `  npx redrill recover ${cache}/${lastVerified} --into ${cache}`,
        ]),
  ];
}

/** How the count came down, copy by copy. */
function lossLines(loss: ContentLoss | undefined): readonly string[] {
  if (loss === undefined) return [];
  const { noun, counts } = loss;
  const width = Math.max(...counts.map(({ count }) => String(count).length));
  return [
    '',
    `The ${noun} in its copies, oldest first:`,
    ...counts.map(({ slot, count }) => `  ${readableSlot(slot)}  ${String(count).padStart(width)}`),
  ];
}

function whatIsSafe(workflow: AlertRequest['workflow'], code: string): string {
  if (code === 'TeardownOverdue')
    return 'Nothing in the vault was changed; the drill’s cluster may still cost money.';
  if (workflow === 'drill') return 'Nothing in the vault was changed, and the drill is torn down.';
  return 'Older verified recovery points are kept, and nothing was released.';
}

/** What a person reads when a cache has no verified recovery point that is young enough. */
export function alertOfFreshness(freshness: Freshness): Alert {
  const { cache, newest, ageSeconds, rpoSeconds } = freshness;
  return {
    code: 'RpoMissed',
    severity: 'page',
    cache,
    subject: `[Redrill] ${cache}: no recent recovery point`,
    text: [
      `${cache} is outside its recovery point objective of ${readableSeconds(rpoSeconds)}.`,
      lastCopyLine(freshness),
      `If the cache were lost now, everything ${newest === undefined ? 'in it would be lost' : `written in the last ${readableSeconds(ageSeconds)} would be lost with it`}.`,
      '',
      'Likely causes: the backup fails (see its own alert), its schedule is disabled, the cache is gone or has lost its tag, or the ingest is behind.',
      ...whatToType(cache, newest?.slot),
      runbook('no-recent-recovery-point'),
    ].join('\n'),
  };
}

/** The last good copy and its age, in a sentence. */
export function lastCopyLine({ newest, ageSeconds }: Freshness): string {
  return newest === undefined
    ? `It has no verified recovery point at all; it has been protected for ${readableSeconds(ageSeconds)}.`
    : `Its newest verified recovery point is of ${readableSlot(newest.slot)} (${newest.tier}, ${newest.totals.keys} keys), ${readableSeconds(ageSeconds)} old.`;
}

function whatToType(cache: string, newest: Slot | undefined): readonly string[] {
  return [
    'What is known of it, and a backup now:',
    `  npx redrill status ${cache}`,
    `  npx redrill backup ${cache}`,
    ...(newest === undefined
      ? []
      : [
          'If the cache is lost, a new one beside the vault from this recovery point (in another region with --region); this says what it would make, and with --apply makes it:',
          `  npx redrill restore ${cache}/latest --to ${cache}-restored`,
        ]),
  ];
}

/** What a person reads when that is over. */
export function alertOfRecovery({ cache, newest, ageSeconds }: Freshness): Alert {
  const state =
    newest === undefined
      ? `it has none yet, and has been protected for ${readableSeconds(ageSeconds)}`
      : `the newest verified one is of ${readableSlot(newest.slot)}, ${readableSeconds(ageSeconds)} old`;
  return {
    code: 'RpoMissedResolved',
    severity: 'ticket',
    cache,
    subject: `[Redrill] ${cache}: resolved: recent recovery point`,
    text: `${cache} is within its recovery point objective again: ${state}.`,
  };
}

/** What a person reads when a drill's cluster was left behind, and sweeping it does not get rid of it. */
export function alertOfLeftover(clusterId: string, ageSeconds: number): Alert {
  return {
    code: 'DrillLeftOver',
    severity: 'ticket',
    cache: clusterId,
    subject: `[Redrill] ${clusterId}: drill cluster left behind`,
    text: [
      `The drill cluster ${clusterId} is still there ${readableSeconds(ageSeconds)} after its creation, although it is deleted again every 15 minutes.`,
      'It costs money until it is deleted, and until then further drills of its cache fail (DrillLeftOver). Check its status and events, and delete it.',
      runbook('drill-failed'),
    ].join('\n'),
  };
}

/**
 * Wrong content wakes somebody, and so does a lost backup or drill. What is only late does not: outages pass, a failed ingest
 * is tried again, and if that takes too long, the missed objective wakes somebody. A restore that was right and too slow
 * does not either: nobody can make it faster in the night.
 */
function severityOf(workflow: AlertRequest['workflow'], code: string): Severity {
  const kind = isErrorCode(code) ? ERRORS[code].kind : undefined;
  if (kind === 'integrity') return 'page';
  if (kind === 'transient' || code === 'RtoMissed') return 'ticket';
  return workflow === 'ingest' ? 'ticket' : 'page';
}

/** Lambda puts its error into the Cause as JSON; anything else is told as it stands. */
export function causeOf(failure: Failure): { readonly code: string; readonly message: string } {
  try {
    const cause: unknown = JSON.parse(failure.Cause);
    if (typeof cause === 'object' && cause !== null && 'errorMessage' in cause) {
      return { code: failure.Error, message: String(cause.errorMessage) };
    }
  } catch {
    // Not JSON: Step Functions' own causes are plain sentences.
  }
  return { code: failure.Error, message: failure.Cause || 'no cause was given' };
}
