import { createHash } from 'node:crypto';
import type { CacheNode } from '@redrill/local-aws';
import { ELASTICACHE_KEY } from '@redrill/rdb';
import { Redis } from 'ioredis';

/*
 * What a cache holds, read with the commands of each type and hashed: neither Redrill's reader nor its digest has a part in
 * it, so that a fixture tells what must be found again in words that no release changes.
 */

type Read = (redis: Redis, key: Buffer) => Promise<unknown>;
type Call = readonly [command: string, ...more: (string | number)[]];

const asked =
  (isOrdered: boolean, ...[command, ...more]: Call): Read =>
  async (redis, key) => {
    const reply = await redis.callBuffer(command, key, ...more);
    return isOrdered ? reply : pairsOrMembers(command, reply as Buffer[]);
  };

function pairsOrMembers(command: string, reply: readonly Buffer[]): readonly string[] {
  const texts = reply.map((item) => item.toString('base64'));
  if (command !== 'HGETALL') return texts.sort();
  return texts.flatMap((text, at) => (at % 2 === 0 ? [`${text} ${texts[at + 1]}`] : [])).sort();
}

const READERS: Readonly<Record<string, Read>> = {
  string: asked(true, 'GET'),
  list: asked(true, 'LRANGE', 0, -1),
  set: asked(false, 'SMEMBERS'),
  zset: asked(true, 'ZRANGE', 0, -1, 'WITHSCORES'),
  hash: asked(false, 'HGETALL'),
  stream: async (redis, key) => [
    await redis.callBuffer('XRANGE', key, '-', '+'),
    // Its name, consumers, what is pending and where it is. How many it has read, a replica does not know.
    ((await redis.callBuffer('XINFO', 'GROUPS', key)) as unknown[][]).map((group) =>
      group.slice(0, 8).map(String),
    ),
  ],
};

export interface CacheContent {
  readonly keys: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly withExpiry: number;
  readonly sha256: string;
}

/** Of all primaries together. */
export async function contentOf(nodes: readonly CacheNode[]): Promise<CacheContent> {
  const lines: string[] = [];
  const functions = new Set<string>();
  for (const { customer, role } of nodes) {
    if (role !== 'primary') continue;
    const redis = connected(customer);
    try {
      lines.push(...(await linesOf(redis)));
      functions.add(JSON.stringify(await redis.call('FUNCTION', 'LIST', 'WITHCODE')));
    } finally {
      redis.disconnect();
    }
  }
  const rows = lines.map((line) => line.split(' '));
  const types = Map.groupBy(rows, ([, type = '']) => type);
  return {
    keys: lines.length,
    byType: Object.fromEntries([...types].map(([type, of]) => [type, of.length] as const).sort()),
    withExpiry: rows.filter(([, , expiry]) => expiry !== '-1').length,
    sha256: createHash('sha256')
      .update([...lines.sort(), ...[...functions].sort()].join('\n'))
      .digest('hex'),
  };
}

export function connected({ ca, host, password, port }: CacheNode['customer']): Redis {
  return new Redis({
    host,
    port,
    ...(password === '' ? {} : { password }),
    ...(ca === undefined ? {} : { tls: { ca } }),
  });
}

/** `<database>/<key> <type> <expiry> <hash of the value>` of every key but ElastiCache's own. */
async function linesOf(redis: Redis): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const [, number = ''] of (await redis.info('keyspace')).matchAll(/^db(\d+):/gm)) {
    if (number !== '0') await redis.select(Number(number));
    for (const key of (await redis.callBuffer('KEYS', '*')) as Buffer[]) {
      if (key.toString() === ELASTICACHE_KEY) continue;
      const [type, expiry] = await Promise.all([redis.type(key), redis.pexpiretime(key)]);
      const value = JSON.stringify(await READERS[type]?.(redis, key), readable);
      const hash = createHash('sha256').update(value).digest('base64');
      lines.push(`${number}/${key.toString('base64')} ${type} ${expiry} ${hash}`);
    }
  }
  return lines;
}

/** Bytes as one word, where JSON would list them. */
function readable(_key: string, value: unknown): unknown {
  const bytes = value as { readonly type?: string; readonly data?: number[] } | null;
  return bytes?.type === 'Buffer' ? Buffer.from(bytes.data ?? []).toString('base64') : value;
}
