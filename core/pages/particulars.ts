import type { DrillReport, TopologyDifference } from '../contracts/drill.ts';
import { instantOf } from '../model/slot.ts';
import { counted, duration, instant, percent, size, slotTime } from './format.ts';
import { type Html, html } from './html.ts';
import { shareOf } from './verdict.ts';

/** What was restored, from where, when, and who wanted it. */
export function originSection(report: DrillReport): Html {
  const { point, recorded, cluster, plan, startedAt, finishedAt, startedBy } = report;
  return html`<section><h2>${cluster ? 'What was restored' : 'What was asked for'}</h2><dl class="facts">
${point && html`<dt>Recovery point</dt><dd>${slotTime(point.slot)}, ${point.tier}, ${duration(copyAge(report))} old when the drill began</dd>`}
${recorded && taken(recorded)}
${point && html`<dt>In the vault at</dt><dd><code>${point.key}</code></dd>`}
${cluster && html`<dt>Restored into</dt><dd><code>${cluster.id}</code>, ${builtOn(cluster)}, ${cluster.engine} ${cluster.engineVersion}; torn down after the drill</dd>`}
${cluster?.insteadOfServerless && html`<dt>Not in a serverless cache</dt><dd>${cluster.insteadOfServerless}</dd>`}
${plan && html`<dt>Plan</dt><dd>${plan}</dd>`}
<dt>Started by</dt><dd>${startedBy}, ${instant(startedAt)}</dd>
<dt>Recorded</dt><dd>${instant(finishedAt)}</dd>
</dl></section>`;
}

function builtOn({ nodeType, shards, limits }: NonNullable<DrillReport['cluster']>): string {
  return limits === undefined
    ? `${counted(shards, 'shard')} of ${nodeType}`
    : `a serverless cache of at most ${limits.storageGb} GB and ${limits.ecpuPerSecond} ECPU per second`;
}

function taken({
  takenAt,
  admittedAt,
  source,
  snapshot,
  totals,
  files,
}: NonNullable<DrillReport['recorded']>): Html {
  return html`<dt>Taken</dt><dd>${instant(takenAt)} in ${source.region}, account ${source.account}, as snapshot <code>${snapshot}</code></dd>
<dt>Verified in the vault</dt><dd>${instant(admittedAt)}: ${counted(files.length, 'file')}, ${size(totals.bytes)}, read to the last byte</dd>`;
}

function copyAge({ point, startedAt }: DrillReport): number | undefined {
  if (point === undefined) return undefined;
  return Math.max(0, (Date.parse(startedAt) - instantOf(point.slot).getTime()) / 1000);
}

/** What of the cache was not built again, and so has to be seen to in a real restore. */
export function differencesSection({ differences }: DrillReport): Html | undefined {
  if (differences === undefined) return undefined;
  if (differences.length === 0)
    return html`<section><h2>Differences to the cache as recorded</h2><p>None.</p></section>`;
  return html`<section><h2>Differences to the cache as recorded</h2>
<p>A drill proves the data, so it creates only what holds data. A real restore must also provide the rest.</p>
<table class="stack small differences" role="table">
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Setting</th><th scope="col" role="columnheader">Recorded</th><th scope="col" role="columnheader">In the drill</th><th scope="col" role="columnheader">Reason</th></tr></thead>
<tbody role="rowgroup">${differences.map(differenceRow)}</tbody></table></section>`;
}

function differenceRow({ setting, recorded, restored, because }: TopologyDifference): Html {
  return html`<tr role="row"><th scope="row" role="rowheader">${setting}</th><td role="cell" data-label="Recorded">${recorded}</td><td role="cell" data-label="In the drill">${restored}</td><td role="cell" data-label="Reason" class="soft">${because}</td></tr>
`;
}

/** What nobody may conclude from this report, in plain words. */
export function limitsSection({ comparison, recorded, cluster, point }: DrillReport): Html {
  const share = comparison === undefined ? 0 : shareOf(comparison);
  const opaque = recorded?.opaqueKeys ?? 0;
  const limits: readonly (Html | string | undefined)[] = [
    comparison === undefined ? 'That this copy can be restored.' : undefined,
    comparison !== undefined && share < 1
      ? `That the part that was not read is right: sampled ${percent(share)}. A single changed key would have been found with a chance of ${percent(share)}.`
      : undefined,
    point === undefined
      ? undefined
      : html`Anything about data written after ${slotTime(point.slot)}; a restore of this copy loses it.`,
    cluster === undefined
      ? undefined
      : `That the production node type is available when you need it, or how long it takes to create: the drill used ${cluster.limits === undefined ? cluster.nodeType : 'a serverless cache'}.`,
    'That applications can connect: users, access strings, security groups and DNS are recorded, not rebuilt.',
    'How fast the restored cluster answers under load.',
    opaque > 0
      ? `What the ${counted(opaque, 'key')} of modules mean: their content was compared as opaque bytes.`
      : undefined,
    'That the copy and its record were not forged together: the digest detects damage, not an attacker who can write both.',
  ];
  return html`<section><h2>What this does not prove</h2><ul class="plain">${limits.map((each) => each && html`<li>${each}</li>`)}</ul></section>`;
}

/** What somebody needs to check this report against the vault. */
export function evidenceSection({ cache, drill, recorded, software }: DrillReport): Html {
  return html`<section><h2>Evidence</h2><dl class="facts">
<dt>Drill</dt><dd><code>${cache}/${drill}</code></dd>
${software && html`<dt>Software</dt><dd>Redrill ${software}</dd>`}
${recorded?.files.map(
  ({ shard, bytes, sha256, digest }) =>
    html`<dt>Shard ${shard}</dt><dd>${size(bytes)}<br>SHA-256 <code>${sha256}</code><br>content digest <code>${digest}</code></dd>`,
)}
</dl></section>`;
}
