/** Writes one RDB file into a server, or its commands to a file: the process that `npm run bench:recover` measures. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type RestoreBatch, RestoreStream } from '@redrill/rdb';
import { Redis } from 'ioredis';
import { openRangedFile } from '../adapters/files/ranged-file.ts';
import { freshState, StateFile } from '../live/recover/state-file.ts';
import { TargetCluster } from '../live/recover/target-cluster.ts';
import { writeAll } from '../live/recover/write-all.ts';

const HOST = '127.0.0.1';
const PIPELINE_COMMANDS = 1000;
const PATIENCE_MS = 10_000;
/** `to` is the port of a server on this machine, or a file. */
const [how = '', path = '', to = '', folder = ''] = process.argv.slice(2);
const file = await openRangedFile(path);
const restores = () => new RestoreStream(file, { nowMs: Date.now() });

/** What a RESTORE is made of. */
function wordsOf(batch: RestoreBatch, index: number): readonly Buffer[] {
  const words: Buffer[] = [];
  const command = Buffer.from(batch.bytes.buffer, batch.bytes.byteOffset, batch.bytes.length);
  for (let at = (index === 0 ? 0 : batch.endOf(index - 1)) + 4; at < batch.endOf(index); ) {
    const lineEnd = command.indexOf('\r\n', at);
    const size = Number(command.toString('latin1', at + 1, lineEnd));
    words.push(command.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return words;
}

async function sendWithIoredis(): Promise<void> {
  const client = new Redis(Number(to), HOST);
  let pipeline = client.pipeline();
  for await (const batch of restores()) {
    for (let index = 0; index < batch.commands; index++) {
      const [name, ...words] = wordsOf(batch, index);
      pipeline.call(String(name), ...words);
      if (pipeline.length < PIPELINE_COMMANDS) continue;
      await pipeline.exec();
      pipeline = client.pipeline();
    }
  }
  await pipeline.exec();
  client.disconnect();
}

async function writeFile(): Promise<void> {
  const out = createWriteStream(to);
  for await (const { bytes } of restores()) if (!out.write(bytes)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

/** What `redrill recover --apply` does once it has read the file to its end. */
async function write(): Promise<void> {
  const { signal } = new AbortController();
  const options = { patienceMs: PATIENCE_MS, signal };
  const cluster = await TargetCluster.open({ host: HOST, port: Number(to), tls: false }, options);
  const identity = { source: path, files: ['not hashed'], target: cluster.name, options: {} };
  const state = new StateFile(join(folder, 'recover.json'), freshState(identity, new Date()));
  const nowMs = await cluster.serverTimeMs();
  const order = { sources: [file], cluster, mode: 'missing' as const, selection: {}, nowMs, libraries: [] };
  const { refusals } = await writeAll({ ...order, ...options, state });
  await state.remove();
  cluster.close();
  if (refusals.length > 0) throw new Error(`refused: ${JSON.stringify(refusals)}`);
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  write,
  ioredis: sendWithIoredis,
  commands: writeFile,
};
const way = WAYS[how];
if (!way) throw new Error(`expected one of ${Object.keys(WAYS).join(', ')}, found ${how}`);
await way();
await file.close();
