import type { Redis } from 'ioredis';

/** What a sequence of commands builds: the same for the same seed. */
export type Command = readonly [string, ...(string | number | Buffer)[]];

const LIBRARY = "#!lua name=mylib\nredis.register_function('f', function() return 1 end)";
/** Ends of ranges, and neighbours of the widths that integers are stored in. */
const INTEGERS = [
  0, 1, 12, 13, 127, 128, -1, -128, -129, 4095, 4096, -4096, 32767, 32768, -32769, 8388607, 8388608,
];
const WIDE_INTEGERS = ['2147483647', '-2147483648', '2147483648', '9007199254740993', '-9223372036854775808'];
const SCORES = [
  '0',
  '-0',
  '1',
  '-1.5',
  '3.141592653589793',
  '1e300',
  '-1e-300',
  'inf',
  '-inf',
  '9007199254740993',
  '0.1',
];
const DAY_MS = 86_400_000;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const repeat = (text: string, bytes: number): string =>
  text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes);

/** Values of every type in every encoding that the server's own limits lead to. */
export function commandsOf(expiresFromMs: number): readonly Command[] {
  return [
    ...strings(),
    ...lists(),
    ...sets(),
    ...sortedSets(),
    ...hashes(),
    ...streams(),
    ...expiring(expiresFromMs),
    ['SELECT', '3'],
    ['SET', 'str:1', 'same name, other database'],
    ['HSET', 'hash:other', 'a', 'b'],
    ['SELECT', '0'],
    ['FUNCTION', 'LOAD', LIBRARY],
  ];
}

function strings(): readonly Command[] {
  return [
    ['SET', 'str:empty', ''],
    ['SET', 'str:1', 'hello'],
    ['SET', '', 'the empty key'],
    ['SET', '12345', 'a key that is stored as an integer'],
    ['SET', repeat('long key ', 300), 'a key that is stored compressed'],
    ['SET', 'str:binary', Buffer.from(range(256))],
    ['SET', 'str:lzf', repeat('compressible ', 5000)],
    ['SET', 'str:large', repeat('x', 200_000)],
    ['SET', 'str:plain-large', Buffer.from(range(100_000).map((i) => (i * 2654435761) >>> 13))],
    ...[...INTEGERS, ...WIDE_INTEGERS].map((n): Command => ['SET', `str:int:${n}`, String(n)]),
    ['SET', 'str:not-int', '007'],
  ];
}

function lists(): readonly Command[] {
  return [
    ['RPUSH', 'list:small', 'a', 'b', 'c', '1', '-5000', 'a'],
    ['RPUSH', 'list:numbers', ...INTEGERS, ...WIDE_INTEGERS],
    ['RPUSH', 'list:many', ...range(2000).map((i) => `element ${i}`)],
    ['RPUSH', 'list:large-elements', ...[10, 70, 5000, 20_000].map((size) => repeat('element ', size)), ''],
  ];
}

function sets(): readonly Command[] {
  return [
    ['SADD', 'set:ints16', ...range(100).map((i) => i * 7 - 300)],
    ['SADD', 'set:ints32', 1, 2, 70000, -70000],
    ['SADD', 'set:ints64', 1, '9223372036854775807', '-9223372036854775808', '4294967296'],
    ['SADD', 'set:ints-many', ...range(600)],
    ['SADD', 'set:small', 'a', 'b', '3'],
    ['SADD', 'set:large', ...range(1000).map((i) => `member ${i}`)],
    ['SADD', 'set:large-members', repeat('m', 100), repeat('n', 40_000)],
  ];
}

function sortedSets(): readonly Command[] {
  return [
    ['ZADD', 'zset:small', ...SCORES.flatMap((score, i) => [score, `m${i}`])],
    ['ZADD', 'zset:integers', ...range(20).flatMap((i) => [i - 10, String(i)])],
    ['ZADD', 'zset:large', ...range(500).flatMap((i) => [i / 7, `member ${i}`])],
    [
      'ZADD',
      'zset:large-scores',
      ...SCORES.flatMap((score, i) => [score, `${repeat('long member ', 90)}${i}`]),
    ],
  ];
}

function hashes(): readonly Command[] {
  return [
    ['HSET', 'hash:small', 'a', '1', 'b', 'two', 'c', ''],
    ['HSET', 'hash:numbers', ...[...INTEGERS, ...WIDE_INTEGERS].flatMap((n) => [n, n])],
    ['HSET', 'hash:large', ...range(700).flatMap((i) => [`field ${i}`, `value ${i * i}`])],
    ['HSET', 'hash:large-values', 'a', repeat('value ', 300), 'b', repeat('y', 90_000)],
  ];
}

function streams(): readonly Command[] {
  const entries = range(350).map((i): Command => {
    const fields =
      i % 5 === 0 ? ['other', `${i}`, 'more', repeat('z', i % 50)] : ['field', `${i}`, 'name', 'value'];
    return ['XADD', 'stream:groups', `${1000 + i * 3}-${i % 4}`, ...fields];
  });
  return [
    ['XADD', 'stream:small', '5-1', 'a', '1'],
    ['XADD', 'stream:small', '5-2', 'a', '2', 'b', 'x'],
    ...entries,
    ['XDEL', 'stream:groups', '1000-0', '1009-3', '1300-0'],
    ['XGROUP', 'CREATE', 'stream:groups', 'readers', '0'],
    ['XGROUP', 'CREATE', 'stream:groups', 'unused', '$'],
    ['XREADGROUP', 'GROUP', 'readers', 'alice', 'COUNT', '10', 'STREAMS', 'stream:groups', '>'],
    ['XREADGROUP', 'GROUP', 'readers', 'bob', 'COUNT', '5', 'STREAMS', 'stream:groups', '>'],
    ['XACK', 'stream:groups', 'readers', '1006-2'],
    ['XGROUP', 'CREATECONSUMER', 'stream:groups', 'readers', 'idle'],
    ['XADD', 'stream:emptied', '9-9', 'a', 'b'],
    ['XTRIM', 'stream:emptied', 'MAXLEN', '0'],
    ['XGROUP', 'CREATE', 'stream:empty', 'g', '$', 'MKSTREAM'],
    ['XADD', 'stream:trimmed', '1-1', 'a', 'b'],
    ...range(300).map((i): Command => ['XADD', 'stream:trimmed', `${i + 2}-1`, 'a', String(i)]),
    ['XTRIM', 'stream:trimmed', 'MAXLEN', '150'],
  ];
}

function expiring(fromMs: number): readonly Command[] {
  return [
    ...range(50).flatMap((i): readonly Command[] => [
      ['SET', `expiring:${i}`, `value ${i}`],
      ['PEXPIREAT', `expiring:${i}`, fromMs + i * 7919],
    ]),
    ['RPUSH', 'expiring:list', 'a', 'b'],
    ['PEXPIREAT', 'expiring:list', fromMs + 30 * DAY_MS],
    ['SET', 'expiring:never', 'almost'],
    ['PEXPIREAT', 'expiring:never', '4503599627370497'],
  ];
}

/** Runs the commands in order on one connection. @throws whatever the server answers as an error */
export async function run(client: Redis, commands: readonly Command[]): Promise<void> {
  const pipeline = client.pipeline();
  for (const [name, ...args] of commands) pipeline.call(name, ...args);
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}
