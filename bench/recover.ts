/**
 * Writes both data sets into a running server, each time an empty one, with Redrill and with what else there is, as whole
 * processes in turns, and prints the medians and their ratios.
 *
 *   npm run bench:recover -- [--scale 0.2] [--runs 5] [--folder out/bench]
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { type DatasetName, datasetFile, FULL_KEYS } from './dataset.ts';
import { median } from './measure.ts';
import { startServer } from './server.ts';

interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly input?: string;
}

interface Measured {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly maxRssMib: number;
}

const REFERENCE = 'redis-cli --pipe, pregenerated';
const GNU_TIME = '/usr/bin/time';
/** Fields of GNU time: user and system time in seconds, peak memory in KiB. */
const TIME_FORMAT = '%U %S %M';

const { values: options } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string', default: 'out/bench' },
  },
});
const folder = resolve(options.folder);
/** Where the server that is started in this folder listens. */
const socket = join(folder, 'socket');

function bundle(): string {
  const outfile = join(folder, 'recover-file.mjs');
  buildSync({
    entryPoints: [fileURLToPath(new URL('recover-file.ts', import.meta.url))],
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

function programsFor(bundled: string, file: string, commands: string): readonly Program[] {
  return [
    { name: REFERENCE, command: ['redis-cli', '-s', socket, '--pipe'], input: commands },
    { name: 'Redrill', command: [process.execPath, bundled, 'send', file, socket] },
    { name: 'ioredis, pipelines of 1000', command: [process.execPath, bundled, 'ioredis', file, socket] },
  ];
}

async function measureOnce({ name, command, input }: Program, keys: number): Promise<Measured> {
  const { stop } = await startServer(folder);
  try {
    const startedAt = performance.now();
    const { status, stderr } = spawnSync(GNU_TIME, ['-f', TIME_FORMAT, ...command], {
      stdio: [input ? openSync(input, 'r') : 'ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    const seconds = (performance.now() - startedAt) / 1000;
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
    const held = keysHeld();
    if (held !== keys) throw new Error(`${name}: expected ${keys} keys in the server, found ${held}`);
    const [user = 0, system = 0, kib = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
    return { name, seconds, cpuSeconds: user + system, maxRssMib: kib / 1024 };
  } finally {
    await stop();
  }
}

function keysHeld(): number {
  const said = execFileSync('redis-cli', ['-s', socket, 'info', 'keyspace'], { encoding: 'utf8' });
  return [...said.matchAll(/keys=(\d+)/g)].reduce((sum, [, keys]) => sum + Number(keys), 0);
}

/** In turns, so that whatever else the machine does meets all of them. */
async function measure(programs: readonly Program[], keys: number): Promise<readonly Measured[]> {
  const all: Measured[] = [];
  for (let run = 0; run < Number(options.runs); run++) {
    for (const program of programs) all.push(await measureOnce(program, keys));
  }
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
  const reference = measured.find(({ name }) => name === REFERENCE)?.seconds ?? Number.NaN;
  const rows = measured.map(
    ({ name, seconds, cpuSeconds, maxRssMib }) =>
      `| ${name} | ${seconds.toFixed(2)} | ${Math.round(keys / seconds / 1000)}k | ${(reference / seconds).toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${maxRssMib.toFixed(0)} |`,
  );
  const megabytes = (statSync(file).size / 1e6).toFixed(0);
  return [
    `### ${dataset}: ${keys.toLocaleString('en')} keys, ${megabytes} MB`,
    '',
    '| program | s | keys/s | ratio of keys/s | client CPU s | peak MiB |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

for (const dataset of ['mixed', 'small'] as const) {
  const keys = Math.round(FULL_KEYS[dataset] * Number(options.scale));
  const file = await datasetFile(dataset, keys, folder);
  const bundled = bundle();
  const commands = join(folder, `${dataset}-${keys}.resp`);
  execFileSync(process.execPath, [bundled, 'write', file, commands]);
  console.log(tableOf(dataset, keys, file, await measure(programsFor(bundled, file, commands), keys)));
  rmSync(commands);
}
