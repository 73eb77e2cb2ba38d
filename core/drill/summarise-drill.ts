import {
  type Comparison,
  type DrillFinding,
  type DrillHistory,
  type DrillReport,
  type DrillSummary,
  RECENT_DRILLS,
} from '../contracts/drill.ts';

/** Reasons that say something else than that the drill could not be carried out. */
const FOUND = new Set(['RestoreDiffers', 'RtoMissed']);

/** What a drill showed of the data, whatever its verdict: data that came too late is right all the same. */
export function proofOf({
  comparison,
  reasons,
}: Pick<DrillReport, 'comparison' | 'reasons'>): DrillSummary['proof'] {
  if (comparison === undefined || reasons.some(({ code }) => !FOUND.has(code))) return 'nothing';
  return reasons.some(({ code }) => code === 'RestoreDiffers') ? 'differs' : 'proven';
}

/** A drill in a line. */
export function summariseDrill(report: DrillReport): DrillSummary {
  const { drill, verdict, reasons, point, comparison } = report;
  const { achievedRtoSeconds, targetRtoSeconds, achievedRpoSeconds, targetRpoSeconds } = report;
  return {
    drill,
    verdict,
    proof: proofOf(report),
    codes: reasons.map(({ code }) => code),
    ...(point && { point: { slot: point.slot, tier: point.tier } }),
    ...(comparison && workOf(report, comparison)),
    ...(achievedRtoSeconds !== undefined && { achievedRtoSeconds }),
    ...(targetRtoSeconds !== undefined && { targetRtoSeconds }),
    ...(achievedRpoSeconds !== undefined && { achievedRpoSeconds }),
    ...(targetRpoSeconds !== undefined && { targetRpoSeconds }),
  };
}

/** What was restored and compared. */
function workOf(
  { recorded }: Pick<DrillReport, 'recorded'>,
  { keysCompared, seconds, share }: Comparison,
): Partial<DrillSummary> {
  return {
    keysCompared,
    ...(recorded && { bytes: recorded.files.reduce((sum, { bytes }) => sum + bytes, 0) }),
    compareSeconds: seconds,
    ...(share !== undefined && { share }),
  };
}

/** The newest drills of a cache, newest first. */
export function composeHistory(
  cache: string,
  reports: readonly DrillReport[],
  findings: readonly DrillFinding[],
): DrillHistory {
  const drills = reports.map(summariseDrill).sort((one, other) => (one.drill < other.drill ? 1 : -1));
  return { version: 1, cache, drills: drills.slice(0, RECENT_DRILLS), findings: [...findings] };
}
