import type { CacheNode } from '@redrill/local-aws';
import { slotOf } from '@redrill/rdb';
import type { Redis } from 'ioredis';
import { DEMO_FUNCTION, demoKeys, type WriteCommand } from '../../demo/dataset.ts';
import { connected } from './content.ts';

/** A server drops keys that have expired when it loads a file, and a fixture is loaded for many years. */
const EXPIRES_FROM = Date.parse('2120-01-01T00:00:00Z');
const SEED = 1_000_003;

const many = (count: number, make: (at: number) => string | number) =>
  Array.from({ length: count }, (_, at) => make(at));

/** Values too large for the compact encodings, the types that are strings to the server, and names that are not text. */
const LARGE: readonly (readonly [key: string | Buffer, command: string, ...args: WriteCommand[2][]])[] = [
  ['large:hash', 'HSET', ...many(1200, (at) => `field or value ${at}`)],
  ['large:list', 'RPUSH', ...many(600, (at) => `item ${at} ${'x'.repeat(at % 90)}`)],
  ['large:set', 'SADD', ...many(700, (at) => `member ${at}`)],
  ['large:integers', 'SADD', ...many(900, (at) => at * 1_000_003)],
  ['large:ranking', 'ZADD', ...many(800, (at) => (at % 2 === 0 ? at / 7 : `member ${at}`))],
  ['large:stream', 'XADD', '1700000000000-0', ...many(300, (at) => `field or value ${at}`)],
  ['large:text', 'SET', 'compressible '.repeat(2000)],
  ['a bitmap', 'SETBIT', 70_000, 1],
  ['a count of the distinct', 'PFADD', ...many(400, (at) => `visitor ${at}`)],
  ['places', 'GEOADD', 13.361389, 38.115556, 'Palermo', 15.087269, 37.502669, 'Catania'],
  [Buffer.from([0, 255, 13, 10, 39]), 'SET', 'its name is not text'],
  ['an empty value', 'SET', ''],
];

interface Written {
  readonly key: string | Buffer;
  readonly commands: readonly (readonly [command: string, ...args: (string | number | Buffer)[]])[];
}

function* written(keys: number): Generator<Written> {
  for (const { key, commands } of demoKeys(keys, SEED, EXPIRES_FROM)) yield { key, commands };
  for (const [key, command, ...args] of LARGE)
    yield { key, commands: [[command, key, ...(args as string[])]] };
}

/** The same content at every run. With cluster mode off, some of it also in another database. */
export async function writeContent(nodes: readonly CacheNode[], keys: number): Promise<void> {
  await onPrimaries(nodes, async (redis, { slots }) => {
    await redis.call('FUNCTION', 'LOAD', 'REPLACE', DEMO_FUNCTION);
    const isMine = (slot: number) => slots.some(({ from, to }) => from <= slot && slot <= to);
    for (const { key, commands } of written(keys))
      if (slots.length === 0 || isMine(slotOf(Buffer.from(key))))
        for (const [command, ...args] of commands) await redis.call(command, ...args);
    if (slots.length > 0) return;
    await redis.select(3);
    await redis.set('in database 3', 'a value', 'PXAT', EXPIRES_FROM);
  });
}

/** What tells the contents of two points apart, on the node that takes it. */
export async function writeSlot(nodes: readonly CacheNode[], slot: string): Promise<void> {
  await onPrimaries(nodes, async (redis) => void (await redis.set('the slot', slot).catch(unlessMoved)));
}

/** FLUSHALL, as an application's mistake would. */
export async function flush(nodes: readonly CacheNode[]): Promise<void> {
  await onPrimaries(nodes, async (redis) => void (await redis.flushall()));
}

async function onPrimaries(
  nodes: readonly CacheNode[],
  work: (redis: Redis, node: CacheNode) => Promise<void>,
): Promise<void> {
  for (const node of nodes) {
    if (node.role !== 'primary') continue;
    const redis = connected(node.customer);
    try {
      await work(redis, node);
    } finally {
      redis.disconnect();
    }
  }
}

/** A node of a cluster refuses the keys of others. */
function unlessMoved(error: unknown): void {
  if (!String(error).includes('MOVED')) throw error;
}
