import { QUESTIONS } from '@redrill/local-aws/readings';
import { ASSUMPTIONS } from '../../core/contracts/assumptions.ts';
import { FAULT_KINDS } from '../../simulate/faults/draw-faults.ts';
import { readFigures } from '../../simulate/figures.ts';
import { readCatches } from '../../simulate/planted/document.ts';
import { MUTATIONS } from '../../simulate/planted/mutations.ts';
import { MODELLED, NOT_MODELLED } from '../../simulate/readings.ts';
import { INVARIANTS } from '../../simulate/referee/verdicts.ts';
import { table } from './table.ts';

/** docs/simulation.md's tables. What was run is kept in the files that `npm run simulate -- … --write` writes. */
export function simulationBlocks(): Readonly<Record<string, string>> {
  return {
    figures: figures(),
    invariants: table(
      ['invariant', 'what must hold'],
      Object.entries(INVARIANTS).map(([invariant, holds]) => [invariant, holds]),
    ),
    faults: table(
      ['fault', 'what happens', 'duration in hours', 'affects'],
      FAULT_KINDS.map(({ name, says, hours, everywhere }) => [
        name,
        says,
        `${hours[0]}–${hours[1]}`,
        everywhere ? 'all caches' : 'one cache',
      ]),
    ),
    readings: readings(),
    planted: planted(),
  };
}

function readings(): string {
  const drawn = MODELLED.map((id) => {
    const answers = Object.keys(QUESTIONS[id].readings).map((reading) => {
      const code = ASSUMPTIONS[id]?.refuses[reading];
      return code === undefined ? `\`${reading}\`` : `\`${reading}\` (refused: \`${code}\`)`;
    });
    return [`\`${id}\``, answers.join(', ')];
  });
  const left = Object.entries(NOT_MODELLED).map(([id, why]) => [`\`${id}\``, `not drawn: ${why}`]);
  return table(['question', 'answers that are drawn'], [...drawn, ...left]);
}

function figures(): string {
  const { command, line } = readFigures();
  return ['```console', `$ ${command}`, line, '```'].join('\n');
}

function planted(): string {
  const catches = new Map(readCatches().map((each) => [each.bug, each]));
  return table(
    ['bug', 'in', 'invariant that fails', 'seed', 'after days', 'message of the referee'],
    MUTATIONS.map(({ name, file }) => {
      const found = catches.get(name);
      const by = found?.invariant ?? 'not caught';
      return [name, `\`${file}\``, by, `${found?.seed ?? ''}`, `${found?.days ?? ''}`, found?.message ?? ''];
    }),
  );
}
