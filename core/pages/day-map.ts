import type { FleetCache, FleetDays } from '../contracts/fleet.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { DAY_MS, dayNumber } from '../model/time.ts';
import { FLEET_DAYS } from '../watch/fleet-days.ts';
import { stateOf } from './drill-table.ts';
import { counted } from './format.ts';
import { type Html, html } from './html.ts';

/** A day is a column of this many pixels, one of which is the space to the next day; the style draws it. */
const DAY = 5;
/** Copies stand on this line, drills are below it. */
const GROUND = 16;
const DRILLS_AT = 21;
const HEIGHT = 24;

interface Look {
  /** Differs as well as the colour, for those who cannot tell the colours apart. The style has it too. */
  readonly height: number;
  readonly says: string;
  /** After a number of days. */
  readonly sums: string;
}

const LOOKS: Readonly<Record<FleetDays['state'], Look>> = {
  verified: { height: 16, says: 'verified', sums: 'verified' },
  late: { height: 11, says: 'verified, RPO missed', sums: 'with the RPO missed' },
  suspect: { height: 7, says: 'suspect or corrupt', sums: 'with suspect or corrupt copies' },
  missing: { height: 3, says: 'no copy, RPO missed', sums: 'without a copy' },
  'not-due': { height: 1, says: 'no copy due', sums: 'without a copy due' },
  unknown: { height: 0, says: 'not recorded', sums: 'not recorded' },
};
const IN_LEGEND = ['verified', 'late', 'suspect', 'missing', 'not-due'] as const;
const DRILL_SAYS = { passed: 'drill passed', late: 'drill too slow', failed: 'drill failed' } as const;

/** What happened on each of the last days: the copies, and below them the drills. */
export function dayMap({ days = [], drills = [] }: FleetCache, asOf: string): Html {
  if (days.length === 0) return html`<span class="soft">no history yet</span>`;
  const column = columnsUntil(asOf);
  const said = summaryOf(days);
  return html`<svg class="days" role="img" aria-label="Last ${FLEET_DAYS} days: ${[...said, drillsText(drills)].join(', ')}" width="${FLEET_DAYS * DAY}" height="${HEIGHT}">${alike(days).map((run) => dayBar(run, column))}${drillMarks(drills, column)}</svg><span class="cell-note">${said.join(', ')}</span>`;
}

/** For those who see such a map for the first time. */
export function dayLegend(): Html {
  const item = (name: string, says: string, path: string) =>
    html`<li><svg class="days key" aria-hidden="true" width="${DAY - 1}" height="${GROUND}"><path class="${name}" d="${path}"/></svg>${says}</li>`;
  return html`<ul class="legend">${IN_LEGEND.map((state) => item(`day-${state}`, LOOKS[state].says, barPath(0, 1, state)))}${Object.entries(DRILL_SAYS).map(([state, says]) => item(`drill-${state}`, says, 'M0 13h4'))}</ul>`;
}

/** The column of a day, counted from the first one that is shown. */
export type ColumnOf = (day: Slot | string) => number;

export function columnsUntil(asOf: string): ColumnOf {
  const first = dayNumber(Date.parse(asOf)) - FLEET_DAYS + 1;
  return (day) => dayNumber(day.includes('-') ? Date.parse(day) : instantOf(day as Slot).getTime()) - first;
}

/** Joined where they are alike in what is drawn; their gaps may differ. */
function alike(days: readonly FleetDays[]): readonly FleetDays[] {
  const runs: FleetDays[] = [];
  for (const { from, to, state } of days) {
    const last = runs.at(-1);
    if (last?.state === state) runs[runs.length - 1] = { ...last, to };
    else runs.push({ from, to, state });
  }
  return runs;
}

function dayBar({ from, to, state }: FleetDays, column: ColumnOf): Html | undefined {
  const at = Math.max(0, column(from));
  const days = column(to) - at + 1;
  if (days <= 0 || LOOKS[state].height === 0) return undefined;
  const when = from === to ? from : `${from} to ${to}`;
  return html`<path class="day-${state}" d="${barPath(at, days, state)}"><title>${when}: ${LOOKS[state].says}</title></path>`;
}

/** Days side by side, as one dashed line that is as wide as they are high: a dash each. */
function barPath(at: number, days: number, state: FleetDays['state']): string {
  return `M${at * DAY} ${GROUND - LOOKS[state].height / 2}h${days * DAY}`;
}

/** One path for each outcome: with a thousand caches, an element for each drill would double the page. */
function drillMarks(drills: NonNullable<FleetCache['drills']>, column: ColumnOf): readonly Html[] {
  return (['passed', 'late', 'failed'] as const).flatMap((state) => {
    const columns = drills
      .filter((drill) => stateOf({ ...drill, codes: [] }) === state)
      .map(({ drill }) => column(drill))
      .filter((at) => at >= 0);
    const path = columns.map((at) => `M${at * DAY} ${DRILLS_AT}h4`).join('');
    return path === ''
      ? []
      : [html`<path class="drill-${state}" d="${path}"><title>${DRILL_SAYS[state]}</title></path>`];
  });
}

/** How many days there were of each kind. */
function summaryOf(days: readonly FleetDays[]): readonly string[] {
  const length = (state?: FleetDays['state']) =>
    days
      .filter((run) => state === undefined || run.state === state)
      .reduce((sum, { from, to }) => sum + 1 + Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS), 0);
  const others = (['late', 'suspect', 'missing', 'unknown'] as const)
    .filter((state) => length(state) > 0)
    .map((state) => `${length(state)} ${LOOKS[state].sums}`);
  return [`${length('verified')} of ${counted(length(), 'day')} verified`, ...others];
}

function drillsText(drills: NonNullable<FleetCache['drills']>): string {
  if (drills.length === 0) return 'no drill';
  const passed = drills.filter(({ verdict }) => verdict === 'passed').length;
  return `${counted(drills.length, 'drill')}, ${passed} of them passed`;
}
