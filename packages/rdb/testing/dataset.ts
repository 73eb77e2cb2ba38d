/**
 * The two data sets of docs/performance.md, loaded into a real server and saved by it, so that every encoding is the
 * server's own. The same seed gives the same data.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ask, startBenchServer } from './server.ts';

export type DatasetName = 'mixed' | 'small';

/** What the figures are about, for whoever wants to repeat them. */
export const RECIPES: Readonly<Record<DatasetName, string>> = {
  mixed:
    'databases 0/1/5 at 90/7/3 %; prefixes {tN}: (N < 977), app:, svc:prod:, none; 30 % with a TTL of 1-31 days; ' +
    'half the values JSON-like, half random base64; strings 55 % (20-500 B, 1 in 20 an integer), hashes 15 % (4-16 ' +
    'fields) and 0.5 % big (200-700), sorted sets 8.5 % (8-40) and 0.5 % big (150-500), lists 8 % (8-60), sets 6 % ' +
    '(5-40), intsets 4.5 % (10-150; 16/32/64 bit), streams 2 % (20-80 entries, 1-2 groups, 2 consumers, pending, ' +
    'some deleted), one function library',
  small: 'strings: key k:<base36>:<6 random>, value 8-40 B, 20 % integers, 30 % with a TTL',
};

/** Keys at full scale. */
export const FULL_KEYS: Readonly<Record<DatasetName, number>> = { mixed: 1_000_000, small: 5_000_000 };

type Argument = string | number;
type Command = readonly Argument[];

const DAY_MS = 86_400_000;
/** TTLs count from here, so that a data set does not depend on when it is made; far enough not to expire. */
const EXPIRES_FROM_MS = Date.UTC(2040, 0, 1);
const BATCH_BYTES = 1 << 20;

/** xorshift128: fast, seeded, and good enough for test data. */
class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.#state = Uint32Array.of(seed, 0x9e3779b9, 0x243f6a88, 0xb7e15162);
    for (let i = 0; i < 20; i++) this.next();
  }

  next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    let t = a ^ (a << 11);
    t ^= t >>> 8;
    const next = (d ^ (d >>> 19) ^ t) >>> 0;
    this.#state.set([b, c, d, next]);
    return next;
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + (this.next() % (high - low + 1));
  }

  chance(percent: number): boolean {
    return this.next() % 1000 < percent * 10;
  }

  pick<T>(options: readonly [T, ...T[]]): T {
    return options[this.next() % options.length] ?? options[0];
  }

  base64(size: number): string {
    let text = '';
    while (text.length < size) text += BASE64[this.next() & 63];
    return text;
  }
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const LIBRARY = "#!lua name=bench\nredis.register_function('f', function() return 1 end)";

function text(random: Random, size: number): string {
  return random.chance(50) ? random.base64(size) : json(random, size);
}

function json(random: Random, size: number): string {
  let written = '{';
  while (written.length < size) {
    written += `"id":${random.between(1, 1e6)},"status":"${random.pick(['active', 'closed', 'pending'])}","amount":${random.between(1, 9999)}.00,"currency":"EUR",`;
  }
  return written.slice(0, size);
}

function* many<T>(count: number, make: (index: number) => T): Generator<T> {
  for (let index = 0; index < count; index++) yield make(index);
}

function* repeated(count: number, make: (index: number) => readonly Argument[]): Generator<Argument> {
  for (let index = 0; index < count; index++) yield* make(index);
}

function stringOf(random: Random, key: string): Command {
  if (random.chance(5)) return ['SET', key, random.between(-1e9, 1e9)];
  return ['SET', key, text(random, random.between(20, 500))];
}

function hashOf(random: Random, key: string, low: number, high: number): Command {
  const fields = random.between(low, high);
  return ['HSET', key, ...repeated(fields, (i) => [`field:${i}`, text(random, random.between(5, 40))])];
}

function sortedSetOf(random: Random, key: string, low: number, high: number): Command {
  const score = (): Argument =>
    random.chance(50) ? random.between(0, 1e6) : random.between(0, 1e9) / random.between(1, 1e4);
  return [
    'ZADD',
    key,
    ...repeated(random.between(low, high), (i) => [score(), `member:${i}:${random.base64(6)}`]),
  ];
}

function intsetOf(random: Random, key: string): Command {
  const width = random.pick([16, 32, 64]);
  const member = (): Argument => {
    if (width === 16) return random.between(-30_000, 30_000);
    if (width === 32) return random.between(-2e9, 2e9);
    return `${random.between(1, 9e8)}${String(random.between(0, 999_999_999)).padStart(9, '0')}`;
  };
  return ['SADD', key, ...many(random.between(10, 150), member)];
}

function* streamOf(random: Random, key: string): Generator<Command> {
  const entries = random.between(20, 80);
  const id = (index: number) => `${1_700_000_000_000 + index * 977}-${index % 3}`;
  for (let index = 0; index < entries; index++) {
    yield [
      'XADD',
      key,
      id(index),
      'sensor',
      random.between(1, 500),
      'reading',
      random.base64(12),
      'unit',
      'ms',
    ];
  }
  yield ['XDEL', key, id(3), id(7)];
  for (let group = 0; group < random.between(1, 2); group++) {
    yield ['XGROUP', 'CREATE', key, `group-${group}`, '0'];
    for (const consumer of ['alice', 'bob']) {
      yield [
        'XREADGROUP',
        'GROUP',
        `group-${group}`,
        consumer,
        'COUNT',
        random.between(2, 8),
        'STREAMS',
        key,
        '>',
      ];
    }
  }
}

function* writesOf(random: Random, key: string): Generator<Command> {
  const kind = random.next() % 1000;
  if (kind < 550) yield stringOf(random, key);
  else if (kind < 700) yield hashOf(random, key, 4, 16);
  else if (kind < 705) yield hashOf(random, key, 200, 700);
  else if (kind < 790) yield sortedSetOf(random, key, 8, 40);
  else if (kind < 795) yield sortedSetOf(random, key, 150, 500);
  else if (kind < 875) {
    yield ['RPUSH', key, ...many(random.between(8, 60), () => text(random, random.between(5, 60)))];
  } else if (kind < 935) {
    yield [
      'SADD',
      key,
      ...many(random.between(5, 40), (i) => `${i}:${random.base64(random.between(4, 30))}`),
    ];
  } else if (kind < 980) yield intsetOf(random, key);
  else yield* streamOf(random, key);
}

function* mixed(keys: number): Generator<Command> {
  const random = new Random(1);
  yield ['FUNCTION', 'LOAD', LIBRARY];
  for (const [database, from, to] of [
    [0, 0, 0.9],
    [1, 0.9, 0.97],
    [5, 0.97, 1],
  ] as const) {
    yield ['SELECT', database];
    for (let index = Math.floor(keys * from); index < Math.floor(keys * to); index++) {
      const prefix = random.pick([`{t${random.between(0, 976)}}:`, 'app:', 'svc:prod:', '']);
      const key = `${prefix}${index.toString(36)}:${random.base64(4)}`;
      yield* writesOf(random, key);
      if (random.chance(30)) yield ['PEXPIREAT', key, EXPIRES_FROM_MS + random.between(DAY_MS, 31 * DAY_MS)];
    }
  }
}

function* small(keys: number): Generator<Command> {
  const random = new Random(2);
  for (let index = 0; index < keys; index++) {
    const key = `k:${index.toString(36)}:${random.base64(6)}`;
    const value = random.chance(20) ? random.between(0, 1e9) : random.base64(random.between(8, 40));
    if (random.chance(30))
      yield ['SET', key, value, 'PXAT', EXPIRES_FROM_MS + random.between(DAY_MS, 31 * DAY_MS)];
    else yield ['SET', key, value];
  }
}

function encoded(command: Command): string {
  let written = `*${command.length}\r\n`;
  for (const argument of command) {
    const value = String(argument);
    written += `$${value.length}\r\n${value}\r\n`;
  }
  return written;
}

/** Makes the file unless it is there. @returns where it is */
export async function datasetFile(name: DatasetName, keys: number, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${keys}.rdb`);
  if (existsSync(path)) return path;
  const { socket, stop } = await startBenchServer(folder);
  try {
    await load(socket, name === 'mixed' ? mixed(keys) : small(keys));
    if (ask(socket, 'save') !== 'OK') throw new Error('the server did not save');
    renameSync(join(folder, 'dump.rdb'), path);
  } finally {
    await stop();
  }
  return path;
}

async function load(socket: string, commands: Iterable<Command>): Promise<void> {
  const pipe = spawn('redis-cli', ['-s', socket, '--pipe'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  pipe.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  let batch = '';
  for (const command of commands) {
    batch += encoded(command);
    if (batch.length < BATCH_BYTES) continue;
    if (!pipe.stdin.write(batch)) await once(pipe.stdin, 'drain');
    batch = '';
  }
  pipe.stdin.end(batch);
  await once(pipe, 'exit');
  if (!said.includes('errors: 0')) throw new Error(`loading failed: ${said}`);
  if (process.env.VERBOSE) process.stderr.write(said);
}
