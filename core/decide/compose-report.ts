import type { DrillPhases, DrillReport } from '../contracts/drill.ts';
import { isProtected, type Plan } from '../contracts/plan.ts';
import type { Reason } from '../contracts/recovery-point.ts';
import type { DrillOutcome, Failure } from '../contracts/steps.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { vaultKeys } from '../model/keys.ts';
import { causeOf } from './compose-alerts.ts';

/**
 * The report of a drill. It passed if every key was compared or is accounted for as expired, nothing differed, and it was
 * done within the plan's RTO: right data too late is a missed objective.
 */
export function composeReport(outcome: DrillOutcome, plan: Plan | undefined, now: Date): DrillReport {
  const { cache, drill, startedAt, startedBy, check, comparison, plan: planned } = outcome;
  const phases = phasesOf(outcome);
  const achievedRtoSeconds =
    comparison === undefined ? undefined : secondsBetween(startedAt, comparison.finishedAt);
  const targetRtoSeconds = plan !== undefined && isProtected(plan) ? secondsOf(plan.rto) : undefined;
  const reasons = failures(outcome, achievedRtoSeconds, targetRtoSeconds);
  return {
    version: 1,
    cache,
    drill,
    verdict: reasons.length === 0 ? 'passed' : 'failed',
    reasons: [...reasons],
    ...(planned === undefined
      ? {}
      : {
          plan: planned.plan,
          point: { ...planned.point, key: vaultKeys.record({ ...planned.point, cache }) },
          cluster: {
            id: planned.clusterId,
            nodeType: check?.nodeType ?? planned.nodeType,
            engine: planned.engine,
            engineVersion: planned.engineVersion,
            shards: planned.shards.length,
          },
        }),
    ...(comparison === undefined ? {} : { comparison }),
    phases,
    ...(achievedRtoSeconds === undefined ? {} : { achievedRtoSeconds }),
    ...(targetRtoSeconds === undefined ? {} : { targetRtoSeconds }),
    startedAt,
    finishedAt: now.toISOString(),
    startedBy,
  };
}

/** What to tell people of a drill that did not pass. */
export function drillFailure({ cache, reasons }: DrillReport, reportKey: string): Failure | undefined {
  const [first] = reasons;
  if (first === undefined) return undefined;
  const all = reasons.map(({ message }) => message).join('; ');
  return { Error: first.code, Cause: `the drill of ${cache} failed: ${all} (see ${reportKey} in the vault)` };
}

function failures(
  { failure, comparison }: DrillOutcome,
  achieved?: number,
  target?: number,
): readonly Reason[] {
  if (failure !== undefined) return [causeOf(failure)];
  if (comparison === undefined)
    return [{ code: 'NotCompared', message: 'the drill ended before anything was compared' }];
  const reasons: Reason[] = [];
  const accounted = comparison.keysCompared + comparison.keysExpired;
  if (comparison.mismatches > 0 || accounted !== comparison.keysExpected) {
    const where = comparison.mismatched.length > 0 ? ` (${comparison.mismatched.join(', ')})` : '';
    const differs =
      comparison.mismatches > 0
        ? `${comparison.mismatches} parts of the content digest differ${where}`
        : 'keys are missing or too many';
    reasons.push({
      code: 'RestoreDiffers',
      message:
        `${differs}: of ${comparison.keysExpected} keys recorded, ` +
        `${comparison.keysCompared} are present and ${comparison.keysExpired} expired`,
    });
  }
  if (achieved !== undefined && target !== undefined && achieved > target) {
    reasons.push({
      code: 'RtoMissed',
      message: `restoring took ${readableSeconds(achieved)}, ${readableSeconds(achieved - target)} more than the ${readableSeconds(target)} that the plan allows`,
    });
  }
  return reasons;
}

function phasesOf({ startedAt, cluster, check, comparison }: DrillOutcome): DrillPhases {
  return {
    ...(cluster === undefined ? {} : { stageSeconds: secondsBetween(startedAt, cluster.requestedAt) }),
    ...(cluster === undefined || check?.readyAt === undefined
      ? {}
      : { createSeconds: secondsBetween(cluster.requestedAt, check.readyAt) }),
    ...(comparison === undefined ? {} : { compareSeconds: comparison.seconds }),
  };
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
