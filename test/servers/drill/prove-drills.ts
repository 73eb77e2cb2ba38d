/**
 * Drills of as many random data sets as wanted: `npm run prove-drills -- --runs 1000 --seed 1`. Stops at the first that
 * is wrong.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { DrillPair } from './drill-pair.ts';
import { type Case, proveDrill, randomCase } from './prove-drill.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '1000' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? Date.now() & 0x7fffffff : Number(values.seed);
const numRuns = Number(values.runs);

const seen = { keys: 0, edits: new Map<string, number>() };

function count({ keys, edit }: Case): void {
  seen.keys += keys.length;
  seen.edits.set(edit.what, (seen.edits.get(edit.what) ?? 0) + 1);
}

const pair = await DrillPair.start();
const startedAt = performance.now();
try {
  await fc.assert(
    fc.asyncProperty(randomCase, async (each) => {
      count(each);
      await proveDrill(pair, each);
    }),
    { numRuns, seed, endOnFailure: true },
  );
} finally {
  await pair.stop();
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(
  `${numRuns} data sets of ${seen.keys} keys restored, equal, edited, found different: ${seconds} s, seed ${seed}`,
);
for (const [what, times] of [...seen.edits].sort(([, one], [, other]) => other - one))
  console.log(`${String(times).padStart(6)}  ${what}`);
