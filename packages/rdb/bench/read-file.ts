/** Reads one RDB file and prints what it found: the process that `npm run bench` measures. */
import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import process from 'node:process';
import { RdbReader, type RdbSummary } from '../index.ts';

const STREAM_CHUNK_BYTES = 256 * 1024;

const [depth = 'deep', path = '', how = 'file'] = process.argv.slice(2);
if (depth !== 'deep' && depth !== 'structural')
  throw new Error(`expected deep or structural, found ${depth}`);

function readFile(reader: RdbReader): RdbSummary {
  const file = openSync(path, 'r');
  while (reader.writeFrom((space) => readSync(file, space)) > 0);
  closeSync(file);
  return reader.end();
}

async function readStream(reader: RdbReader): Promise<RdbSummary> {
  for await (const chunk of createReadStream(path, { highWaterMark: STREAM_CHUNK_BYTES })) reader.take(chunk);
  return reader.end();
}

const reader = new RdbReader({ depth });
const { digest, ...summary } = how === 'stream' ? await readStream(reader) : readFile(reader);
process.stdout.write(
  `${JSON.stringify({ keys: summary.keys, crc64: summary.crc64, digest: digest?.total, maxRssKib: process.resourceUsage().maxRSS })}\n`,
);
