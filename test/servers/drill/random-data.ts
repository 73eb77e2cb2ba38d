import fc from 'fast-check';

/** A command, without the key that it is about. */
export interface Write {
  readonly name: string;
  readonly args: readonly string[];
}

/** One key: where it is, what builds it, and when it expires. */
export interface RandomKey {
  readonly type: 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream';
  readonly database: number;
  readonly key: string;
  readonly writes: readonly Write[];
  /** Ms after the beginning of the test. */
  readonly expiresInMs: number | undefined;
}

export const DATABASES = [0, 1, 9] as const;
const DAY_MS = 86_400_000;
/** From this many elements on, servers unpack collections by default. */
const UNPACKED = 600;

const text = fc.oneof(
  { arbitrary: fc.string({ maxLength: 40 }), weight: 6 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 2 },
  { arbitrary: fc.integer().map(String), weight: 3 },
  {
    arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
    weight: 1,
  },
  { arbitrary: fc.string({ minLength: 100, maxLength: 300, unit: fc.constantFrom('a', 'b') }), weight: 1 },
  { arbitrary: fc.nat(30_000).map((size) => 'compressible '.repeat(size / 13 + 1)), weight: 1 },
);

const few = fc.uniqueArray(text, { minLength: 1, maxLength: 20 });
const many = fc
  .tuple(fc.nat(1_000), fc.constantFrom('', 'element '))
  .map(([more, prefix]) => Array.from({ length: UNPACKED + more }, (_, at) => `${prefix}${at * 7}`));
const elements = fc.oneof({ arbitrary: few, weight: 12 }, { arbitrary: many, weight: 1 });

const score = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }).map(String),
  fc.constantFrom('-0', 'inf', '-inf', '9007199254740993', '1e300', '0.1'),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

const write = (name: string, ...args: readonly string[]): Write => ({ name, args });

const strings = text.map((value) => [write('SET', value)]);
const lists = fc.array(text, { minLength: 1, maxLength: 30 }).map((values) => [write('RPUSH', ...values)]);
const longLists = many.map((values) => [write('RPUSH', ...values)]);
const sets = elements.map((members) => [write('SADD', ...members)]);
const hashes = fc
  .tuple(elements, text)
  .map(([fields, value]) => [
    write('HSET', ...fields.flatMap((field, at) => [field, at % 3 === 0 ? value : `${value}${at}`])),
  ]);
const sortedSets = fc
  .tuple(elements, fc.array(score, { minLength: 1, maxLength: 9 }))
  .map(([members, scores]) => [
    write('ZADD', ...members.flatMap((member, at) => [scores[at % scores.length] ?? '0', member])),
  ]);

const group = fc.record({
  read: fc.array(fc.tuple(fc.constantFrom('alice', 'bob'), fc.integer({ min: 1, max: 9 })), { maxLength: 3 }),
  acknowledged: fc.nat(3),
  idle: fc.boolean(),
});

const streams = fc
  .record({
    entries: fc.array(fc.tuple(text, text), { maxLength: 30 }),
    deleted: fc.nat(3),
    groups: fc.array(group, { maxLength: 2 }),
  })
  .map(({ entries, deleted, groups }) => [
    // A stream that is there even if nothing is in it.
    write('XGROUP CREATE', 'first', '0', 'MKSTREAM'),
    ...entries.map(([field, value], at) => write('XADD', idOf(at), field, value)),
    ...Array.from({ length: Math.min(deleted, entries.length) }, (_, at) => write('XDEL', idOf(at * 2))),
    ...groups.flatMap((each, at) => writesOf(`group ${at}`, each)),
  ]);

const idOf = (at: number) => `${1_000 + at * 3}-${at % 2}`;

function writesOf(name: string, { read, acknowledged, idle }: GroupPlan): readonly Write[] {
  return [
    write('XGROUP CREATE', name, '0'),
    ...read.map(([consumer, count]) => write('XREADGROUP', name, consumer, String(count))),
    ...Array.from({ length: acknowledged }, (_, at) => write('XACK', name, idOf(at))),
    ...(idle ? [write('XGROUP CREATECONSUMER', name, 'nobody')] : []),
  ];
}

interface GroupPlan {
  readonly read: readonly (readonly [string, number])[];
  readonly acknowledged: number;
  readonly idle: boolean;
}

const VALUES: readonly (readonly [RandomKey['type'], fc.Arbitrary<readonly Write[]>])[] = [
  ['string', strings],
  ['list', fc.oneof({ arbitrary: lists, weight: 8 }, { arbitrary: longLists, weight: 1 })],
  ['set', sets],
  ['zset', sortedSets],
  ['hash', hashes],
  ['stream', streams],
];

const randomKey = fc
  .tuple(
    fc.constantFrom(...VALUES),
    fc.constantFrom(...DATABASES),
    fc.string({ maxLength: 12 }),
    fc.option(fc.integer({ min: DAY_MS, max: 31 * DAY_MS }), { freq: 2, nil: undefined }),
  )
  .chain(([[type, values], database, name, expiresInMs]) =>
    values.map((writes): RandomKey => ({ type, database, key: `${type}:${name}`, writes, expiresInMs })),
  );

/** A data set with at least one key; no two are the same key. */
export const randomData = fc.uniqueArray(randomKey, {
  minLength: 1,
  maxLength: 25,
  selector: ({ database, key }) => `${database} ${key}`,
});

/** The commands of one key, as they are sent. */
export function commandsOf({ key, writes }: RandomKey): readonly (readonly string[])[] {
  return writes.map(({ name, args }) => {
    if (name === 'XREADGROUP') {
      const [group = '', consumer = '', count = ''] = args;
      return [name, 'GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>'];
    }
    return [...name.split(' '), key, ...args];
  });
}
