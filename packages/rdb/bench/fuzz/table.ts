/** The table of mutators and outcomes. */
import { NO_CHECKSUM, SOUND, type Tallies, type Tally, UNCHANGED } from './run.ts';

const HEADINGS = [
  ...['mutator', 'files', 'unchanged', 'sound', 'sound, no checksum', 'unsupported', 'refused'],
  ...['refused as', 'slowest ms', 'same as oracle'],
];
const count = (files: number): string => files.toLocaleString('en');
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

export function tableOf(tallies: Tallies): string {
  const rows = Object.entries(tallies).map(([name, tally]) => row([name, ...cellsOf(tally)]));
  const total = row(['**all**', ...cellsOf(sumOf(Object.values(tallies)))]);
  return [row(HEADINGS), row(HEADINGS.map(() => '---')), ...rows, total].join('\n');
}

function cellsOf({ files, outcomes, slowestMs, compared }: Tally): string[] {
  const refusals = Object.entries(outcomes)
    .filter(([outcome]) => ![SOUND, NO_CHECKSUM, UNCHANGED].includes(outcome))
    .sort(([, a], [, b]) => b - a);
  const total = (those: typeof refusals) => those.reduce((sum, [, each]) => sum + each, 0);
  const unsupported = refusals.filter(([code]) => code.startsWith('Unsupported'));
  return [
    ...[files, outcomes[UNCHANGED] ?? 0, outcomes[SOUND] ?? 0, outcomes[NO_CHECKSUM] ?? 0].map(count),
    ...[total(unsupported), total(refusals) - total(unsupported)].map(count),
    refusals.map(([code, each]) => `${code} ${count(each)}`).join(', '),
    slowestMs.toFixed(0),
    count(compared),
  ];
}

function sumOf(tallies: readonly Tally[]): Tally {
  const outcomes: Record<string, number> = {};
  for (const [outcome, files] of tallies.flatMap((tally) => Object.entries(tally.outcomes)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + files;
  return {
    files: tallies.reduce((sum, { files }) => sum + files, 0),
    outcomes,
    slowestMs: Math.max(...tallies.map(({ slowestMs }) => slowestMs)),
    compared: tallies.reduce((sum, { compared }) => sum + compared, 0),
  };
}
