/** Edits of single values through a real server, which saves the file before and after. */
import type { Redis } from 'ioredis';
import type { Command } from '../../testing/real-data.ts';
import { pick, type Random } from '../fuzz/random.ts';

const KEYS_PER_TYPE = 4;
const TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream'] as const;
type Type = (typeof TYPES)[number];

const LATER_MS = 2_000_000_000_000;
const LIBRARIES = 3;

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

function value(random: Random): string {
  const kind = random(8);
  if (kind === 0) return String(random(2 ** 31) - 2 ** 30);
  if (kind === 1) return 'compressible '.repeat(1 + random(40));
  if (kind === 2) return String(random(300) - 100);
  return many(1 + random(40), () => String.fromCharCode(32 + random(95))).join('');
}

function score(random: Random): string {
  const kind = random(4);
  if (kind === 0) return String(random(2000) - 1000);
  if (kind === 1) return pick(['inf', '-inf', '0', '1e300', '-1e-300'], random);
  return (random(1e9) / (1 + random(1e4))).toPrecision(17);
}

const id = (index: number): string => `${1000 + index * 10}-${index % 3}`;

function keyCommands(type: Type, key: string, random: Random): Command[] {
  const size = 2 + random(random(4) === 0 ? 200 : 12);
  const integers = random(3) === 0;
  const member = (index: number) => (integers ? String(index * 7 - 300) : `${index}:${value(random)}`);
  if (type === 'string') return [['SET', key, value(random)]];
  if (type === 'list') return [['RPUSH', key, ...many(size, (index) => `${index}${value(random)}`)]];
  if (type === 'set') return [['SADD', key, ...many(size, member)]];
  if (type === 'zset')
    return [['ZADD', key, ...many(size, (index) => [score(random), member(index)]).flat()]];
  if (type === 'hash')
    return [['HSET', key, ...many(size, (index) => [member(index), value(random)]).flat()]];
  return [
    ...many(
      size + 3,
      (index): Command => ['XADD', key, id(index), 'field', value(random), 'n', String(index)],
    ),
    ['XDEL', key, id(1)],
    ...['g1', 'g2'].map((group): Command => ['XGROUP', 'CREATE', key, group, '0']),
    ...['alice', 'bob'].map(
      (consumer): Command => ['XREADGROUP', 'GROUP', 'g1', consumer, 'COUNT', '2', 'STREAMS', key, '>'],
    ),
  ];
}

const library = (index: number, random: Random): Command => [
  ...(['FUNCTION', 'LOAD', 'REPLACE'] as const),
  `#!lua name=lib${index}\n-- ${random(2 ** 31)}\nredis.register_function('f${index}', function() return 1 end)`,
];

/** Keys of every type, of random sizes and values, a part of them expiring, and function libraries. */
export function randomData(random: Random): readonly Command[] {
  const keys = TYPES.flatMap((type) =>
    many(KEYS_PER_TYPE, (index): Command[] => {
      const key = `${type}:${index}`;
      const expires: Command[] = random(3) === 0 ? [['PEXPIREAT', key, LATER_MS + random(1e9)]] : [];
      return [...keyCommands(type, key, random), ...expires];
    }).flat(),
  );
  return [...keys, ...many(LIBRARIES, (index) => library(index, random))];
}

/** Changes one value, or finds nothing to change. */
type Edit = (client: Redis, key: Buffer, random: Random) => Promise<boolean>;

/** The text with one byte changed, or its first one. */
function changed(old: Buffer, random: Random): Buffer {
  if (old.length === 0) return Buffer.from('x');
  const copy = Buffer.from(old);
  const at = random(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random(8));
  return copy;
}

/** The nearest double that is larger, or from infinity the largest. */
function next(old: number): string {
  if (!Number.isFinite(old)) return String(Math.sign(old) * Number.MAX_VALUE);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, old === 0 ? 0 : old);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0).toString().replace('Infinity', 'inf');
}

async function replaceMember(client: Redis, key: Buffer, random: Random): Promise<boolean> {
  const [old] = (await client.callBuffer('SRANDMEMBER', key, 1)) as Buffer[];
  if (!old) return false;
  const renamed = changed(old, random);
  if ((await client.sismember(key, renamed)) === 1) return false;
  await client.srem(key, old);
  await client.sadd(key, renamed);
  return true;
}

/** A member or field with its score or value, if there is any. Depending on the protocol they come as pairs. */
async function pairOf(
  client: Redis,
  command: string,
  key: Buffer,
  what: string,
): Promise<[Buffer, Buffer] | undefined> {
  const [first, second] = ((await client.callBuffer(command, key, 1, what)) as unknown[]).flat();
  if (!(first instanceof Buffer) || second === undefined) return undefined;
  return [first, second instanceof Buffer ? second : Buffer.from(String(second))];
}

const scoreOf = (text: Buffer): number => Number(String(text).replace(/inf(inity)?/i, 'Infinity'));

async function pendingOf(client: Redis, key: Buffer): Promise<[string, string, number, number] | undefined> {
  const all = (await client.xpending(key, 'g1', '-', '+', 1)) as [string, string, number, number][];
  return all[0];
}

const STREAM_EDITS: Readonly<Record<string, Edit>> = {
  'stream: an entry deleted': async (client, key, random) => {
    const entries = await client.xrange(key, '-', '+');
    const [victim] = entries.length > 1 ? pick(entries, random) : [];
    return victim !== undefined && (await client.xdel(key, victim)) === 1;
  },
  'stream: an entry added': async (client, key) => (await client.xadd(key, '*', 'added', 'x')) !== null,
  'stream: last ID': async (client, key) => {
    const info = (await client.call('XINFO', 'STREAM', key)) as string[];
    const last = String(info[info.indexOf('last-generated-id') + 1]);
    const [ms, sequence] = last.split('-');
    return (await client.call('XSETID', key, `${ms}-${BigInt(sequence ?? 0) + 1n}`)) === 'OK';
  },
  'stream: position of a group': async (client, key, random) =>
    (await client.xgroup('SETID', key, 'g2', `${1000 + random(1e6)}-${random(1e6)}`)) === 'OK',
  'stream: a consumer added': async (client, key, random) =>
    (await client.call('XGROUP', 'CREATECONSUMER', key, 'g2', `c${random(1e9)}`)) === 1,
  'stream: a group added': async (client, key, random) =>
    (await client.call('XGROUP', 'CREATE', key, `g${random(1e9)}`, '0')) === 'OK',
  'stream: a pending entry acknowledged': async (client, key) => {
    const pending = await pendingOf(client, key);
    return pending !== undefined && (await client.xack(key, 'g1', pending[0])) === 1;
  },
  'stream: deliveries of a pending entry': (client, key) =>
    claim(client, key, ([, , , deliveries]) => ['RETRYCOUNT', deliveries + 1]),
  'stream: delivery time of a pending entry': (client, key, random) =>
    claim(client, key, ([, , , deliveries]) => ['TIME', random(2 ** 31), 'RETRYCOUNT', deliveries]),
};

/** What XCLAIM is not told it sets to now, so time and count are told. JUSTID would keep the count, not the time. */
async function claim(
  client: Redis,
  key: Buffer,
  options: (pending: [string, string, number, number]) => readonly (string | number)[],
): Promise<boolean> {
  const pending = await pendingOf(client, key);
  if (!pending) return false;
  const [entry, owner] = pending;
  const claimed = (await client.call('XCLAIM', key, 'g1', owner, 0, entry, ...options(pending))) as unknown[];
  return claimed.length === 1;
}

const KEY_EDITS: Readonly<Record<string, Edit>> = {
  'name of a key': async (client, key, random) => {
    const renamed = changed(key, random);
    if ((await client.exists(renamed)) === 1) return false;
    return (await client.rename(key, renamed)) === 'OK';
  },
  'database of a key': async (client, key) => (await client.move(key, 1)) === 1,
  'expiry of a key': async (client, key, random) => {
    const old = Number(await client.call('PEXPIRETIME', key));
    const later = old < 0 ? LATER_MS + random(1e9) : old + (random(2) ? 1 : -1);
    return (await client.pexpireat(key, later)) === 1;
  },
  'a key without its expiry': async (client, key) => (await client.persist(key)) === 1,
  'a key deleted': async (client, key) => (await client.del(key)) === 1,
  'a key copied': async (client, key, random) => (await client.copy(key, `copy:${random(1e9)}`)) === 1,
  'code of a function': async (client, _key, random) => {
    const [name, ...args] = library(random(LIBRARIES), random);
    return Boolean(await client.call(name, ...args));
  },
};

const ELEMENT_EDITS: Readonly<Record<string, Edit>> = {
  'string: a byte': async (client, key, random) => {
    const old = await client.getBuffer(key);
    return old !== null && (await client.set(key, changed(old, random), 'KEEPTTL')) === 'OK';
  },
  'list: an element': async (client, key, random) => {
    const at = random(await client.llen(key));
    const old = await client.lindexBuffer(key, at);
    return old !== null && (await client.lset(key, at, changed(old, random))) === 'OK';
  },
  'list: the order of two elements': async (client, key) => {
    const [first, second] = await client.lrangeBuffer(key, 0, 1);
    if (!first || !second || first.equals(second)) return false;
    await client.lset(key, 0, second);
    return (await client.lset(key, 1, first)) === 'OK';
  },
  'set: a member': replaceMember,
  'zset: a score': async (client, key) => {
    const [member, score] = (await pairOf(client, 'ZRANDMEMBER', key, 'WITHSCORES')) ?? [];
    return (
      member !== undefined &&
      score !== undefined &&
      (await client.zadd(key, 'CH', next(scoreOf(score)), member)) === 1
    );
  },
  'zset: a member': async (client, key, random) => {
    const [member, score] = (await pairOf(client, 'ZRANDMEMBER', key, 'WITHSCORES')) ?? [];
    if (!member || !score) return false;
    const renamed = changed(member, random);
    if ((await client.zscore(key, renamed)) !== null) return false;
    await client.zrem(key, member);
    return Number(await client.zadd(key, String(score), renamed)) === 1;
  },
  'hash: a field': async (client, key, random) => {
    const [field, old] = (await pairOf(client, 'HRANDFIELD', key, 'WITHVALUES')) ?? [];
    if (!field || !old) return false;
    const renamed = changed(field, random);
    if ((await client.hexists(key, renamed)) === 1) return false;
    await client.hdel(key, field);
    return (await client.hset(key, renamed, old)) === 1;
  },
  'hash: a value': async (client, key, random) => {
    const [field, old] = (await pairOf(client, 'HRANDFIELD', key, 'WITHVALUES')) ?? [];
    return (
      field !== undefined && old !== undefined && (await client.hset(key, field, changed(old, random))) === 0
    );
  },
};

/** By what they change; `type: …` only suits keys of that type. */
export const COMMAND_EDITS: Readonly<Record<string, Edit>> = {
  ...ELEMENT_EDITS,
  ...STREAM_EDITS,
  ...KEY_EDITS,
};

/** A key that the edit suits. */
export async function keyFor(client: Redis, edit: string, random: Random): Promise<Buffer | undefined> {
  const type = edit.includes(':') ? `${edit.split(':')[0]}:` : '';
  const keys = (await client.keysBuffer(`${type}*`)).sort(Buffer.compare);
  return keys.length === 0 ? undefined : pick(keys, random);
}
