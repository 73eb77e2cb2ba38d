/**
 * One invocation's share of reading a file, in a process of its own: `node read-some-pieces.ts <file> <checkpoint>
 * <pieces>`. Prints `more`, or `done` and the reading.
 */
import { createReadStream, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { ShardReader } from '../../../vault/shard-reader.ts';

const [path = '', checkpoint = '', pieces] = process.argv.slice(2);
const object = { key: path, etag: '"1"' };
const resumed = existsSync(checkpoint)
  ? await ShardReader.resume(readFileSync(checkpoint), object)
  : await ShardReader.begin();
if (typeof resumed === 'string') throw new Error(resumed);
let left = Number(pieces);
const reading = await resumed.read(createReadStream(path, { start: resumed.position }), () => --left === 0);
if (reading === undefined) writeFileSync(checkpoint, resumed.checkpoint(object));
console.log(reading === undefined ? 'more' : `done\n${JSON.stringify(reading)}`);
