/**
 * Damages sound files in every way that files get damaged, and worse, and holds the reader to its promises: it never
 * crashes or hangs, stays within its memory, and accepts nothing whose checksum is broken. A part of the files also
 * goes to the oracle, which must judge the same. Exit status 1 at the first broken promise, which names the file.
 *
 *   npm run fuzz -- [--files 20000] [--seed 1] [--oracle 0.1] [--shards 2] [--seconds 3600] [--table docs/fuzzing.md]
 */
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { writeSection } from '../testing/section.ts';
import { fuzzInShards } from './fuzz/shards.ts';
import { tableOf } from './fuzz/table.ts';

/** For the reader, the oracle, the compiler of both and this, in all threads. Nothing of it depends on the files. */
const MAX_RSS_MIB = 512;

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    oracle: { type: 'string', default: '0.1' },
    shards: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '3600' },
    table: { type: 'string' },
  },
});

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const startedAt = performance.now();
const tallies = await fuzzInShards({
  files: Number(options.files),
  seed: Number(options.seed),
  shards: Number(options.shards),
  oracleShare: Number(options.oracle),
  seconds: Number(options.seconds),
});
const minutes = (performance.now() - startedAt) / 60_000;
const rssMib = process.resourceUsage().maxRSS / 1024;

const files = Object.values(tallies).reduce((sum, tally) => sum + tally.files, 0);
const heading = `${files.toLocaleString('en')} files, seed ${options.seed}, commit ${commit}: ${minutes.toFixed(1)} minutes in ${options.shards} threads, peak memory ${rssMib.toFixed(0)} MiB.`;
console.log(`${heading}\n\n${tableOf(tallies)}`);
if (options.table) writeSection(options.table, 'fuzz', `${heading}\n\n${tableOf(tallies)}`);
if (rssMib > MAX_RSS_MIB) throw new Error(`used ${rssMib.toFixed(0)} MiB, expected at most ${MAX_RSS_MIB}`);
