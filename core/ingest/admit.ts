import type { ExportSeal } from '../contracts/export.ts';
import type { ContentGate } from '../contracts/plan.ts';
import type { PointSummary, RecoveryPoint, ShardFinding } from '../contracts/recovery-point.ts';
import type { Failure } from '../contracts/steps.ts';
import type { ErrorCode } from '../model/errors.ts';
import { lineageIn } from '../model/lineage.ts';
import { readableSlot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import { assessContent, type Surroundings } from './assess-content.ts';
import { type GateHistory, historyOf } from './gate-content.ts';
import { shardsOf } from './match-shards.ts';

export interface AdmissionFacts extends Surroundings {
  readonly tier: Tier;
  readonly findings: readonly ShardFinding[];
  readonly history: GateHistory;
  readonly gate: ContentGate;
  /** How long the plan keeps points of this tier. @default not told */
  readonly keptFor?: RecoveryPoint['keptFor'];
  readonly now: Date;
}

/** The record of a recovery point: its seal, what its shards' files have shown, and the verdict. */
export function admit(
  seal: ExportSeal,
  { tier, findings, history, gate, keptFor, now, ...surroundings }: AdmissionFacts,
): RecoveryPoint {
  const { verdict, reasons, totals, loss } = assessContent(
    seal,
    findings,
    historyOf(history, lineageIn(seal)),
    gate,
    surroundings,
  );
  return {
    version: 1,
    cache: seal.cache,
    kind: seal.kind,
    plan: seal.plan,
    slot: seal.slot,
    tier,
    verdict,
    reasons: [...reasons],
    ...(loss && { loss }),
    snapshot: seal.snapshot,
    source: seal.source,
    ...(seal.lineage && { lineage: seal.lineage }),
    takenAt: seal.takenAt,
    admittedAt: now.toISOString(),
    ...(keptFor && { keptFor }),
    totals,
    shards: [...findings],
    topology: { ...seal.topology, shards: shardsOf(seal, findings) },
  };
}

/**
 * What to tell people of a point that is not verified.
 * @param others points of the cache, newest first
 */
export function failureOf(
  { cache, slot, verdict, reasons, loss }: RecoveryPoint,
  others: readonly PointSummary[],
): Failure | undefined {
  if (verdict === 'verified') return undefined;
  const why = reasons.map(({ message }) => message).join('; ');
  const code: ErrorCode = verdict === 'suspect' ? 'RecoveryPointSuspect' : 'RecoveryPointCorrupt';
  const newestVerified = others.find((each) => each.verdict === 'verified' && each.slot < slot)?.slot;
  const lastVerified = loss?.lastGood ?? newestVerified;
  return {
    Error: code,
    Cause: `the recovery point of ${cache} of ${readableSlot(slot)} is ${verdict}: ${why}`,
    ...(lastVerified && { lastVerified }),
    ...(loss && { loss }),
  };
}
