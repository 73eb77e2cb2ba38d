/**
 * Reads both data sets with Redrill and with what else the machine has, as whole processes, in turns, and prints the
 * medians and their ratios as the table of docs/performance.md.
 *
 *   npm run bench -- [--scale 0.2] [--runs 7] [--folder out/bench]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { type DatasetName, datasetFile, FULL_KEYS, RECIPES } from './dataset.ts';

interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxRssMib: number;
}

const REFERENCE = 'redis-check-rdb';
const GNU_TIME = '/usr/bin/time';
/** Fields of GNU time: wall clock, user and system time in seconds, peak memory in KiB. */
const TIME_FORMAT = '%e %U %S %M';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '7' },
    folder: { type: 'string', default: 'out/bench' },
  },
});

/** The reader as it is deployed: one bundle, without type stripping at run time. */
function bundle(folder: string): string {
  const outfile = join(folder, 'read-file.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('read-file.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

function programsFor(reader: string, file: string): readonly Program[] {
  const ours = (name: string, ...args: string[]): Program => ({
    name,
    command: [process.execPath, reader, ...args],
  });
  const peers = [REFERENCE, 'valkey-check-rdb'].filter((name) => existsSync(`/usr/bin/${name}`));
  return [
    ...peers.map((name): Program => ({ name, command: [`/usr/bin/${name}`, file] })),
    ours('structural', 'structural', file),
    ours('structural, streamed', 'structural', file, 'stream'),
    ours('deep, with the digest', 'deep', file),
    ours('deep, streamed', 'deep', file, 'stream'),
  ];
}

function measureOnce({ name, command }: Program): Measured {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(GNU_TIME, ['-f', TIME_FORMAT, ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (status !== 0) throw new Error(`${command.join(' ')} failed: ${stderr}`);
  const [, user = 0, system = 0, kib = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { name, seconds, cpuSeconds: user + system, maxRssMib: kib / 1024 };
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** In turns, so that whatever else the machine does meets all of them. */
function measure(programs: readonly Program[], runs: number): readonly Measured[] {
  const all = Array.from({ length: runs }, () => programs.map(measureOnce)).flat();
  return programs.map(({ name }) => {
    const own = all.filter((one) => one.name === name);
    return {
      name,
      seconds: median(own.map((one) => one.seconds)),
      cpuSeconds: median(own.map((one) => one.cpuSeconds)),
      maxRssMib: Math.max(...own.map((one) => one.maxRssMib)),
    };
  });
}

function tableOf(dataset: DatasetName, keys: number, file: string, measured: readonly Measured[]): string {
  const reference = measured.find(({ name }) => name === REFERENCE);
  const megabytes = statSync(file).size / 1e6;
  const rows = measured.map(({ name, seconds, cpuSeconds, maxRssMib }) => {
    const ratio = (seconds / (reference?.seconds ?? Number.NaN)).toFixed(2);
    const cpuRatio = (cpuSeconds / (reference?.cpuSeconds ?? Number.NaN)).toFixed(2);
    const rate = (megabytes / seconds).toFixed(0);
    return `| ${name} | ${seconds.toFixed(2)} | ${ratio} | ${cpuSeconds.toFixed(2)} | ${cpuRatio} | ${rate} | ${maxRssMib.toFixed(0)} |`;
  });
  return [
    `### ${dataset}: ${keys.toLocaleString('en')} keys, ${megabytes.toFixed(0)} MB`,
    '',
    `${RECIPES[dataset]}.`,
    '',
    '| program | s | ratio | CPU s | CPU ratio | MB/s | peak MiB |',
    '|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function machine(): string {
  const redis = execFileSync(REFERENCE, ['--version'], { encoding: 'utf8' }).trim();
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, ${redis}. Medians of ${options.runs} runs, in turns; whole processes, files in the page cache.`;
}

const { folder } = options;
console.log(`${machine()}\n`);
for (const dataset of ['mixed', 'small'] as const) {
  const keys = Math.round(FULL_KEYS[dataset] * Number(options.scale));
  const file = await datasetFile(dataset, keys, folder);
  const measured = measure(programsFor(bundle(folder), file), Number(options.runs));
  console.log(tableOf(dataset, keys, file, measured));
}
