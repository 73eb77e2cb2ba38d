import type { FleetCache } from '../contracts/fleet.ts';
import { count } from './format.ts';
import { type Html, html } from './html.ts';

/** What the table of caches can be filtered by; a cache can be in several states. */
const STATES: Readonly<
  Record<string, { readonly says: string; readonly is: (each: FleetCache) => boolean }>
> = {
  problem: { says: 'with problems', is: ({ problems }) => problems.length > 0 },
  fine: { says: 'without problems', is: ({ problems }) => problems.length === 0 },
  rpo: { says: 'RPO missed', is: hasProblem('RpoMissed', 'NoRecoveryPoint') },
  suspect: {
    says: 'suspect or corrupt copy',
    is: hasProblem('RecoveryPointSuspect', 'RecoveryPointCorrupt'),
  },
  waiting: { says: 'no verified copy yet', is: ({ newest }) => newest === undefined },
  failed: { says: 'last drill failed', is: ({ lastDrill }) => lastDrill?.verdict === 'failed' },
  overdue: { says: 'drill overdue', is: hasProblem('DrillOverdue') },
  undrilled: { says: 'not yet drilled', is: ({ lastDrill }) => lastDrill === undefined },
};

function hasProblem(...codes: readonly string[]): (each: FleetCache) => boolean {
  return ({ problems }) => problems.some(({ code }) => codes.includes(code));
}

/** The states that a cache is found by. */
export function statesOf(each: FleetCache): readonly string[] {
  return Object.entries(STATES).flatMap(([name, { is }]) => (is(each) ? [name] : []));
}

/** The page's script shows these; without it they would do nothing. */
export function filters(caches: readonly FleetCache[]): Html {
  const plans = [...new Set(caches.map(({ plan }) => plan))].sort();
  const states = Object.entries(STATES).flatMap(([name, { says, is }]) => {
    const found = caches.filter(is).length;
    return found === 0 ? [] : [html`<option value="${name}">${says} (${count(found)})</option>`];
  });
  return html`<div class="filters" role="search" aria-label="Caches">
<label>Name contains<input type="search" id="filter-text" autocomplete="off" spellcheck="false"></label>
<label>Plan<select id="filter-plan"><option value="">all plans</option>${plans.map((plan) => html`<option>${plan}</option>`)}</select></label>
<label>State<select id="filter-state"><option value="">all states</option>${states}</select></label>
<p id="filter-shown" role="status"></p>
</div>`;
}
