import type { DrillSummary } from '../contracts/drill.ts';
import { instantOf } from '../model/slot.ts';
import { DAY_SECONDS, HOUR_SECONDS, MINUTE_SECONDS } from '../model/time.ts';
import { counted, duration } from './format.ts';
import { type Html, html } from './html.ts';

/** One figure of every drill, over time. */
export interface Series {
  readonly title: string;
  readonly of: (drill: DrillSummary) => number | undefined;
  readonly target: (drill: DrillSummary) => number | undefined;
}

export const RTO_SERIES: Series = {
  title: 'Recovery time (RTO)',
  of: ({ achievedRtoSeconds }) => achievedRtoSeconds,
  target: ({ targetRtoSeconds }) => targetRtoSeconds,
};

export const RPO_SERIES: Series = {
  title: 'Age of the newest verified copy (RPO)',
  of: ({ achievedRpoSeconds }) => achievedRpoSeconds,
  target: ({ targetRpoSeconds }) => targetRpoSeconds,
};

/** Pixels from top to bottom; widths are percentages, so that text keeps its size at every width. */
const PLOT = { height: 190, top: 22, bottom: 160 };
/** Left of the first dot stand the labels of the axis, in percent of the width. */
const FROM_PERCENT = 17;
const TO_PERCENT = 97;

/**
 * @param drills newest first, at least one
 */
export function historyPlot(drills: readonly DrillSummary[], { title, of, target }: Series): Html {
  const inOrder = [...drills].reverse();
  const limit = drills.map(target).find((seconds) => seconds !== undefined);
  const top = Math.max(1, limit ?? 0, ...inOrder.map((drill) => of(drill) ?? 0));
  const step = stepFor(top);
  const highest = Math.ceil((top * 1.05) / step) * step;
  const y = (seconds: number) => PLOT.bottom - (seconds / highest) * (PLOT.bottom - PLOT.top);
  const points = inOrder.map((drill, at) => ({ drill, x: xOf(inOrder, at), seconds: of(drill) }));
  const measured = points.flatMap(({ x, seconds }) => (seconds === undefined ? [] : [{ x, y: y(seconds) }]));
  return html`<figure><h3>${title}</h3>
<figcaption>${caption(drills, { title, of, target })}</figcaption>
<svg role="img" aria-label="${title}, by drill. The table below has every value." height="${PLOT.height}">
${ticks(highest, step).map((seconds) => gridLine(y(seconds), seconds))}
${limit === undefined ? undefined : targetLine(y(limit))}
${measured.slice(1).map((to, at) => thread(measured[at] ?? to, to))}
${points.map(({ drill, x, seconds }) => mark(drill, x, seconds === undefined ? PLOT.bottom : y(seconds)))}
${dates(inOrder)}
</svg></figure>`;
}

function caption(drills: readonly DrillSummary[], { of, target }: Series): string {
  const [newest] = drills;
  const limit = newest && target(newest);
  const last = newest === undefined ? undefined : of(newest);
  const lastly = last === undefined ? 'the last one has no figure' : `${duration(last)} at the last one`;
  return `${counted(drills.length, 'drill')}, ${lastly}${limit === undefined ? '' : `; target ${duration(limit)} (dashed)`}.`;
}

function xOf(inOrder: readonly DrillSummary[], at: number): string {
  const when = (drill: DrillSummary | undefined) =>
    drill === undefined ? 0 : instantOf(drill.drill).getTime();
  const first = when(inOrder[0]);
  const span = when(inOrder.at(-1)) - first;
  const share = span === 0 ? 0.5 : (when(inOrder[at]) - first) / span;
  return `${(FROM_PERCENT + share * (TO_PERCENT - FROM_PERCENT)).toFixed(2)}%`;
}

/** Distances between grid lines that people can read off, seconds. */
const STEPS = [1, 5, 15, 30]
  .concat([1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE_SECONDS))
  .concat([1, 2, 3, 6, 12].map((hours) => hours * HOUR_SECONDS))
  .concat([1, 2, 5, 10, 30, 90, 365].map((days) => days * DAY_SECONDS));

/** At most four lines above zero. */
function stepFor(top: number): number {
  return STEPS.find((step) => top / step <= 3.9) ?? Math.ceil(top / 4);
}

function ticks(highest: number, step: number): readonly number[] {
  return Array.from({ length: Math.round(highest / step) + 1 }, (_, at) => at * step);
}

function gridLine(y: number, seconds: number): Html {
  return html`<line class="grid" x1="0" x2="100%" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/><text x="0" y="${(y - 4).toFixed(1)}">${tickLabel(seconds)}</text>`;
}

/** `45 min`, `2 h`, `3 d`: ticks are whole units, so one unit says it. */
function tickLabel(seconds: number): string {
  if (seconds === 0) return '0';
  const [unit, length] = (
    [
      ['d', DAY_SECONDS],
      ['h', HOUR_SECONDS],
      ['min', MINUTE_SECONDS],
      ['s', 1],
    ] as const
  ).find(([, each]) => seconds >= each && (seconds / each) % 0.5 === 0) ?? ['s', 1];
  return `${seconds / length} ${unit}`;
}

function targetLine(y: number): Html {
  return html`<line class="target" x1="0" x2="100%" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}"/>`;
}

interface Spot {
  readonly x: string;
  readonly y: number;
}

function thread(from: Spot, to: Spot): Html {
  return html`<line class="thread" x1="${from.x}" y1="${from.y.toFixed(1)}" x2="${to.x}" y2="${to.y.toFixed(1)}"/>`;
}

/** A dot for a drill that passed, a cross for one that failed; on the base line if it has no figure. */
function mark({ verdict }: DrillSummary, x: string, y: number): Html {
  if (verdict === 'passed') return html`<circle class="dot" cx="${x}" cy="${y.toFixed(1)}" r="5"/>`;
  return html`<svg x="${x}" y="${y.toFixed(1)}" width="1" height="1"><path class="cross" d="M-4.5-4.5 4.5 4.5M-4.5 4.5 4.5-4.5"/></svg>`;
}

function dates(inOrder: readonly DrillSummary[]): Html {
  const day = (drill: DrillSummary | undefined) =>
    drill === undefined ? '' : instantOf(drill.drill).toISOString().slice(0, 10);
  const y = PLOT.height - 10;
  const [first, last] = [day(inOrder[0]), day(inOrder.at(-1))];
  if (first === last)
    return html`<text x="${(FROM_PERCENT + TO_PERCENT) / 2}%" y="${y}" text-anchor="middle">${first}</text>`;
  return html`<text x="${FROM_PERCENT}%" y="${y}">${first}</text><text x="100%" y="${y}" text-anchor="end">${last}</text>`;
}
