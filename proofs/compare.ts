/**
 * How fast a drill reads a restored server, beside the plainest reading with ioredis: SCAN, DUMP and PEXPIRETIME in
 * batches of 1,000. Prints the tables of docs/performance.md.
 */

import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findServer, startNode } from '@redrill/local-aws/redis';
import { RdbReader } from '@redrill/rdb';
import { datasetFile, median } from '@redrill/rdb/testing';
import type { Reading } from './read-server.ts';

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '5' },
    folder: { type: 'string', default: 'out/bench' },
  },
});

const READER = fileURLToPath(new URL('read-server.ts', import.meta.url));
const PEER = 'ioredis, read only';
/** What read-server.ts is told, and what it is called. */
const PROGRAMS = {
  [PEER]: ['ioredis'],
  'ioredis, with the digest': ['ioredis-digest'],
  'a drill: read, digest, compare': ['drill'],
} as const;

function readOnce(port: number, args: readonly string[], digest: string): Reading {
  const { status, stdout, stderr } = spawnSync(process.execPath, [READER, String(port), ...args, digest], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${args} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** In turns, so that whatever else the machine does meets all of them. */
function measure(port: number, digest: string): ReadonlyMap<string, Reading> {
  const rounds = Array.from({ length: Number(options.runs) }, () =>
    Object.entries(PROGRAMS).map(([name, args]) => ({ name, ...readOnce(port, args, digest) })),
  ).flat();
  return new Map(
    Object.keys(PROGRAMS).map((name) => {
      const own = rounds.filter((round) => round.name === name);
      const of = (field: keyof Reading) => median(own.map((round) => round[field]));
      return [
        name,
        { keys: of('keys'), seconds: of('seconds'), cpuSeconds: of('cpuSeconds'), rssMib: of('rssMib') },
      ];
    }),
  );
}

function tableOf(measured: ReadonlyMap<string, Reading>): string {
  const peer = measured.get(PEER);
  if (peer === undefined) return '';
  const perKey = ({ cpuSeconds, keys }: Reading) => (cpuSeconds / keys) * 1e6;
  const rows = [...measured].map(([name, reading]) => {
    const rate = reading.keys / reading.seconds;
    const ratio = rate / (peer.keys / peer.seconds);
    const cells = [
      name,
      rate.toLocaleString('en', { maximumSignificantDigits: 3 }),
      ratio.toFixed(2),
      perKey(reading).toFixed(1),
      (perKey(reading) / perKey(peer)).toFixed(2),
      reading.rssMib.toFixed(0),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| program | keys/s | ratio | CPU µs per key | ratio | peak MiB |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** Writes the digest of what the file holds: what a drill has from the vault, and compares with. */
async function writeDigest(rdbFile: string, to: string): Promise<void> {
  const reader = new RdbReader({ depth: 'deep' });
  for await (const chunk of createReadStream(rdbFile)) reader.take(chunk);
  const { digest } = reader.end();
  if (digest === undefined) throw new Error('expected a digest of a deep reading');
  writeFileSync(to, digest.toBytes());
}

const binary = await findServer();
if (binary === undefined) throw new Error('this needs a Valkey or Redis server');
const rdbFile = await datasetFile('mixed', Number(options.keys), options.folder);
const folder = mkdtempSync(join(tmpdir(), 'redrill-bench-'));
const node = await startNode({ binary, folder, administratorPassword: 'only-for-the-benchmark', rdbFile });
try {
  const digest = join(folder, 'expected.digest');
  await writeDigest(rdbFile, digest);
  console.log(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown CPU'}, Node ${process.version}, ${binary.engine} ` +
      `${binary.version} on the same machine, plain TCP, ${options.keys} keys of *mixed*. Medians of ${options.runs} runs, in turns.\n`,
  );
  console.log(tableOf(measure(node.port, digest)));
} finally {
  await node.stop();
  rmSync(folder, { recursive: true, force: true });
}
