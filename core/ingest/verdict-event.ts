import type { RedrillEvent } from '../contracts/events.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import { vaultKeys } from '../model/keys.ts';

/** That a recovery point is in the vault, for programs. */
export function verdictEventOf(
  point: RecoveryPoint,
  { region, bucket }: { readonly region: string; readonly bucket: string },
): RedrillEvent {
  const { cache, plan, slot, tier, verdict, reasons, takenAt, admittedAt, totals } = point;
  return {
    name: 'Verdict',
    detail: {
      version: 1,
      id: `point/${tier}/${cache}/${slot}/${verdict}`,
      region,
      cache,
      plan,
      slot,
      tier,
      verdict,
      reasons,
      takenAt,
      admittedAt,
      keys: totals.keys,
      bytes: totals.bytes,
      record: { bucket, key: vaultKeys.record(point) },
    },
  };
}
