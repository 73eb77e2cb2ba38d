import type { ExportSeal } from '../contracts/export.ts';
import type { ContentGate } from '../contracts/plan.ts';
import type { PointSummary, RecoveryPoint, ShardFinding } from '../contracts/recovery-point.ts';
import type { Failure } from '../contracts/steps.ts';
import type { ErrorCode } from '../model/errors.ts';
import { readableSlot } from '../model/slot.ts';
import type { Tier } from '../model/tier.ts';
import { assessContent } from './assess-content.ts';
import type { GateHistory } from './gate-content.ts';

export interface AdmissionFacts {
  readonly tier: Tier;
  readonly findings: readonly ShardFinding[];
  readonly history: GateHistory;
  readonly gate: ContentGate;
  readonly now: Date;
}

/** The record of a recovery point: its seal, what its shards' files have shown, and the verdict. */
export function admit(
  seal: ExportSeal,
  { tier, findings, history, gate, now }: AdmissionFacts,
): RecoveryPoint {
  const { verdict, reasons, totals } = assessContent(seal, findings, history, gate);
  return {
    version: 1,
    cache: seal.cache,
    kind: seal.kind,
    plan: seal.plan,
    slot: seal.slot,
    tier,
    verdict,
    reasons: [...reasons],
    snapshot: seal.snapshot,
    source: seal.source,
    takenAt: seal.takenAt,
    admittedAt: now.toISOString(),
    totals,
    shards: [...findings],
    topology: seal.topology,
  };
}

/**
 * What to tell people of a point that is not verified.
 * @param others points of the cache, newest first
 */
export function failureOf(
  { cache, slot, verdict, reasons }: RecoveryPoint,
  others: readonly PointSummary[],
): Failure | undefined {
  if (verdict === 'verified') return undefined;
  const why = reasons.map(({ message }) => message).join('; ');
  const code: ErrorCode = verdict === 'suspect' ? 'RecoveryPointSuspect' : 'RecoveryPointCorrupt';
  const lastVerified = others.find((each) => each.verdict === 'verified' && each.slot < slot)?.slot;
  return {
    Error: code,
    Cause: `the recovery point of ${cache} of ${readableSlot(slot)} is ${verdict}: ${why}`,
    ...(lastVerified && { lastVerified }),
  };
}
