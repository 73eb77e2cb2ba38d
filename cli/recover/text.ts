import { counted, grouped, keyNameText, printable, spanText } from '../terminal/figures.ts';
import { labelled, type Paint } from '../terminal/page.ts';
import type { RecoverOutput } from './contract.ts';

/** How many refused values are named. */
const NAMED = 20;

const TITLES: Readonly<Record<RecoverOutput['outcome'], string>> = {
  plan: 'A plan; nothing was written',
  report: 'A report; nothing was written',
  recovered: 'Recovered',
};

/** What was done, or would be, for people. */
export function recoverText(output: RecoverOutput, paint: Paint): string {
  const { outcome, source, target, refusals } = output;
  const shards = target.clusterMode ? `, cluster mode on, ${counted(target.shards, 'shard')}` : '';
  const bad = output.refused + output.functions.refused > 0;
  return [
    `  ${paint(bad ? 'red' : 'bold', TITLES[outcome])}`,
    '',
    ...labelled([
      ['from', source],
      ['into', `${target.name}: ${target.engine} ${target.version}${shards}`],
      ['mode', output.mode],
    ]),
    '',
    ...sums(output),
    ...functions(output),
    ...output.warnings.flatMap((warning) => labelled([['warning', warning]])),
    ...(refusals.length === 0 ? [] : ['', ...refused(output)]),
    '',
    `  ${closing(output)}`,
  ].join('\n');
}

/** The six add up to what was read. */
function sums({ outcome, read, written, skipped, expired, refused: no, filtered, empty }: RecoverOutput) {
  const would = outcome !== 'recovered';
  const rows: readonly (readonly [string, number | null, string])[] = [
    ['read', read, 'keys in all'],
    ['written', written, would ? 'would be written' : ''],
    ['skipped', skipped, would ? 'exist already' : 'existed already, and are unchanged'],
    ['expired', expired, 'had expired'],
    ['refused', no, 'the cache does not accept'],
    ['filtered', filtered, 'were not selected'],
    ['empty', empty, 'have no elements, so a server drops them'],
  ];
  const shown = rows.filter(
    ([name, keys]) => keys !== null && (keys > 0 || name === 'read' || name === 'written'),
  );
  const width = Math.max(...shown.map(([, keys]) => grouped(keys ?? 0).length));
  return shown.map(([name, keys, words]) =>
    `  ${name.padEnd(14)}${grouped(keys ?? 0).padStart(width)}  ${words}`.trimEnd(),
  );
}

function functions({ functions: { written, skipped, refused: no }, outcome }: RecoverOutput) {
  const parts = [
    [written, outcome === 'recovered' ? 'loaded' : 'to load'],
    [skipped, 'there already'],
    [no, 'refused'],
  ].filter(([libraries]) => Number(libraries) > 0);
  if (parts.length === 0) return [];
  return labelled([['functions', parts.map(([libraries, words]) => `${libraries} ${words}`).join(', ')]]);
}

function refused({ refusals }: RecoverOutput): readonly string[] {
  const lines = refusals.slice(0, NAMED).map(({ database, name, type, message }) => {
    return `  ${type.padEnd(7)} db ${database}  ${keyNameText(name)}: ${printable(message)}`;
  });
  const more = refusals.length - NAMED;
  return [...lines, ...(more > 0 ? [`  … and ${grouped(more)} more: --json lists them all`] : [])];
}

function closing({ outcome, mode, seconds, read }: RecoverOutput): string {
  if (outcome === 'plan')
    return 'To write, run it again with --apply. To see first which keys exist, use --mode report.';
  if (outcome === 'report') return `Looked in ${spanText(seconds)}.`;
  const rate = seconds > 0 ? `, ${grouped(Math.round(read / seconds))} keys/s` : '';
  const check = mode === 'missing' ? '' : ' npx redrill compare shows whether all keys are there.';
  return `Done in ${seconds.toFixed(1)} s${rate}.${check}`;
}
