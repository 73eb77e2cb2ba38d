/**
 * Holds the digest to its promise: an edit of any single value changes it, and writing the same content anew does not.
 * Half of the edits are commands to a real server, which saves before and after; half are made in the bytes of files,
 * for what no command changes. Exit status 1 at the first that leaves the digest as it was.
 *
 *   npm run edits -- [--edits 10000] [--seed 1] [--table docs/fuzzing.md]
 */
import { parseArgs } from 'node:util';
import { writeSection } from '../testing/section.ts';
import { type Tried, tryByCommands, tryInBytes } from './edits/run.ts';

const { values: options } = parseArgs({
  options: {
    edits: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    table: { type: 'string' },
  },
});

const sumOf = ({ byKind }: Tried): number => Object.values(byKind).reduce((total, each) => total + each, 0);

function tableOf(how: string, tried: Tried): string {
  const rows = Object.entries(tried.byKind)
    .sort()
    .map(([kind, files]) => `| ${kind} | ${files} |`);
  const heading = `${how}: ${sumOf(tried)} edits, each of which changed the digest; written anew ${tried.resaved} times, which never did.`;
  return [heading, '', '| edit | tried |', '| --- | --- |', ...rows].join('\n');
}

const half = Math.ceil(Number(options.edits) / 2);
const seed = Number(options.seed);
const byCommands = tableOf(`By commands, seed ${seed}`, await tryByCommands(seed, half));
const inBytes = tableOf(`In bytes, seed ${seed}`, tryInBytes(seed, half));
console.log(`${byCommands}\n\n${inBytes}`);
if (options.table) writeSection(options.table, 'edits', `${byCommands}\n\n${inBytes}`);
