import { nextStep } from '../alerts/next-step.ts';
import type { Comparison, DrillReport, DrillSummary } from '../contracts/drill.ts';
import { readableSlot } from '../model/slot.ts';
import { htmlDocument } from './document.ts';
import { drillTable } from './drill-table.ts';
import { comparisonSection, contentSection } from './evidence.ts';
import { count, duration, instant, percent, slotTime } from './format.ts';
import { historyPlot, RPO_SERIES, RTO_SERIES } from './history-plot.ts';
import { type Html, html } from './html.ts';
import { differencesSection, evidenceSection, limitsSection, originSection } from './particulars.ts';
import { phaseBar, type Stretch, stretchesOf } from './phase-bar.ts';
import { runbookLink } from './runbook-link.ts';
import { shareOf, tellVerdict, type VerdictTold } from './verdict.ts';

/**
 * The report of a drill for people: one file that needs nothing else, for a screen, a phone or paper.
 * @param drills the newest drills of the cache with this one among them, newest first
 */
export function reportPage(report: DrillReport, drills: readonly DrillSummary[]): string {
  const told = tellVerdict(report);
  return htmlDocument(
    `${told.label}: restore drill of ${report.cache}, ${readableSlot(report.drill)}`,
    html`<p class="kicker">Redrill · restore drill of <b>${report.cache}</b>, ${slotTime(report.drill)}</p>
<header class="verdict ${told.state}">
<p class="state">${STATE_SIGNS[told.state]} ${told.label}</p>
<h1>${told.sentence}</h1>
${reasonList(report)}
</header>
${figures(report, told)}
${recoveryTime(report)}
${originSection(report)}
${contentSection(report)}
${comparisonSection(report)}
${historySection(drills)}
${differencesSection(report)}
${limitsSection(report)}
${evidenceSection(report)}
<footer><p><a href="../index.html">All protected caches</a> · <a href="${report.drill}.json">This report for machines</a> · written ${instant(report.finishedAt)}${report.software && ` by Redrill ${report.software}`}</p></footer>`,
  );
}

/** Beside the word, so that the colour is not all that tells. */
const STATE_SIGNS: Readonly<Record<VerdictTold['state'], string>> = { passed: '✓', late: '!', failed: '✕' };

function reasonList({ reasons, cache, point }: DrillReport): Html | undefined {
  const [first] = reasons;
  if (first === undefined) return undefined;
  const { next, runbook } = nextStep({ code: first.code, slot: point?.slot }, { cache });
  return html`<ul class="why">${reasons.map(({ code, message }) => html`<li><code>${code}</code> ${message}</li>`)}</ul>
<p class="small">Next: <code>${next}</code> · runbook: ${runbookLink(runbook, 'cache')}</p>`;
}

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  readonly missed?: boolean;
}

/** What has to be seen without scrolling. */
function figures(report: DrillReport, { state }: VerdictTold): Html {
  const { achievedRtoSeconds: rto, targetRtoSeconds, achievedRpoSeconds: rpo, targetRpoSeconds } = report;
  const all: readonly Figure[] = [
    keysFigure(report.comparison),
    {
      name: 'Recovery time (RTO)',
      value: duration(rto),
      note: targetNote(targetRtoSeconds),
      missed: rto !== undefined && targetRtoSeconds !== undefined && rto > targetRtoSeconds,
    },
    {
      name: 'Newest copy (RPO)',
      value: rpo === undefined ? '–' : `${duration(rpo)} old`,
      note: targetNote(targetRpoSeconds),
      missed: rpo !== undefined && targetRpoSeconds !== undefined && rpo > targetRpoSeconds,
    },
    {
      name: 'Differences',
      value: report.comparison === undefined ? '–' : count(report.comparison.mismatches),
      note: 'parts of the content digest',
      missed: (report.comparison?.mismatches ?? 0) > 0,
    },
  ];
  return html`<dl class="figures ${state}">${all.map(
    ({ name, value, note, missed }) =>
      html`<div><dt>${name}</dt><dd${missed ? html` class="missed"` : undefined}>${value}</dd><dd class="note">${note}</dd></div>`,
  )}</dl>`;
}

function keysFigure(comparison: Comparison | undefined): Figure {
  const name = 'Keys compared';
  if (comparison === undefined) return { name, value: 'none', note: 'nothing was read' };
  const { keysCompared, keysExpired } = comparison;
  const share = shareOf(comparison);
  const whole = share < 1 ? `sampled ${percent(share)}` : 'every key, no sampling';
  return {
    name,
    value: count(keysCompared),
    note: keysExpired === 0 ? whole : `${whole}; ${count(keysExpired)} expired since`,
  };
}

function targetNote(seconds: number | undefined): string {
  return seconds === undefined ? 'no target' : `target ${duration(seconds)}`;
}

function recoveryTime(report: DrillReport): Html | undefined {
  const stretches = stretchesOf(report);
  if (stretches.length === 0) return undefined;
  const whole = stretches.reduce((sum, { seconds }) => sum + seconds, 0);
  const total =
    report.achievedRtoSeconds === undefined ? 'Until the drill ended' : 'Until the last key was compared';
  return html`<section><h2>Where the time went</h2>
${phaseBar(stretches, report.targetRtoSeconds)}
<table class="narrow">
<tbody>${stretches.map((each, at) => stretchRow(each, at, whole))}</tbody>
<tfoot><tr><th scope="row">${total}</th><td class="number">${duration(whole)}</td><td></td></tr></tfoot>
</table>
<p class="small soft">ElastiCache does not report when it has created a cluster and begins to load it, so both are one phase.</p></section>`;
}

function stretchRow({ name, label, seconds }: Stretch, at: number, whole: number): Html {
  return html`<tr><th scope="row"><svg class="swatch" aria-hidden="true"><rect class="${name}" width="100%" height="100%"/></svg>${at + 1} ${label}</th><td class="number">${duration(seconds)}</td><td class="number soft">${percent(seconds / whole)}</td></tr>`;
}

function historySection(drills: readonly DrillSummary[]): Html | undefined {
  if (drills.length === 0) return undefined;
  const failed = drills.some(({ verdict }) => verdict === 'failed');
  return html`<section><h2>The drills of this cache</h2>
<div class="plots">${historyPlot(drills, RTO_SERIES)}${historyPlot(drills, RPO_SERIES)}</div>
${failed ? html`<p class="small soft">● passed &nbsp; ✕ failed, on the base line if it has no figure</p>` : undefined}
<details><summary>The same as a table</summary>${drillTable(drills)}</details></section>`;
}
