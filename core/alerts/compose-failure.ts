import type { ContentLoss } from '../contracts/recovery-point.ts';
import type { AlertRequest, Failure } from '../contracts/steps.ts';
import { ERRORS, isErrorCode } from '../model/errors.ts';
import { readableSlot, type Slot } from '../model/slot.ts';
import type { Alert } from '../ports.ts';
import { nextStep } from './next-step.ts';
import { FAILURES, failureEntry, runbookLine } from './problems.ts';

/** The alert of an execution that failed. */
export function alertOfFailure({ workflow, execution, cache, slot, failure }: AlertRequest): Alert {
  const { code, message } = causeOf(failure);
  const hint = isErrorCode(code) ? ERRORS[code].hint : 'See the execution’s history.';
  const { severity, subject, outcome = 'failed', runbook, section } = failureEntry(workflow, code);
  return {
    code,
    severity,
    cache,
    subject: `[Redrill] ${cache}: ${subject}`,
    text: [
      `The ${workflow === 'drill' ? 'restore drill' : workflow} of ${cache} for ${readableSlot(slot)} ${outcome}.`,
      '',
      `${code}: ${message}`,
      '',
      hint,
      whatIsSafe(workflow, code),
      ...(code === 'RecoveryPointSuspect' ? acceptOrRecover(cache, slot, failure) : []),
      '',
      `Execution: ${execution}`,
      runbookLine(runbook, section),
    ].join('\n'),
    next: nextOf({ workflow, execution, cache, slot, code }),
    occurrence: execution,
  };
}

/** Of what is known by its code, what the registry says; of everything else, what the execution has gone through. */
function nextOf({
  workflow,
  execution,
  cache,
  slot,
  code,
}: Omit<AlertRequest, 'failure'> & { readonly code: string }): string {
  const [, , , region = ''] = execution.split(':');
  if (!Object.hasOwn(FAILURES, code))
    return `aws stepfunctions get-execution-history --region ${region} --reverse-order --execution-arn ${execution}`;
  return nextStep({ code, about: cache, slot: workflow === 'drill' ? undefined : slot }, {}).next;
}

function acceptOrRecover(
  cache: string,
  slot: Slot,
  { lastVerified, loss }: Pick<Failure, 'lastVerified' | 'loss'>,
): readonly string[] {
  return [
    ...lossLines(loss),
    '',
    'If this change of the data was intended, accept the recovery point:',
    `  npx redrill accept ${cache}/${slot} --why '…'`,
    ...(lastVerified === undefined
      ? ['There is no older verified recovery point to recover from.']
      : [
          loss === undefined
            ? 'If not, recover the missing keys from the last verified recovery point. This command shows what it would write; with --apply, it writes:'
            : 'If not, recover the missing keys from the last recovery point before the loss began. This command shows what it would write; with --apply, it writes:',
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
    `The number of ${noun} in the recovery points, oldest first:`,
    ...counts.map(({ slot, count }) => `  ${readableSlot(slot)}  ${String(count).padStart(width)}`),
  ];
}

function whatIsSafe(workflow: AlertRequest['workflow'], code: string): string {
  if (code === 'TeardownOverdue')
    return 'The vault was not changed. The drill’s cluster may still exist and cost money.';
  if (workflow === 'drill') return 'The vault was not changed, and this drill left no cluster behind.';
  return 'Redrill keeps the older verified recovery points, and has released nothing.';
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
