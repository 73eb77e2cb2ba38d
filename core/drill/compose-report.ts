import { causeOf } from '../alerts/compose-failure.ts';
import type { DrillPhases, DrillReport, RestoredPoint } from '../contracts/drill.ts';
import { isProtected, type Plan } from '../contracts/plan.ts';
import type { Reason, RecoveryPoint, RegistryEntry } from '../contracts/recovery-point.ts';
import type { DrillOutcome, Failure } from '../contracts/steps.ts';
import { SERVERLESS_NODE_TYPE } from '../contracts/topology.ts';
import { readableSeconds, secondsOf } from '../model/duration.ts';
import { vaultKeys } from '../model/keys.ts';
import { instantOf } from '../model/slot.ts';
import { VERSION } from '../model/version.ts';
import { compareTopology } from './compare-topology.ts';

/** What the vault and the configuration know about a drill; each may be gone by the time it is recorded. */
export interface DrillBackground {
  readonly plan: Plan | undefined;
  readonly point: RecoveryPoint | undefined;
  readonly entry: RegistryEntry | undefined;
  readonly now: Date;
}

/**
 * The report of a drill. It passed if every key was compared or is accounted for as expired, nothing differed, and it was
 * done within the plan's RTO: right data too late is a missed objective.
 */
export function composeReport(
  outcome: DrillOutcome,
  { plan, point, entry, now }: DrillBackground,
): DrillReport {
  const { cache, drill, startedAt, startedBy, comparison } = outcome;
  const phases = phasesOf(outcome);
  const achievedRtoSeconds = comparison && secondsBetween(startedAt, comparison.finishedAt);
  const targets = plan !== undefined && isProtected(plan) ? plan : undefined;
  const targetRtoSeconds = targets && secondsOf(targets.rto);
  const newest = entry?.recent.find(({ verdict }) => verdict === 'verified');
  const reasons = failures(outcome, achievedRtoSeconds, targetRtoSeconds);
  return present({
    version: 1,
    cache,
    drill,
    verdict: reasons.length === 0 ? 'passed' : 'failed',
    reasons: [...reasons],
    ...restoreOf(outcome, point),
    comparison,
    phases,
    achievedRtoSeconds,
    targetRtoSeconds,
    achievedRpoSeconds: newest && secondsBetween(instantOf(newest.slot).toISOString(), now.toISOString()),
    targetRpoSeconds: targets && secondsOf(targets.rpo),
    startedAt,
    finishedAt: now.toISOString(),
    startedBy,
    software: VERSION,
  });
}

/** What was to be restored into what; nothing of it is known before the drill was planned. */
function restoreOf(
  { cache, plan: planned, tried, cluster, check }: DrillOutcome,
  point: RecoveryPoint | undefined,
) {
  if (planned === undefined) return {};
  const { clusterId: id, engine, engineVersion, shards } = planned;
  const nodeType = check?.nodeType ?? planned.nodeType;
  const insteadOfServerless = tried?.serverless ?? cluster?.refused ?? planned.insteadOfServerless;
  return {
    plan: planned.plan,
    point: { ...planned.point, key: vaultKeys.record({ ...planned.point, cache }) },
    cluster: {
      id,
      nodeType,
      engine,
      engineVersion,
      shards: shards.length,
      ...(nodeType === SERVERLESS_NODE_TYPE && planned.serverless && { limits: planned.serverless }),
      ...(insteadOfServerless !== undefined && { insteadOfServerless }),
    },
    ...(point && {
      recorded: recordedOf(point),
      differences: [...compareTopology(point.topology, { ...planned, nodeType })],
    }),
  };
}

function recordedOf({ takenAt, admittedAt, source, snapshot, totals, shards }: RecoveryPoint): RestoredPoint {
  const sound = shards.flatMap((each) => (each.sound ? [each] : []));
  return {
    takenAt,
    admittedAt,
    source,
    snapshot,
    totals,
    opaqueKeys: sound.reduce((sum, { content }) => sum + content.opaqueKeys, 0),
    files: sound.map(({ shard, content: { bytes, sha256, digest } }) => ({ shard, bytes, sha256, digest })),
  };
}

/** Without the fields that are undefined: a document has no such value. */
function present<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: Exclude<Fields[Key], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: Exclude<Fields[Key], undefined> };
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

/** Clusters that failed and were replaced on another node type count as creation. */
function phasesOf({ startedAt, tried, cluster, check, comparison }: DrillOutcome): DrillPhases {
  const requestedAt = tried?.since ?? cluster?.requestedAt;
  return {
    ...(requestedAt === undefined ? {} : { stageSeconds: secondsBetween(startedAt, requestedAt) }),
    ...(requestedAt === undefined || check?.readyAt === undefined
      ? {}
      : { createSeconds: secondsBetween(requestedAt, check.readyAt) }),
    ...(comparison === undefined ? {} : { compareSeconds: comparison.seconds }),
  };
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}
