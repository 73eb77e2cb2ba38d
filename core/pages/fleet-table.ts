import type { Fleet, FleetCache } from '../contracts/fleet.ts';
import { RPO_GRACE_SECONDS } from '../model/periods.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { TIERS } from '../model/tier.ts';
import { FLEET_DAYS } from '../watch/fleet-days.ts';
import { dayLegend, dayMap } from './day-map.ts';
import { outcomeOf, stateOf } from './drill-table.ts';
import { filters, statesOf } from './fleet-filters.ts';
import { gapLine, rtoLine } from './fleet-lines.ts';
import { count, counted, duration, percent, size, slotTime } from './format.ts';
import { type Html, html } from './html.ts';

const HEADS = ['Cache', `Last ${FLEET_DAYS} days`, 'Newest copy, against RPO', 'Last drill', 'RTO'] as const;

export function cacheSection({ caches, asOf }: Fleet): Html {
  return html`<section><h2>Caches</h2>${caches.length > 1 ? filters(caches) : undefined}${dayLegend()}<table class="fleet" role="table">
<thead role="rowgroup"><tr role="row">${HEADS.map((head) => html`<th scope="col" role="columnheader">${head}</th>`)}</tr></thead>
<tbody role="rowgroup">${caches.map((each) => cacheRow(each, asOf))}</tbody></table></section>`;
}

function cacheRow(each: FleetCache, asOf: string): Html {
  const { cache, plan, newest, rpoSeconds, lastDrill, rtoSeconds, problems } = each;
  const age = newest && ageSeconds(newest.slot, asOf);
  const rto = lastDrill?.achievedRtoSeconds;
  const cell = (at: number, content: Html) => html`<td role="cell" data-label="${HEADS[at]}">${content}</td>`;
  return html`<tr role="row" data-cache="${cache}" data-plan="${plan}" data-state="${statesOf(each).join(' ')}"><th scope="row" role="rowheader">${cache}<span class="cell-note">plan ${plan}${problems.length > 0 ? html` · ${counted(problems.length, 'problem')}` : undefined}</span>${badge(each, age)}</th>
${cell(1, dayMap(each, asOf))}${cell(2, html`${copyCell(each, age)}${meter(age, rpoSeconds)}${gapLine(each, asOf)}`)}
${cell(3, drillCell(each))}
${cell(4, html`${rto === undefined ? '–' : duration(rto)}<span class="cell-note">target ${duration(rtoSeconds)}</span>${meter(rto, rtoSeconds)}${rtoLine(each, asOf)}`)}</tr>
`;
}

/** The last verified copy in a word. */
function badge({ rpoSeconds }: FleetCache, age: number | undefined): Html {
  if (age === undefined) return html`<span class="badge pending">no verified copy yet</span>`;
  return age > rpoSeconds + RPO_GRACE_SECONDS
    ? html`<span class="badge failed">✕ last verified ${duration(age)} ago</span>`
    : html`<span class="badge passed">✓ verified ${duration(age)} ago</span>`;
}

function copyCell({ newest, rpoSeconds }: FleetCache, age: number | undefined): Html {
  if (newest === undefined) return html`none yet<span class="cell-note">RPO ${duration(rpoSeconds)}</span>`;
  return html`${duration(age)} of ${duration(rpoSeconds)}<span class="cell-note">${slotTime(newest.slot)}, ${newest.tier}; read to the end: ${size(newest.bytes)}, ${counted(newest.keys, 'key')}</span>`;
}

function drillCell({ cache, lastDrill, proven }: FleetCache): Html {
  if (lastDrill === undefined) return html`<span class="soft">not yet drilled</span>`;
  return html`<span class="state ${stateOf(lastDrill)}">${outcomeOf(lastDrill)}</span><span class="cell-note"><a href="${cache}/${lastDrill.drill}.html">report of ${slotTime(lastDrill.drill)}</a></span>${workNote(lastDrill)}${tiersNote(proven)}`;
}

/** What was done, so that a result that came fast can be judged. */
function workNote({
  bytes,
  keysCompared,
  compareSeconds,
  share = 1,
}: NonNullable<FleetCache['lastDrill']>): Html {
  if (keysCompared === undefined) return html`<span class="cell-note">compared nothing</span>`;
  const restored = bytes === undefined ? '' : `restored ${size(bytes)}, `;
  const sampled = share < 1 ? ` (a sample of ${percent(share)})` : '';
  const took = compareSeconds === undefined ? '' : ` in ${duration(compareSeconds)}`;
  return html`<span class="cell-note">${restored}compared ${counted(keysCompared, 'key')}${sampled}${took}</span>`;
}

function tiersNote(proven: FleetCache['proven']): Html {
  if (proven.length === 0) return html`<span class="cell-note">no tier proven</span>`;
  const missing = proven.length < TIERS.length ? ` of ${TIERS.join(', ')}` : '';
  return html`<span class="cell-note">proven: ${proven.map(({ tier }) => tier).join(', ')}${missing}</span>`;
}

/** How much of what is allowed is used; the words beside it say the same. */
function meter(used: number | undefined, allowed: number): Html | undefined {
  if (used === undefined) return undefined;
  const share = Math.min(1, used / allowed) * 100;
  return html`<svg class="meter" aria-hidden="true" height="6"><rect class="track" width="100%" height="6" rx="3"/><rect class="${used > allowed ? 'over' : 'used'}" width="${share.toFixed(1)}%" height="6" rx="3"/></svg>`;
}

function ageSeconds(slot: Slot, asOf: string): number {
  return Math.max(0, (Date.parse(asOf) - instantOf(slot).getTime()) / 1000);
}

/** What was done for all caches together. */
export function fleetFigures(caches: readonly FleetCache[]): Html {
  const sum = (of: (each: FleetCache) => number | undefined) =>
    caches.reduce((total, each) => total + (of(each) ?? 0), 0);
  const verified = caches.filter(({ newest }) => newest !== undefined).length;
  const proven = caches.filter(({ lastDrill }) => lastDrill?.proof === 'proven').length;
  const ofAll = (value: number) => `${count(value)} of ${count(caches.length)}`;
  const figures = [
    [
      'With a verified copy',
      ofAll(verified),
      `${count(sum(({ newest }) => newest?.keys))} keys in the newest ones`,
    ],
    ['Read to verify them', size(sum(({ newest }) => newest?.bytes)), 'every byte of each newest copy'],
    ['Proven to restore', ofAll(proven), 'in the last drill of each'],
    [
      'Keys compared',
      count(sum(({ lastDrill }) => lastDrill?.keysCompared)),
      'after a restore, in the last drill of each',
    ],
  ] as const;
  return html`<dl class="figures">${figures.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>`,
  )}</dl>`;
}
