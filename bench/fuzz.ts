/**
 * Damages sound files in every way that files get damaged, and worse, and holds the reader to its promises: it never
 * crashes or hangs, stays within its memory, and accepts nothing whose checksum is broken. A part of the files also
 * goes to the oracle, which must say the same, and to redis-check-rdb, with every disagreement counted.
 *
 *   npm run fuzz -- [--files 20000] [--seed 1] [--oracle 0.1] [--check 0.005]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Crc64, RdbError, RdbReader } from '../rdb/index.ts';
import { OracleReader } from '../rdb/oracle/reader.ts';
import { datasetFile } from './dataset.ts';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    oracle: { type: 'string', default: '0.1' },
    check: { type: 'string', default: '0.005' },
    keys: { type: 'string', default: '40' },
  },
});

const MAX_MS = 2000;
const MAX_RSS_MIB = 512;
const CHECKSUM_BYTES = 8;
const FIRST_BYTE = 9;

type Random = (below: number) => number;
type Mutator = (sound: Uint8Array, random: Random) => Uint8Array;

/** Deterministic, so that a failing file can be made again from its number. */
function randomOf(seed: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(below, 1);
  };
}

function checksummed(content: Uint8Array): Uint8Array {
  if (content.length < FIRST_BYTE + CHECKSUM_BYTES) return content;
  const end = content.length - CHECKSUM_BYTES;
  const crc = new Crc64('jones');
  crc.update(content.subarray(0, end));
  new DataView(content.buffer, content.byteOffset + end).setBigUint64(0, crc.digest(), true);
  return content;
}

function flipped(sound: Uint8Array, random: Random): Uint8Array {
  const content = sound.slice();
  for (let flips = 1 + random(3); flips > 0; flips--) {
    const at = random(content.length);
    content[at] = (content[at] ?? 0) ^ (1 << random(8));
  }
  return content;
}

function overwritten(sound: Uint8Array, bytes: readonly number[], random: Random): Uint8Array {
  const content = sound.slice();
  content.set(bytes, FIRST_BYTE + random(content.length - FIRST_BYTE - bytes.length));
  return content;
}

function spliced(sound: Uint8Array, random: Random): Uint8Array {
  const [from, to] = [random(sound.length), random(sound.length)];
  return Uint8Array.from([...sound.subarray(0, from), ...sound.subarray(to)]);
}

const LENGTHS: readonly (readonly number[])[] = [
  [0x81, 0, 0, 0, 64, 0, 0, 0, 0],
  [0x81, 255, 255, 255, 255, 255, 255, 255, 255],
  [0x80, 127, 255, 255, 255],
  [0x7f, 255],
];
/** LZF headers that promise far more than they hold. */
const LZF_BOMBS: readonly (readonly number[])[] = [
  [0xc3, 0x41, 0, 0x80, 0, 0, 88, 0, 0, 97, 0xe0, 255, 0],
  [0xc3, 3, 0x80, 0, 0, 1, 8, 0xe0, 255, 0],
  [0xc3, 0x80, 1, 0, 0, 0, 0x80, 88, 0, 0, 0, 0, 97],
];

const pick = <T>(options: readonly [T, ...T[]] | readonly T[], random: Random): T =>
  options[random(options.length)] as T;

const MUTATORS: Readonly<Record<string, Mutator>> = {
  'bit flips': flipped,
  'bit flips, checksum put right': (sound, random) => checksummed(flipped(sound, random)),
  'a random byte, checksum put right': (sound, random) =>
    checksummed(overwritten(sound, [random(256)], random)),
  truncation: (sound, random) => sound.slice(0, random(sound.length)),
  'splice, checksum put right': (sound, random) => checksummed(spliced(sound, random)),
  'length bomb, checksum put right': (sound, random) =>
    checksummed(overwritten(sound, pick(LENGTHS, random), random)),
  'LZF bomb, checksum put right': (sound, random) =>
    checksummed(overwritten(sound, pick(LZF_BOMBS, random), random)),
  concatenation: (sound) => Uint8Array.from([...sound, ...sound]),
  'broken checksum': (sound, random) => {
    const content = sound.slice();
    const at = content.length - 1 - random(CHECKSUM_BYTES);
    content[at] = (content[at] ?? 0) ^ (1 + random(255));
    return content;
  },
  'no checksum': (sound) => sound.slice().fill(0, sound.length - CHECKSUM_BYTES),
};

interface Reader {
  write(chunk: Uint8Array): void;
  end(): { readonly crc64: string; readonly digest?: { readonly total: string } };
}

/** What a reader says, in words that can be compared; anything but a verdict is thrown. */
function verdictOf(reader: Reader, content: Uint8Array, chunkBytes: number): string {
  try {
    for (let at = 0; at < content.length; at += chunkBytes) reader.write(content.slice(at, at + chunkBytes));
    const { crc64, digest } = reader.end();
    return `sound (checksum ${crc64}) ${digest?.total ?? ''}`;
  } catch (error) {
    if (error instanceof RdbError) return `${error.code} ${error.message}`;
    throw error;
  }
}

const isSound = (verdict: string): boolean => verdict.startsWith('sound');

interface Tally {
  files: number;
  accepted: number;
  slowestMs: number;
  oracleCompared: number;
  checkCompared: number;
  checkStricter: number;
  checkLaxer: number;
}

const folder = mkdtempSync(join(tmpdir(), 'fuzz-'));

function compareWithCheck(content: Uint8Array, verdict: string, tally: Tally): void {
  const path = join(folder, 'file.rdb');
  writeFileSync(path, content);
  const { status } = spawnSync('redis-check-rdb', [path], { stdio: 'ignore', timeout: 10_000 });
  tally.checkCompared++;
  if (isSound(verdict) && status !== 0) tally.checkStricter++;
  if (!isSound(verdict) && status === 0) tally.checkLaxer++;
}

function compareWithOracle(content: Uint8Array, chunkBytes: number, verdict: string, name: string): void {
  const theirs = verdictOf(new OracleReader({ depth: 'deep' }), content, chunkBytes);
  // Cut off inside a value with a second fault, the two may meet the faults in another order.
  if (theirs !== verdict && !(isSound(theirs) === isSound(verdict) && name === 'truncation')) {
    throw new Error(`${name}: the oracle says ${theirs}, the core ${verdict}`);
  }
}

function fuzzOne(name: string, number: number, sound: Uint8Array, tally: Tally): void {
  const random = randomOf(number);
  const content = (MUTATORS[name] as Mutator)(sound, random);
  const startedAt = performance.now();
  const chunkBytes = 1 + random(70_000);
  const verdict = verdictOf(new RdbReader({ depth: 'deep' }), content, chunkBytes);
  const ms = performance.now() - startedAt;
  tally.files++;
  tally.slowestMs = Math.max(tally.slowestMs, ms);
  if (ms > MAX_MS) throw new Error(`${name} ${number}: took ${ms} ms`);
  if (isSound(verdict)) tally.accepted++;
  if (name === 'broken checksum' && isSound(verdict) && !verdict.includes('absent'))
    throw new Error(`${name} ${number}: accepted`);
  if (random(1e6) < Number(options.oracle) * 1e6) {
    compareWithOracle(content, chunkBytes, verdict, name);
    tally.oracleCompared++;
  }
  if (random(1e6) < Number(options.check) * 1e6) compareWithCheck(content, verdict, tally);
}

const sound = new Uint8Array(readFileSync(await datasetFile('mixed', Number(options.keys), 'out/fuzz')));
const names = Object.keys(MUTATORS);
const tallies = new Map(
  names.map((name): [string, Tally] => [
    name,
    {
      files: 0,
      accepted: 0,
      slowestMs: 0,
      oracleCompared: 0,
      checkCompared: 0,
      checkStricter: 0,
      checkLaxer: 0,
    },
  ]),
);
try {
  for (let index = 0; index < Number(options.files); index++) {
    const name = names[index % names.length] ?? '';
    fuzzOne(name, Number(options.seed) * 1_000_003 + index, sound, tallies.get(name) as Tally);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const rssMib = process.resourceUsage().maxRSS / 1024;
if (rssMib > MAX_RSS_MIB) throw new Error(`used ${rssMib} MiB`);

console.log(
  `${options.files} files from one of ${sound.length} bytes, seed ${options.seed}, peak ${rssMib.toFixed(0)} MiB\n`,
);
console.log(
  '| mutator | files | accepted | slowest ms | same as oracle | redis-check-rdb asked | only it refuses | only it accepts |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const [name, t] of tallies) {
  console.log(
    `| ${name} | ${t.files} | ${t.accepted} | ${t.slowestMs.toFixed(0)} | ${t.oracleCompared} | ${t.checkCompared} | ${t.checkStricter} | ${t.checkLaxer} |`,
  );
}
