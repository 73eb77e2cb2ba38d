/**
 * Writes both data sets into a running server, each time an empty one, with Redrill and with what else there is, as whole
 * processes in turns, and prints medians, ratios and what is made of the goals: docs/performance.md. Exit status 1 if one
 * is missed.
 *
 *   npm run bench:recover -- [--rounds 5] [--scale 0.2] [--only mixed,small] [--folder out/bench]
 *     [--table docs/performance.md]
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, returnPort } from '@redrill/local-aws/redis';
import {
  ask,
  byProgram,
  cpuSecondsOf,
  type DatasetName,
  datasetFile,
  FULL_KEYS,
  type Measured,
  measureOnce,
  median,
  type Once,
  type Program,
  peakMib,
  ratioOf,
  startBenchServer,
  writeSection,
} from '@redrill/rdb/testing';
import { buildSync } from 'esbuild';
import { type BenchVault, startVault } from './vault.ts';

const REFERENCE = 'redis-cli --pipe, pregenerated';
const WRITING = 'the writing of redrill recover';
const COMMAND = 'redrill recover --apply';
const POINT = 'redrill recover --apply of a verified point, local S3';
const POINT_ALONE = 'the same, the local S3’s processor time excluded';
const IOREDIS = 'ioredis, pipelines of 1000';
/** Keys a second, as a multiple of the reference's. */
const AT_LEAST: Readonly<Record<DatasetName, number>> = { mixed: 0.95, small: 1.05 };
const POINT_AT_LEAST = 0.95;

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string', default: Object.keys(AT_LEAST).join() },
    folder: { type: 'string', default: 'out/bench' },
    table: { type: 'string' },
  },
});
const folder = resolve(options.folder);

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** @returns where the bundle is: what is measured beside others is not to include type stripping at run time */
function bundled(): string {
  const outfile = join(folder, 'recover-file.mjs');
  buildSync({
    entryPoints: [here('recover-file.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ioredis is CommonJS and requires Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

const node = (...args: readonly string[]): Program['command'] => [process.execPath, ...args];

interface Given {
  readonly writer: string;
  readonly file: string;
  /** The same as RESTORE commands. */
  readonly commands: string;
  readonly vault: BenchVault;
  readonly port: string;
  readonly keys: number;
}

function programsFor({ writer, file, commands, vault, port }: Given): readonly Program[] {
  const into = ['--into', `redis://127.0.0.1:${port}`, '--apply'];
  const recover = (...words: readonly string[]) => node(here('../cli/redrill.ts'), 'recover', ...words);
  const state = join(folder, 'recover-point.json');
  const ofPoint = recover(vault.point, '--config', vault.config, '--state', state, ...into);
  return [
    { name: REFERENCE, command: ['redis-cli', '-p', port, '--pipe'], input: commands },
    { name: POINT, command: ofPoint, env: vault.env },
    { name: WRITING, command: node(writer, 'write', file, port, folder) },
    { name: COMMAND, command: recover(file, ...into) },
    { name: IOREDIS, command: node(writer, 'ioredis', file, port) },
  ];
}

interface Written extends Once {
  /** Processor time of the two that the program works with. */
  readonly serverSeconds: number;
  readonly s3Seconds: number;
}

/** Into a server that is empty, which has to hold all the keys then. */
async function writeOnce(program: Program, { vault, port, keys }: Given): Promise<Written> {
  const server = await startBenchServer(folder, ['--port', port]);
  try {
    const before = [cpuSecondsOf(server.pid), cpuSecondsOf(vault.pid)] as const;
    const once = measureOnce(program);
    const serverSeconds = cpuSecondsOf(server.pid) - before[0];
    const s3Seconds = cpuSecondsOf(vault.pid) - before[1];
    const held = [...ask(server.socket, 'info', 'keyspace').matchAll(/keys=(\d+)/g)];
    const found = held.reduce((sum, [, count]) => sum + Number(count), 0);
    if (found !== keys)
      throw new Error(`${program.name}: expected ${keys} keys in the server, found ${found}`);
    return { ...once, serverSeconds, s3Seconds };
  } finally {
    await server.stop();
  }
}

/**
 * A run without what the local S3, which runs on the same cores, took from it: at most as long as the server did not work,
 * since while it worked on one core the other one was free for the rest.
 */
const withoutS3 = (once: Written): Written => ({
  ...once,
  seconds: once.seconds - Math.min(once.s3Seconds, Math.max(0, once.seconds - once.serverSeconds)),
});

/** In turns, so that whatever else the machine does meets all of them. */
async function measure(given: Given): Promise<readonly Measured[]> {
  const programs = programsFor(given);
  const rounds: Written[][] = [];
  for (let at = 0; at < Number(options.rounds); at++) {
    const round: Written[] = [];
    // The slowest by far stands last, and is measured once: it is there for the order of magnitude.
    const due = at === 0 ? programs : programs.filter(({ name }) => name !== IOREDIS);
    for (const program of due) round.push(await writeOnce(program, given));
    rounds.push(round);
  }
  const ofPoint = rounds.flatMap((round) => round[programs.findIndex(({ name }) => name === POINT)] ?? []);
  const s3Seconds = median(ofPoint.map((once) => once.s3Seconds)).toFixed(2);
  const serverSeconds = median(ofPoint.map((once) => once.serverSeconds)).toFixed(2);
  s3Says = `Of the verified point: the local S3 took ${s3Seconds} s of processor time, and the server ${serverSeconds} s (medians).`;
  const [reference, point, ...others] = byProgram(programs, rounds);
  if (reference === undefined || point === undefined) throw new Error('nothing was measured');
  return [reference, point, { name: POINT_ALONE, rounds: ofPoint.map(withoutS3) }, ...others];
}

const found = (measured: readonly Measured[], name: string): Measured => {
  const one = measured.find((each) => each.name === name);
  if (one === undefined) throw new Error(`${name} was not measured`);
  return one;
};

/** How many times the reference's keys a second. */
const speedOf = (measured: readonly Measured[], each: Measured): number =>
  1 / ratioOf(each, found(measured, REFERENCE));

function tableOf(measured: readonly Measured[], keys: number): string {
  const rows = measured.map((each) => {
    const seconds = each.rounds.map((round) => round.seconds);
    const cells = [
      each.name,
      median(seconds).toFixed(2),
      `${Math.min(...seconds).toFixed(2)} – ${Math.max(...seconds).toFixed(2)}`,
      `${Math.round(keys / median(seconds) / 1000)}k`,
      speedOf(measured, each).toFixed(2),
      median(each.rounds.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2),
      peakMib(each).toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  const headings = '| program | s | from – to | keys/s | ratio of keys/s | client CPU s | peak MiB |';
  return [headings, '| --- | --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

/** What the local S3 took in the last measurement. */
let s3Says = '';

/** What has been printed, for the page. */
const printed: string[] = [];

function say(text: string): void {
  console.log(`${text}\n`);
  printed.push(text);
}

const load = (): string => loadavg()[0]?.toFixed(1) ?? '';

interface Outcome {
  readonly goal: string;
  readonly measured: number;
  readonly atLeast: number;
}

async function benchOf(dataset: DatasetName, writer: string): Promise<readonly Outcome[]> {
  const keys = Math.round(FULL_KEYS[dataset] * Number(options.scale));
  const file = await datasetFile(dataset, keys, folder);
  const commands = join(folder, `${dataset}-${keys}.resp`);
  execFileSync(process.execPath, [writer, 'commands', file, commands]);
  const port = await freePort();
  const vault = await startVault(file, folder);
  try {
    const measured = await measure({ writer, file, commands, vault, port: `${port}`, keys });
    say(
      `### ${dataset}, written: ${keys.toLocaleString('en')} keys, ${(statSync(file).size / 1e6).toFixed(0)} MB`,
    );
    say(tableOf(measured, keys));
    say(s3Says);
    const goalOf = (name: string, atLeast: number): Outcome => ({
      goal: `${dataset}, ${name}: at least ${atLeast} × the keys/s of ${REFERENCE}`,
      measured: speedOf(measured, found(measured, name)),
      atLeast,
    });
    return [goalOf(WRITING, AT_LEAST[dataset]), goalOf(POINT_ALONE, POINT_AT_LEAST)];
  } finally {
    await vault.stop();
    returnPort(port);
    rmSync(commands);
  }
}

function machine(): string {
  const cpu = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}`;
  const client = execFileSync('redis-cli', ['--version'], { encoding: 'utf8' }).trim();
  return `${cpu}, Node ${process.version}, ${client}; the server is on the same cores, over TCP, and saves nothing. Medians of ${options.rounds} rounds, in turns (of ioredis one round); ratios are the median of each round's; whole processes. Load average before: ${load()}.`;
}

mkdirSync(folder, { recursive: true });
const writer = bundled();
say(machine());
const outcomes: Outcome[] = [];
for (const name of options.only.split(',')) {
  if (!(name in AT_LEAST)) throw new Error(`--only: there is no ${name}`);
  outcomes.push(...(await benchOf(name as DatasetName, writer)));
  say(`Load average then: ${load()}.`);
  // Each time, so that a run that is cut short has not been for nothing.
  if (options.table) writeSection(options.table, 'bench:recover', [...printed, goals()].join('\n\n'));
}
console.log(goals());
process.exitCode = outcomes.some(({ measured, atLeast }) => measured < atLeast) ? 1 : 0;

function goals(): string {
  const verdicts = outcomes.map(
    ({ goal, measured, atLeast }) =>
      `| ${goal} | ${measured.toFixed(2)} | ${measured >= atLeast ? 'met' : 'MISSED'} |`,
  );
  return ['| goal | measured | |', '| --- | --- | --- |', ...verdicts].join('\n');
}
