import { nextStep, type ProblemSubject } from '../alerts/next-step.ts';
import type { Fleet, FleetCache, FleetProblem } from '../contracts/fleet.ts';
import { SECOND_MS } from '../model/time.ts';
import { FLEET_REWRITTEN_AFTER_SECONDS } from '../watch/assess-fleet.ts';
import { htmlDocument } from './document.ts';
import { FLEET_SCRIPT } from './fleet-script.ts';
import { FLEET_STYLE } from './fleet-style.ts';
import { cacheSection, fleetFigures } from './fleet-table.ts';
import { count, counted, instant } from './format.ts';
import { type Html, html } from './html.ts';
import { runbookLink } from './runbook-link.ts';

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
<p class="stale-note" role="status" data-stale-after="${staleAfter(asOf)}">This page is out of date: it is of ${instant(asOf)}. Load it again; if that does not help, <code>publish-fleet</code> does not run.</p>
${caches.length > 0 ? fleetFigures(caches) : undefined}
${problemSection(troubled, problems)}
${caches.length > 0 ? cacheSection(fleet) : undefined}
${unprotected.length > 0 ? unprotectedSection(unprotected) : undefined}
<footer><p>Written at every change, and at least every ${FLEET_REWRITTEN_AFTER_SECONDS / 60} minutes. If the time above is much older, <code>publish-fleet</code> does not run. <a href="index.json">The same as JSON</a></p></footer>`,
    { style: FLEET_STYLE, script: FLEET_SCRIPT },
  );
}

/** As `redrill status` does it: with two rewritings missed, something is wrong. */
const staleAfter = (asOf: string) =>
  new Date(Date.parse(asOf) + 2 * FLEET_REWRITTEN_AFTER_SECONDS * SECOND_MS).toISOString();

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
  return html`<li>${problem.message} <code>${problem.code}</code>${alerted}<br>run: <code>${next}</code> · runbook: ${runbookLink(runbook, 'reports')}</li>`;
}

function unprotectedSection(unprotected: Fleet['unprotected']): Html {
  return html`<section><h2>Deliberately unprotected</h2><dl class="facts">${unprotected.map(
    ({ cache, because }) => html`<dt>${cache}</dt><dd>${because}</dd>`,
  )}</dl></section>`;
}
