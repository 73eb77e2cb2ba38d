/**
 * Holds the digest to its promise: an edit of any single value changes it, and writing the same content anew does not.
 * Half of the edits are commands to a real server, which saves before and after; half are made in the bytes of files,
 * for what no command changes. Exit status 1 at the first that leaves the digest as it was.
 *
 *   npm run edits -- [--edits 10000] [--seed 1]
 */
import { parseArgs } from 'node:util';
import { type Tried, tryByCommands, tryInBytes } from './edits/run.ts';

const { values: options } = parseArgs({
  options: { edits: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});

function print(how: string, { byKind, resaved }: Tried): number {
  const sum = Object.values(byKind).reduce((total, each) => total + each, 0);
  console.log(`### ${how}: ${sum} edits, written anew ${resaved} times\n\n| edit | tried |\n| --- | --- |`);
  for (const [kind, tried] of Object.entries(byKind).sort()) console.log(`| ${kind} | ${tried} |`);
  console.log('');
  return sum;
}

const half = Math.ceil(Number(options.edits) / 2);
const seed = Number(options.seed);
const sum =
  print('Commands to a server', await tryByCommands(seed, half)) + print('In bytes', tryInBytes(seed, half));
console.log(
  `Each of these ${sum} edits changed the digest; writing the same content anew never did. Seed ${seed}.`,
);
