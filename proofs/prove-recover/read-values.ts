/** Reads every value of a server in every way that an application may, so that a value that would crash it does. */

import type { Argument } from '../../adapters/redis/resp-command.ts';
import { type Reply, type RespConnection, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { textOf } from '../../live/recover/server-facts.ts';

type Command = readonly [Argument, ...Argument[]];
type Name = Uint8Array;

const OF_EACH: readonly ((key: Name) => Command)[] = [
  (key) => ['OBJECT', 'ENCODING', key],
  (key) => ['MEMORY', 'USAGE', key, 'SAMPLES', 0],
  (key) => ['DUMP', key],
  (key) => ['PTTL', key],
];
/** By what TYPE answers. A command that a server does not know is refused, which is no matter. */
const BY_TYPE: Readonly<Record<string, readonly ((key: Name) => Command)[]>> = {
  string: [
    (key) => ['GET', key],
    (key) => ['STRLEN', key],
    (key) => ['GETRANGE', key, -3, -1],
    (key) => ['BITCOUNT', key],
  ],
  list: [
    (key) => ['LRANGE', key, 0, -1],
    (key) => ['LLEN', key],
    (key) => ['LINDEX', key, -1],
    (key) => ['LINDEX', key, 1],
    (key) => ['LPOS', key, 'not there'],
    (key) => ['SORT', key, 'ALPHA'],
  ],
  set: [
    (key) => ['SMEMBERS', key],
    (key) => ['SCARD', key],
    (key) => ['SISMEMBER', key, 'not there'],
    (key) => ['SRANDMEMBER', key, -5],
    (key) => ['SSCAN', key, 0, 'COUNT', 1000],
    (key) => ['SUNION', key, key],
  ],
  hash: [
    (key) => ['HGETALL', key],
    (key) => ['HLEN', key],
    (key) => ['HGET', key, 'not there'],
    (key) => ['HKEYS', key],
    (key) => ['HVALS', key],
    (key) => ['HRANDFIELD', key, -5, 'WITHVALUES'],
    (key) => ['HSCAN', key, 0, 'COUNT', 1000],
    (key) => ['HPTTL', key, 'FIELDS', 1, 'f'],
  ],
  zset: [
    (key) => ['ZRANGE', key, 0, -1, 'WITHSCORES'],
    (key) => ['ZREVRANGE', key, 0, -1],
    (key) => ['ZCARD', key],
    (key) => ['ZRANGEBYSCORE', key, '-inf', '+inf'],
    (key) => ['ZRANGEBYLEX', key, '-', '+'],
    (key) => ['ZCOUNT', key, '-inf', '(1'],
    (key) => ['ZSCORE', key, 'not there'],
    (key) => ['ZRANDMEMBER', key, -5, 'WITHSCORES'],
    (key) => ['ZSCAN', key, 0, 'COUNT', 1000],
  ],
  stream: [
    (key) => ['XRANGE', key, '-', '+'],
    (key) => ['XREVRANGE', key, '+', '-'],
    (key) => ['XLEN', key],
    (key) => ['XREAD', 'STREAMS', key, '0'],
    (key) => ['XINFO', 'STREAM', key],
    (key) => ['XINFO', 'STREAM', key, 'FULL', 'COUNT', 0],
    (key) => ['XINFO', 'GROUPS', key],
  ],
  vectorset: [(key) => ['VCARD', key], (key) => ['VINFO', key], (key) => ['VRANDMEMBER', key, -5]],
};
/** What then changes the value, for its inner lengths are used then; the last thing that is done to it. */
const CHANGES: Readonly<Record<string, readonly ((key: Name) => Command)[]>> = {
  string: [(key) => ['APPEND', key, 'x']],
  list: [
    (key) => ['LPUSH', key, 'x'],
    (key) => ['RPUSH', key, 'y'],
    (key) => ['LPOP', key],
    (key) => ['RPOP', key],
  ],
  set: [(key) => ['SADD', key, 'another member', '7'], (key) => ['SPOP', key], (key) => ['SREM', key, '7']],
  hash: [(key) => ['HSET', key, 'another field', 'x'], (key) => ['HDEL', key, 'f']],
  zset: [(key) => ['ZADD', key, 7, 'another member'], (key) => ['ZPOPMIN', key], (key) => ['ZPOPMAX', key]],
  stream: [
    (key) => ['XADD', key, '*', 'f', 'v'],
    (key) => ['XTRIM', key, 'MAXLEN', 1],
    (key) => ['XDEL', key, '7-0'],
  ],
};

/** @returns how many values were read. @throws AppError `RestoreUnreachable` if the server is gone */
export async function readValues(connection: RespConnection): Promise<number> {
  let values = 0;
  const keyspace = textOf(await connection.ask('INFO', 'keyspace'));
  for (const [, database = '0'] of keyspace.matchAll(/^db(\d+):/gm)) {
    await connection.ask('SELECT', database);
    const names: Name[] = [];
    for (let cursor = '0'; ; ) {
      const [next, found] = (await connection.ask('SCAN', cursor, 'COUNT', 1000)) as readonly Reply[];
      names.push(...(found as readonly Name[]));
      cursor = textOf(next);
      if (cursor === '0') break;
    }
    for (const name of names) await readValue(connection, name);
    values += names.length;
  }
  await connection.ask('SELECT', 0);
  return values;
}

async function readValue(connection: RespConnection, name: Name): Promise<void> {
  const type = textOf(await asked(connection, ['TYPE', name]));
  const commands = [...OF_EACH, ...(BY_TYPE[type] ?? [])].map((command) => command(name));
  if (type === 'stream') commands.push(...(await ofGroups(connection, name)));
  commands.push(...(CHANGES[type] ?? []).map((command) => command(name)), ['DUMP', name], ['DEL', name]);
  await Promise.all(commands.map((command) => asked(connection, command)));
}

async function ofGroups(connection: RespConnection, name: Name): Promise<readonly Command[]> {
  const groups = await asked(connection, ['XINFO', 'GROUPS', name]);
  if (!Array.isArray(groups)) return [];
  return (groups as readonly (readonly Reply[])[]).flatMap((fields): Command[] => {
    const group = fields[1] as Uint8Array;
    return [
      ['XINFO', 'CONSUMERS', name, group],
      ['XPENDING', name, group],
      ['XPENDING', name, group, '-', '+', 10],
      ['XREADGROUP', 'GROUP', group, 'somebody', 'STREAMS', name, '>'],
      ['XAUTOCLAIM', name, group, 'somebody', 0, '0'],
      ['XACK', name, group, '5-1'],
      ['XGROUP', 'DESTROY', name, group],
    ];
  });
}

/** A refusal is an answer. */
async function asked(connection: RespConnection, command: Command): Promise<Reply | undefined> {
  try {
    return await connection.ask(...command);
  } catch (error) {
    if (error instanceof ServerRefusal) return undefined;
    throw error;
  }
}
