import type { FleetCache } from '../contracts/fleet.ts';
import { FLEET_DAYS } from '../watch/fleet-days.ts';
import { columnsUntil } from './day-map.ts';
import { counted, duration } from './format.ts';
import { type Html, html } from './html.ts';

const HEIGHT = 20;

/** The longest gap between verified copies on each of the last days, against the RPO. */
export function gapLine({ days = [], rpoSeconds }: FleetCache, asOf: string): Html | undefined {
  const gaps = days.flatMap(({ longestGapSeconds: gap, ...run }) =>
    gap === undefined ? [] : [{ ...run, gap }],
  );
  if (gaps.length === 0) return undefined;
  const longest = Math.max(...gaps.map(({ gap }) => gap));
  const column = columnsUntil(asOf);
  const y = heightsUpTo(Math.max(longest, rpoSeconds));
  const steps = gaps.map(({ from, to, gap }) => `M${Math.max(0, column(from))} ${y(gap)}H${column(to) + 1}`);
  return html`${plot(steps.join(''), y(rpoSeconds))}<span class="cell-note">longest gap in ${FLEET_DAYS} days: ${duration(longest)}</span>`;
}

/** The recovery times of the drills of these days, against the RTO. */
export function rtoLine({ drills = [], rtoSeconds }: FleetCache, asOf: string): Html | undefined {
  const measured = drills
    .flatMap(({ drill, achievedRtoSeconds: rto }) => (rto === undefined ? [] : [{ drill, rto }]))
    .reverse();
  if (measured.length < 2) return undefined;
  const times = measured.map(({ rto }) => rto);
  const column = columnsUntil(asOf);
  const y = heightsUpTo(Math.max(rtoSeconds, ...times));
  const points = measured.map(({ drill, rto }) => `${Math.max(0, column(drill) + 0.5)} ${y(rto)}`);
  return html`${plot(`M${points.join('L')}`, y(rtoSeconds))}<span class="cell-note">${counted(measured.length, 'drill')} in ${FLEET_DAYS} days: ${duration(Math.min(...times))} to ${duration(Math.max(...times))}</span>`;
}

/** From the bottom, with room for the width of the line. */
function heightsUpTo(highest: number): (seconds: number) => string {
  return (seconds) => (HEIGHT - 1 - (seconds / highest) * (HEIGHT - 2)).toFixed(1);
}

/** A line over the days, and its target. The words beside it say the same. */
function plot(path: string, target: string): Html {
  return html`<svg class="history" aria-hidden="true" viewBox="0 0 ${FLEET_DAYS} ${HEIGHT}" preserveAspectRatio="none" height="${HEIGHT}"><path class="target" d="M0 ${target}H${FLEET_DAYS}"/><path class="line" d="${path}"/></svg>`;
}
