/** Writes one RDB file into a server, or its commands to a file: the process that `npm run bench:recover` measures. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import process from 'node:process';
import { Redis } from 'ioredis';
import { openRangedFile } from '../adapters/ranged-file.ts';
import { sendRestores } from '../adapters/redis/send-restores.ts';
import { type RestoreBatch, RestoreStream } from '../rdb/index.ts';

const PIPELINE_COMMANDS = 1000;
const [how = '', path = '', to = ''] = process.argv.slice(2);
const file = await openRangedFile(path);
const restores = new RestoreStream(file, { nowMs: Date.now() });

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
  const client = new Redis({ path: to });
  let pipeline = client.pipeline();
  for await (const batch of restores) {
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
  for await (const { bytes } of restores) if (!out.write(bytes)) await once(out, 'drain');
  out.end();
  await once(out, 'close');
}

async function send(): Promise<void> {
  const { refused } = await sendRestores(restores, { endpoint: { path: to } });
  if (Object.keys(refused).length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
}

const WAYS: Readonly<Record<string, () => Promise<void>>> = {
  send,
  ioredis: sendWithIoredis,
  write: writeFile,
};
const way = WAYS[how];
if (!way) throw new Error(`expected one of ${Object.keys(WAYS).join(', ')}, found ${how}`);
await way();
await file.close();
