import type { DrillFinding, DrillReport } from '../contracts/drill.ts';
import { readableSlot } from '../model/slot.ts';
import { proofOf } from './summarise-drill.ts';

/**
 * With what a drill ends that has shown the recovery point itself to be bad. Whatever else a drill fails with (no capacity,
 * a missed RTO, a cluster that cannot be reached) says nothing of the point.
 */
const OF_THE_POINT: ReadonlySet<string> = new Set(['RestoreDiffers', 'RestoreNotLoaded', 'VaultFileChanged']);

export function isOfThePoint(code: string): boolean {
  return OF_THE_POINT.has(code);
}

type Told = Pick<DrillReport, 'drill' | 'point' | 'reasons' | 'comparison'>;

/**
 * Which recovery points are known to be bad after these drills. A finding stays until a later drill of the same point has
 * compared all of its data and found it right: a sample does not take back what another sample has found.
 *
 * @param before what was known, from drills that may be remembered no more
 */
export function openFindings(
  reports: readonly Told[],
  before: readonly DrillFinding[],
): readonly DrillFinding[] {
  const open = new Map(before.map((finding) => [finding.slot, finding]));
  for (const report of reports.toSorted((one, other) => (one.drill < other.drill ? -1 : 1))) {
    const { drill, point } = report;
    if (point === undefined || drill < (open.get(point.slot)?.drill ?? '')) continue;
    const reason = report.reasons.find(({ code }) => isOfThePoint(code));
    if (reason !== undefined) open.set(point.slot, { slot: point.slot, tier: point.tier, drill, ...reason });
    else if (provesAll(report)) open.delete(point.slot);
  }
  return [...open.values()].sort((one, other) => (one.slot < other.slot ? 1 : -1));
}

/** Right data that came too late is right. */
function provesAll(report: Told): boolean {
  return proofOf(report) === 'proven' && (report.comparison?.share ?? 1) === 1;
}

const FOUND: Readonly<Record<string, string>> = {
  RestoreDiffers: 'found that the restored data differs from the record',
  RestoreNotLoaded: 'found that ElastiCache cannot load it',
  VaultFileChanged: 'found that its files in the vault are not the verified ones',
};

/** Which drill found what, as the end of a sentence about the point. */
export function findingText({ drill, code }: DrillFinding): string {
  return `the drill of ${readableSlot(drill)} ${FOUND[code] ?? `failed with ${code}`}`;
}
