import type { Comparison, DrillReport } from '../contracts/drill.ts';
import { BUCKETS } from '../contracts/drill.ts';
import { KEY_TYPES } from '../contracts/fields.ts';
import { count, counted, duration, instant, percent } from './format.ts';
import { type Html, html } from './html.ts';
import { shareOf } from './verdict.ts';

/** What the copy holds, as it was counted when it was verified in the vault. */
export function contentSection({ recorded, comparison }: DrillReport): Html | undefined {
  if (recorded === undefined) return undefined;
  const { totals } = recorded;
  const rows = KEY_TYPES.filter((type) => (totals.byType[type] ?? 0) > 0);
  return html`<section><h2>What the copy holds</h2>
<p class="small soft">Keys by type, counted when the copy was verified in the vault.</p>
<table class="narrow">
<tbody>${rows.map((type) => typeRow(type, totals.byType[type] ?? 0, totals.keys))}</tbody>
<tfoot><tr><th scope="row">all</th><td class="number">${count(totals.keys)}</td><td></td></tr></tfoot>
</table>
<p class="small soft">${counted(totals.withExpiry, 'key')} had an expiry.${expiryNote(comparison)}</p></section>`;
}

function typeRow(type: string, keys: number, all: number): Html {
  return html`<tr><th scope="row">${type}</th><td class="number">${count(keys)}</td><td class="number soft">${percent(keys / all)}</td></tr>`;
}

function expiryNote(comparison: DrillReport['comparison']): Html | undefined {
  if (comparison === undefined || comparison.keysExpired === 0) return undefined;
  return html` ${count(comparison.keysExpired)} of them expired before ${instant(comparison.serverTime)}, by the clock of the restored server, so they are correctly absent. No other key may be absent.`;
}

/** How the restored cluster was held against what was recorded. */
export function comparisonSection({ comparison }: DrillReport): Html | undefined {
  if (comparison === undefined) return undefined;
  const { keysExpected, keysCompared, keysExpired, mismatches, seconds, serverTime } = comparison;
  const { method, invocations } = comparison;
  return html`<section><h2>The comparison</h2>
<dl class="facts">
<dt>Keys recorded</dt><dd>${count(keysExpected)}</dd>
<dt>Present and compared</dt><dd>${count(keysCompared)}</dd>
<dt>Expired since</dt><dd>${count(keysExpired)}</dd>
<dt>Unaccounted for</dt><dd>${count(keysExpected - keysCompared - keysExpired)}</dd>
<dt>Digest buckets</dt><dd>${bucketsTold(shareOf(comparison))}</dd>
<dt>Differences</dt><dd>${mismatches === 0 ? 'none' : differences(comparison)}</dd>
<dt>Clock that the restored server reported</dt><dd>${instant(serverTime)}</dd>
<dt>Reading and comparing</dt><dd>${duration(seconds)}${method && `, ${METHODS[method]}`}${invocations && `, in ${counted(invocations, 'invocation')}`}</dd>
</dl></section>`;
}

const METHODS = { dump: 'by DUMP', typed: 'by typed reads' };

function bucketsTold(share: number): string {
  if (share >= 1) return `all ${count(BUCKETS)}, and every future expiry`;
  return `${count(Math.floor(BUCKETS * share))} of ${count(BUCKETS)}: sampled ${percent(share)}`;
}

function differences({ mismatches, mismatched }: Comparison): Html {
  const more = mismatches - mismatched.length;
  return html`${count(mismatches)}<ul class="plain">${mismatched.map((name) => html`<li>${name}</li>`)}${more > 0 ? html`<li>and ${count(more)} more</li>` : undefined}</ul>`;
}
