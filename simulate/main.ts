import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { SIMULATED } from './config.ts';
import { writeFigures } from './figures.ts';
import { type Done, Journal } from './journal.ts';
import { writeCatches } from './planted/document.ts';
import { mutationNamed } from './planted/mutations.ts';
import { runPlanted } from './planted/run.ts';
import { shared, Worker } from './pool.ts';
import { readingsInWords } from './readings.ts';
import type { Violation } from './referee/verdicts.ts';
import { shortest, told } from './shrink.ts';
import type { Counts } from './simulation.ts';
import type { RunReply, RunRequest } from './worker.ts';

/** `npm run simulate`: see docs/simulation.md. */

const USAGE = `npm run simulate -- [--seeds 100] [--from 1] [--days 400] [--caches 3] [--readings drawn|default] [--workers 2] [--journal file] [--write]
npm run simulate -- --seed 7 [--days 400]      one run, with the end of its trace
npm run simulate -- --planted [name …] [--readings default] [--write]`;

/** Every so many runs one is run again: its trace must be the same. */
const REPEATED_EVERY = 20;

const UNREPEATABLE: Violation = { invariant: 'I18', atMs: 0, message: 'a second run has another trace' };

interface Options {
  readonly seeds: readonly number[];
  readonly days: number;
  readonly caches: number;
  /** Whether every seed draws its answers to what AWS's documentation leaves open. */
  readonly readings: 'default' | 'drawn';
  readonly workers: number;
  readonly traced: boolean;
  /** Where runs that are done are kept, and found again. */
  readonly journal: string | undefined;
  readonly planted: boolean;
  readonly write: boolean;
  readonly names: readonly string[];
}

function optionsOf(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seeds: { type: 'string', default: '100' },
      seed: { type: 'string' },
      from: { type: 'string', default: '1' },
      days: { type: 'string', default: '400' },
      caches: { type: 'string', default: '3' },
      readings: { type: 'string', default: 'drawn' },
      workers: { type: 'string', default: '2' },
      journal: { type: 'string' },
      planted: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
    },
  });
  const one = values.seed === undefined ? undefined : whole('--seed', values.seed, 0);
  const count = one === undefined ? whole('--seeds', values.seeds, 1) : 1;
  const from = one ?? whole('--from', values.from, 0);
  if (!values.planted && positionals.length > 0)
    throw new Error(`'${positionals[0]}' goes with --planted only\n${USAGE}`);
  for (const name of positionals) mutationNamed(name);
  return {
    seeds: Array.from({ length: count }, (_, at) => from + at),
    days: whole('--days', values.days, 3),
    caches: whole('--caches', values.caches, 1),
    readings: readingsNamed(values.readings),
    workers: whole('--workers', values.workers, 1),
    traced: one !== undefined,
    journal: values.journal,
    planted: values.planted,
    write: values.write,
    names: positionals,
  };
}

function readingsNamed(text: string): 'default' | 'drawn' {
  if (text === 'default' || text === 'drawn') return text;
  throw new Error(`--readings: '${text}' is neither 'drawn' nor 'default'\n${USAGE}`);
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new Error(`${option}: '${text}' is not a whole number from ${least} on\n${USAGE}`);
}

async function simulate(options: Options, deployment: string): Promise<boolean> {
  const { seeds, days, caches, readings } = options;
  const journal = new Journal(options.journal, { days, caches, readings });
  const left = seeds.filter((seed) => !journal.has(seed));
  const workers = Array.from(
    { length: Math.min(options.workers, left.length) },
    () => new Worker({ REDRILL_DEPLOYMENT: deployment }),
  );
  const requestOf = (seed: number): RunRequest => ({
    seed,
    days,
    caches,
    drawnDays: days,
    readings: readings === 'drawn' ? readings : {},
  });
  const failed: RunReply[] = [];
  try {
    await shared(left, workers, async (seed, worker) => {
      const reply = await worker.run(requestOf(seed));
      const differs = seed % REPEATED_EVERY === 1 && (await worker.run(requestOf(seed))).hash !== reply.hash;
      const violation = differs ? UNREPEATABLE : reply.violation;
      journal.add({ ...reply, violation });
      if (differs) console.log(`seed ${seed}: I18 is violated: ${UNREPEATABLE.message}`);
      if (violation !== undefined) failed.push(reply);
      progress(journal, seeds.length, failed.length);
      return failed.length === 0;
    });
    const [first] = failed;
    const [worker] = workers;
    if (first?.violation !== undefined && worker !== undefined)
      console.log(told(await shortest(first, requestOf(first.seed), worker), requestOf(first.seed)));
    if (options.traced && worker !== undefined && first === undefined)
      tell(await worker.run({ ...requestOf(seeds[0] ?? 0), traced: 80 }));
  } finally {
    for (const worker of workers) worker.end();
  }
  const violations = journal.done.filter(({ violation }) => violation !== undefined).length;
  const counts = line(journal.done, Math.max(violations, failed.length), journal.seconds);
  const isFine = violations === 0 && failed.length === 0;
  if (options.write && isFine)
    writeFigures({
      command: `npm run simulate -- --seeds ${seeds.length} --days ${days} --caches ${caches} --readings ${readings}`,
      line: counts,
    });
  console.log(counts);
  return isFine;
}

function tell({ readings, trace }: RunReply): void {
  console.log([`answers of AWS: ${readingsInWords(readings)}`, ...trace].join('\n'));
}

/** The line of counts that a run ends with. */
function line(replies: readonly Done[], violations: number, seconds: number): string {
  const sum = (name: keyof Counts) => replies.reduce((all, { counts }) => all + counts[name], 0);
  const shown = (value: number) => value.toLocaleString('en-GB');
  const cacheDays = sum('cacheDays');
  return [
    `${shown(replies.length)} seeds`,
    `${shown(cacheDays)} cache-days`,
    `${shown(sum('faults'))} faults (struck ${shown(sum('strikes'))} times)`,
    `${shown(sum('crashes'))} crashes`,
    `${shown(sum('invocations'))} invocations`,
    `${shown(sum('points'))} recovery points`,
    `${shown(sum('alerts'))} alerts`,
    `${shown(violations)} violations`,
    `${seconds.toFixed(0)} s (${Math.round(cacheDays / seconds)} cache-days/s)`,
  ].join(', ');
}

/** On a terminal one line that changes; elsewhere a line now and then. */
function progress(journal: Journal, all: number, failed: number): void {
  const done = journal.done.length;
  const { isTTY } = process.stderr;
  if (!isTTY && done % Math.ceil(all / 100) > 0) return;
  const rate = journal.done.reduce((sum, { counts }) => sum + counts.cacheDays, 0) / journal.seconds;
  const text = `${done} of ${all} seeds, ${failed} failed, ${Math.round(rate)} cache-days/s`;
  process.stderr.write(isTTY ? `\r${text} ${done === all ? '\n' : ''}` : `${text}\n`);
}

async function plant({ names, workers, write, readings }: Options, deployment: string): Promise<boolean> {
  const catches = await runPlanted({
    names,
    workers,
    deployment,
    usualReadings: readings === 'default',
    caught: (found) => {
      const { bug, invariant, seed, days, message } = found;
      console.log(`${(invariant ?? 'NOT CAUGHT').padEnd(5)} ${bug}  (seed ${seed}, day ${days}: ${message})`);
      if (write) writeCatches([found]);
    },
  });
  const missed = catches.filter(({ invariant }) => invariant === undefined);
  console.log(
    `${catches.length} planted bugs, ${catches.length - missed.length} caught, ${missed.length} not caught`,
  );
  return missed.length === 0;
}

/** Only once it is known what is asked for: the CDK takes long to load. */
async function synthesiseInto(folder: string): Promise<string> {
  const file = join(folder, 'deployment.json');
  const { deploymentOf } = await import('./deployment.ts');
  writeFileSync(file, JSON.stringify(deploymentOf(SIMULATED)));
  return file;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'redrill-simulate-'));
  try {
    const options = optionsOf(process.argv.slice(2));
    const deployment = process.env.REDRILL_DEPLOYMENT ?? (await synthesiseInto(folder));
    const isFine = options.planted ? await plant(options, deployment) : await simulate(options, deployment);
    return isFine ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 2;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
