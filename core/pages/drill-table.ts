import type { DrillSummary } from '../contracts/drill.ts';
import { count, duration, slotTime } from './format.ts';
import { type Html, html } from './html.ts';

/** What became of a drill, in few words. */
export function outcomeOf({ verdict, proof, codes }: DrillSummary): string {
  if (verdict === 'passed') return 'passed';
  return proof === 'proven' ? 'failed: data proven, too slow' : `failed: ${codes[0] ?? 'not compared'}`;
}

/** The colour of a drill's outcome. */
export function stateOf({ verdict, proof }: DrillSummary): 'passed' | 'late' | 'failed' {
  if (verdict === 'passed') return 'passed';
  return proof === 'proven' ? 'late' : 'failed';
}

/** Every value that the plots show; newest first. */
export function drillTable(drills: readonly DrillSummary[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="All drills"><table class="small">
<thead><tr><th scope="col">Drill</th><th scope="col">Outcome</th><th scope="col">Copy of</th><th scope="col">Tier</th><th scope="col" class="number">Keys</th><th scope="col" class="number">RTO</th><th scope="col" class="number">RPO</th></tr></thead>
<tbody>
${drills.map(
  (
    drill,
  ) => html`<tr><th scope="row" class="nowrap"><a href="${drill.drill}.html">${slotTime(drill.drill)}</a></th><td>${outcomeOf(drill)}</td><td class="nowrap">${drill.point ? slotTime(drill.point.slot) : '–'}</td><td>${drill.point?.tier ?? '–'}</td><td class="number">${drill.keysCompared === undefined ? '–' : count(drill.keysCompared)}</td><td class="number">${duration(drill.achievedRtoSeconds)}</td><td class="number">${duration(drill.achievedRpoSeconds)}</td></tr>
`,
)}</tbody></table></div>`;
}
