/**
 * Reads the data sets and the big values with Redrill and with what else the machine has, as whole processes, in
 * turns, and prints medians, ratios and peak memory, then each goal and whether it is met: docs/performance.md.
 * Exit status 1 if a goal is missed.
 *
 *   npm run bench -- [--rounds 7] [--scale 0.2] [--only mixed,small] [--digest-rounds 1] [--librdb <program>]
 *     [--table docs/performance.md]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { BIG_VALUES, type BigValueName, bigValueFile } from '../testing/big-values.ts';
import { type DatasetName, datasetFile, FULL_KEYS, RECIPES } from '../testing/dataset.ts';
import { measure, median, tableOf } from '../testing/measure.ts';
import { writeSection } from '../testing/section.ts';
import { debugDigestSeconds } from './debug-digest.ts';
import { type Bench, outcomesOf } from './goals.ts';
import { bundled, type Peers, peers, programsFor, REFERENCE } from './programs.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: [...Object.keys(RECIPES), ...Object.keys(BIG_VALUES)].join() },
    'digest-rounds': { type: 'string', default: '1' },
    librdb: { type: 'string' },
    folder: { type: 'string', default: 'out/bench' },
    table: { type: 'string' },
  },
});

/** One of the files that are measured. */
interface Subject {
  readonly name: string;
  readonly heading: string;
  readonly recipe: string;
  readonly file: string;
  /** Whether it is as large as the goals mean. */
  readonly isWhole: boolean;
}

async function subjectOf(name: string): Promise<Subject> {
  if (name in BIG_VALUES) {
    const big = name as BigValueName;
    const file = bigValueFile(big, options.folder);
    return { name, heading: big, recipe: BIG_VALUES[big].recipe, file, isWhole: true };
  }
  if (!(name in RECIPES)) throw new Error(`--only: there is no ${name}`);
  const dataset = name as DatasetName;
  const keys = Math.round(FULL_KEYS[dataset] * Number(options.scale));
  const file = await datasetFile(dataset, keys, options.folder);
  return {
    name,
    heading: `${name}: ${keys.toLocaleString('en')} keys`,
    recipe: RECIPES[dataset],
    file,
    isWhole: keys >= FULL_KEYS[dataset],
  };
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

function machine(): string {
  const redis = execFileSync(REFERENCE, ['--version'], { encoding: 'utf8' }).trim();
  const cpu = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}`;
  return `${cpu}, Node ${process.version}, ${redis}. Medians of ${options.rounds} rounds, in turns; ratios are the median of each round's; whole processes, files in the page cache. Load average before: ${load()}.`;
}

/** What has been printed, for the page. */
const printed: string[] = [];

function say(text: string): void {
  console.log(`${text}\n`);
  printed.push(text);
}

async function benchOf(name: string, others: Peers, reader: string): Promise<Bench> {
  const { heading, recipe, file, isWhole } = await subjectOf(name);
  const { size } = statSync(file);
  const programs = programsFor(others, reader, file);
  // Brings the file into the page cache, and the machine out of its sleep.
  measure(programs.slice(0, 1), 1);
  const measured = measure(programs, Number(options.rounds));
  const reference = measured.find((each) => each.name === REFERENCE);
  say(`### ${heading}, ${(size / 1e6).toFixed(0)} MB\n\n${recipe}.`);
  if (reference) say(tableOf(measured, reference, size));
  const digestRounds = name === 'mixed' ? Number(options['digest-rounds']) : 0;
  const debugDigest = digestRounds > 0 ? await debugDigestSeconds(file, digestRounds) : [];
  if (digestRounds > 0)
    say(`DEBUG DIGEST of a server that has loaded it: ${median(debugDigest).toFixed(1)} s.`);
  // The goals are about whole data sets: on a part of one, it is Node's start that is measured.
  return { file: isWhole ? name : heading, measured, debugDigestSeconds: debugDigest };
}

mkdirSync(options.folder, { recursive: true });
const others = peers(options.librdb);
const reader = bundled(options.folder);
say(machine());
if (!others.librdb) say('librdb is not measured: no rdb-cli on the PATH, and no --librdb.');
const benches: Bench[] = [];
for (const name of options.only.split(',')) benches.push(await benchOf(name, others, reader));
const outcomes = outcomesOf(benches);
const rows = outcomes.map(({ goal, measured, verdict }) => `| ${goal} | ${measured} | ${verdict} |`);
say(['### Goals\n', '| goal | measured | |', '| --- | --- | --- |', ...rows].join('\n'));
say(`Load average after: ${load()}.`);
if (options.table) writeSection(options.table, 'bench', printed.join('\n\n'));
process.exitCode = outcomes.some(({ verdict }) => verdict === 'MISSED') ? 1 : 0;
