import type { Comparison, DrillReport } from '../contracts/drill.ts';
import { proofOf } from '../drill/summarise-drill.ts';
import { count, counted, percent, slotTime } from './format.ts';
import { type Html, html } from './html.ts';

export interface VerdictTold {
  /** How the page is coloured; `late` is a failed objective with the data proven. */
  readonly state: 'passed' | 'late' | 'failed';
  readonly label: string;
  /** One sentence that needs no knowledge of the system. */
  readonly sentence: Html;
}

/** The verdict of a drill, in words. */
export function tellVerdict(report: DrillReport): VerdictTold {
  const proof = proofOf(report);
  if (report.comparison === undefined || proof === 'nothing') return nothingProven(report);
  if (proof === 'differs') return different(report);
  const sentence = proven(report, report.comparison);
  if (report.verdict === 'passed') return { state: 'passed', label: 'Passed', sentence };
  return { state: 'late', label: 'Failed: data proven, objective missed', sentence };
}

/** The share of the digest's buckets that was read; everything, unless the comparison says otherwise. */
export function shareOf({ share = 1 }: Comparison): number {
  return share;
}

function proven({ point, cluster, ...report }: DrillReport, comparison: Comparison): Html {
  const share = shareOf(comparison);
  const { keysCompared, keysExpired } = comparison;
  const of = html`A cluster built from the vault’s copy of ${copyOf({ ...report, point })}`;
  const held =
    share < 1
      ? `held exactly what was recorded in the part that was read: ${counted(keysCompared, 'key')}, sampled ${percent(share)}`
      : `held exactly the ${counted(keysCompared, 'key')} that ${keysCompared === 1 ? 'was' : 'were'} recorded`;
  return html`${of} ${held}${keysExpired === 0 ? '' : `; ${count(keysExpired)} more had expired by then`}.`;
}

function different({ point, comparison, ...report }: DrillReport): VerdictTold {
  const where = comparison?.mismatched.length ? ` They are named below.` : '';
  const parts = comparison?.mismatches ?? 0;
  const what =
    parts > 0
      ? `${counted(parts, 'part')} of the content digest ${parts === 1 ? 'differs' : 'differ'}.${where}`
      : 'keys are missing, or there are additional ones.';
  const sampled =
    comparison !== undefined && shareOf(comparison) < 1 ? ` Sampled ${percent(shareOf(comparison))}.` : '';
  return {
    state: 'failed',
    label: 'Failed',
    sentence: html`The cluster built from the vault’s copy of ${copyOf({ ...report, point })} does not hold what was recorded: ${what}${sampled}`,
  };
}

function nothingProven({ point, comparison, ...report }: DrillReport): VerdictTold {
  const copy = point === undefined ? undefined : html` of the copy of ${copyOf({ ...report, point })}`;
  return {
    state: 'failed',
    label: 'Failed',
    sentence: html`Nothing is proven${copy}: the drill ended before ${comparison === undefined ? 'a restored cluster was compared' : 'it was over'}.`,
  };
}

function copyOf({ cache, point }: Pick<DrillReport, 'cache' | 'point'>): Html {
  return point === undefined ? html`${cache}` : html`${cache} from ${slotTime(point.slot)}`;
}
