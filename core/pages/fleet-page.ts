import { nextStep, type ProblemSubject } from '../alerts/next-step.ts';
import type { Fleet, FleetCache, FleetProblem } from '../contracts/fleet.ts';
import { instantOf, type Slot } from '../model/slot.ts';
import { TIERS } from '../model/tier.ts';
import { FLEET_REWRITTEN_AFTER_SECONDS } from '../watch/assess-fleet.ts';
import { htmlDocument } from './document.ts';
import { outcomeOf, stateOf } from './drill-table.ts';
import { count, counted, duration, instant, size, slotTime } from './format.ts';
import { type Html, html } from './html.ts';

/** How every protected cache stands, open problems first: one file that needs nothing else. */
export function fleetPage(fleet: Fleet): string {
  const { caches, unprotected, asOf, problems = [] } = fleet;
  const troubled = caches.filter((cache) => cache.problems.length > 0);
  const state = troubled.length + problems.length > 0 ? 'failed' : caches.length === 0 ? 'pending' : 'passed';
  return htmlDocument(
    `Redrill: ${troubled.length > 0 ? `${counted(troubled.length, 'cache')} with problems` : problems.length > 0 ? 'open alerts' : 'all caches as planned'}`,
    html`<p class="kicker">Redrill · protected caches, as of ${instant(asOf)}</p>
<header class="verdict ${state}">
<p class="state">${STATE_WORDS[state]}</p>
<h1>${headline(fleet, troubled.length)}</h1>
</header>
${problemSection(troubled, problems)}
${caches.length > 0 ? cacheSection(fleet) : undefined}
${unprotected.length > 0 ? unprotectedSection(unprotected) : undefined}
<footer><p>Written at every change, and at least every ${FLEET_REWRITTEN_AFTER_SECONDS / 60} minutes. If the time above is much older, <code>publish-fleet</code> does not run. <a href="index.json">The same as JSON</a></p></footer>`,
  );
}

const STATE_WORDS = { passed: '✓ As planned', failed: '✕ Needs attention', pending: 'No data yet' } as const;

function headline({ caches, problems = [] }: Fleet, troubled: number): string {
  if (troubled > 0)
    return `${count(troubled)} of ${counted(caches.length, 'protected cache')} ${troubled === 1 ? 'has' : 'have'} open problems.`;
  if (problems.length > 0)
    return `No protected cache has a problem of its own; ${counted(problems.length, 'alert')} about the installation ${problems.length === 1 ? 'is' : 'are'} open.`;
  if (caches.length === 0) return 'No cache is protected yet.';
  const waiting = caches.filter(({ newest }) => newest === undefined).length;
  if (waiting > 0)
    return `${count(waiting)} of ${counted(caches.length, 'protected cache')} ${waiting === 1 ? 'is waiting for its' : 'are waiting for their'} first copy; every other has a recent one in the vault.`;
  const proven = caches.filter(({ lastDrill }) => lastDrill?.proof === 'proven').length;
  return proven === caches.length
    ? 'Every protected cache has a recent copy in the vault, and the last drill of each proved that it restores.'
    : `Every protected cache has a recent copy in the vault; ${count(proven)} of ${count(caches.length)} proved in a drill that they restore.`;
}

function problemSection(troubled: readonly FleetCache[], ofAll: readonly FleetProblem[]): Html | undefined {
  const all = [
    ...(ofAll.length === 0 ? [] : [{ name: 'all caches', problems: ofAll, subject: {} }]),
    ...troubled.map(({ cache, problems }) => ({ name: cache, problems, subject: { cache } })),
  ];
  if (all.length === 0) return undefined;
  return html`<section><h2>Open problems</h2><dl class="facts">${all.map(
    ({ name, problems, subject }) =>
      html`<dt><b>${name}</b></dt><dd><ul class="problems">${problems.map((problem) => problemItem(subject, problem))}</ul></dd>`,
  )}</dl></section>`;
}

/** With what to type next, and where it is written what to think of. */
function problemItem(subject: ProblemSubject, problem: FleetProblem): Html {
  const { next, runbook } = nextStep(problem, subject);
  const alerted = problem.since === undefined ? '' : `, alerted since ${instant(problem.since)}`;
  return html`<li>${problem.message} <code>${problem.code}</code>${alerted}<br>run: <code>${next}</code> · runbook: ${runbook}</li>`;
}

function cacheSection({ caches, asOf }: Fleet): Html {
  return html`<section><h2>Caches</h2><table class="stack fleet" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Cache</th><th scope="col" role="columnheader">Newest copy, against RPO</th><th scope="col" role="columnheader">Last drill</th><th scope="col" role="columnheader">RTO</th><th scope="col" role="columnheader">Tiers proven</th></tr></thead>
<tbody role="rowgroup">${caches.map((each) => cacheRow(each, asOf))}</tbody></table></section>`;
}

function cacheRow(each: FleetCache, asOf: string): Html {
  const { cache, plan, newest, rpoSeconds, lastDrill, rtoSeconds, proven, problems } = each;
  const age = newest && ageSeconds(newest.slot, asOf);
  const rto = lastDrill?.achievedRtoSeconds;
  return html`<tr role="row"><th scope="row" role="rowheader">${cache}<span class="cell-note">plan ${plan}${problems.length > 0 ? html` · ${counted(problems.length, 'problem')}` : undefined}</span></th>
<td role="cell" data-label="Newest copy, against RPO">${copyCell(each, age)}${meter(age, rpoSeconds)}</td>
<td role="cell" data-label="Last drill">${drillCell(each)}</td>
<td role="cell" data-label="RTO">${rto === undefined ? '–' : duration(rto)}<span class="cell-note">target ${duration(rtoSeconds)}</span>${meter(rto, rtoSeconds)}</td>
<td role="cell" data-label="Tiers proven">${tiersCell(proven)}</td></tr>
`;
}

function copyCell({ newest, rpoSeconds }: FleetCache, age: number | undefined): Html {
  if (newest === undefined) return html`none yet<span class="cell-note">RPO ${duration(rpoSeconds)}</span>`;
  return html`${duration(age)} of ${duration(rpoSeconds)}<span class="cell-note">${slotTime(newest.slot)}, ${newest.tier}, ${counted(newest.keys, 'key')}, ${size(newest.bytes)}</span>`;
}

function drillCell({ cache, lastDrill }: FleetCache): Html {
  if (lastDrill === undefined) return html`<span class="soft">not yet drilled</span>`;
  return html`<span class="state ${stateOf(lastDrill)}">${outcomeOf(lastDrill)}</span><span class="cell-note"><a href="${cache}/${lastDrill.drill}.html">report of ${slotTime(lastDrill.drill)}</a></span>`;
}

function tiersCell(proven: FleetCache['proven']): Html {
  if (proven.length === 0) return html`<span class="soft">none</span>`;
  return html`${proven.map(({ tier }) => tier).join(', ')}${proven.length < TIERS.length ? html`<span class="cell-note">of ${TIERS.join(', ')}</span>` : undefined}`;
}

/** How much of what is allowed is used; the words beside it say the same. */
function meter(used: number | undefined, allowed: number): Html | undefined {
  if (used === undefined) return undefined;
  const share = Math.min(1, used / allowed) * 100;
  return html`<svg class="meter" aria-hidden="true" height="6"><rect class="track" width="100%" height="6" rx="3"/><rect class="${used > allowed ? 'over' : 'used'}" width="${share.toFixed(1)}%" height="6" rx="3"/></svg>`;
}

function unprotectedSection(unprotected: Fleet['unprotected']): Html {
  return html`<section><h2>Deliberately unprotected</h2><dl class="facts">${unprotected.map(
    ({ cache, because }) => html`<dt>${cache}</dt><dd>${because}</dd>`,
  )}</dl></section>`;
}

function ageSeconds(slot: Slot, asOf: string): number {
  return Math.max(0, (Date.parse(asOf) - instantOf(slot).getTime()) / 1000);
}
