import { slotOf } from '@redrill/rdb';
import { HOUR_MS } from '../core/model/time.ts';

/** One write command of the demo data: name and arguments. */
export type WriteCommand = readonly [name: string, ...args: (string | number)[]];

export interface DemoKey {
  readonly key: string;
  readonly hashSlot: number;
  readonly commands: readonly WriteCommand[];
}

/** A small seeded generator (mulberry32), so that every run writes the same data. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;

const between = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1));
const token = (random: Random, length: number) =>
  Array.from({ length: Math.ceil(length / 6) }, () =>
    Math.floor(random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0'),
  )
    .join('')
    .slice(0, length);
const json = (random: Random) =>
  JSON.stringify({
    user: between(random, 1, 1e6),
    agent: 'Mozilla/5.0 (X11; Linux x86_64)',
    csrf: token(random, 24),
    cart: [],
  });
const items = <Item>(random: Random, from: number, to: number, make: (at: number) => Item) =>
  Array.from({ length: between(random, from, to) }, (_, at) => make(at));

/** One writer per core type, and how many of a hundred keys are of it. */
const WRITERS: readonly {
  readonly share: number;
  readonly prefix: string;
  readonly write: (key: string, random: Random) => readonly WriteCommand[];
}[] = [
  { share: 40, prefix: 'session', write: (key, random) => [['SET', key, json(random)]] },
  { share: 15, prefix: 'counter', write: (key, random) => [['SET', key, between(random, -1e9, 1e9)]] },
  {
    share: 15,
    prefix: 'profile',
    write: (key, random) => [
      ['HSET', key, ...items(random, 3, 12, (at) => [`field${at}`, token(random, 16)]).flat()],
    ],
  },
  {
    share: 10,
    prefix: 'queue',
    write: (key, random) => [['RPUSH', key, ...items(random, 2, 30, () => token(random, 20))]],
  },
  {
    share: 8,
    prefix: 'tags',
    write: (key, random) => [['SADD', key, ...items(random, 2, 20, () => token(random, 10))]],
  },
  {
    share: 4,
    prefix: 'ids',
    write: (key, random) => [['SADD', key, ...items(random, 5, 40, () => between(random, 0, 1e6))]],
  },
  {
    share: 7,
    prefix: 'ranking',
    write: (key, random) => [
      ['ZADD', key, ...items(random, 3, 25, (at) => [random() * 1e4, `member${at}`]).flat()],
    ],
  },
  { share: 1, prefix: 'events', write: writeStream },
];

function writeStream(key: string, random: Random): readonly WriteCommand[] {
  const entries = items(
    random,
    5,
    20,
    (at): WriteCommand => [
      'XADD',
      key,
      `${1_700_000_000_000 + at}-0`,
      'type',
      'order',
      'id',
      token(random, 8),
    ],
  );
  return [
    ...entries,
    ['XGROUP', 'CREATE', key, 'workers', '0'],
    ['XREADGROUP', 'GROUP', 'workers', 'worker-1', 'COUNT', 3, 'STREAMS', key, '>'],
    ['XDEL', key, '1700000000001-0'],
  ];
}

/** A third of the keys expire: most within a month, one in fifty of those within the minute, while the demo runs. */
function expiryOf(random: Random, nowMs: number): number | undefined {
  if (random() >= 1 / 3) return undefined;
  const lifeMs =
    random() < 0.02 ? between(random, 5_000, 60_000) : between(random, HOUR_MS, 30 * 24 * HOUR_MS);
  return nowMs + lifeMs;
}

/**
 * `count` keys of every core type, the same for the same seed but for their expiry, which counts from now.
 * @param nowMs the real time: that is what a Redis server expires by
 */
export function* demoKeys(count: number, seed: number, nowMs = Date.now()): Generator<DemoKey> {
  const random = seeded(seed);
  const drawn = WRITERS.flatMap((writer) => Array.from({ length: writer.share }, () => writer));
  for (let at = 0; at < count; at++) {
    const writer = drawn[Math.floor(random() * drawn.length)];
    if (writer === undefined) return;
    const key = `${writer.prefix}:${at.toString(36)}`;
    const expiry = expiryOf(random, nowMs);
    const writes = writer.write(key, random);
    const commands: readonly WriteCommand[] =
      expiry === undefined ? writes : [...writes, ['PEXPIREAT', key, expiry]];
    yield { key, hashSlot: slotOf(Buffer.from(key)), commands };
  }
}

/** A function library, because a backup that loses the functions is not one. */
export const DEMO_FUNCTION =
  "#!lua name=redrill_demo\nredis.register_function('greet', function() return 'hello' end)\n";
