import type { Redis } from 'ioredis';
import { DEMO_FUNCTION, demoKeys } from './dataset.ts';

/** A shard's primary, and the hash slots it serves; none with cluster mode off, where it takes every key. */
export interface ShardConnection {
  readonly redis: Redis;
  readonly slots: readonly { readonly from: number; readonly to: number }[];
}

/** Commands per pipeline: enough to keep the server busy, little enough to keep memory flat. */
const BATCH = 2_000;

/** Writes the demo data into a cache through ordinary connections. */
export async function populate(
  shards: readonly ShardConnection[],
  keys: number,
  seed: number,
): Promise<void> {
  for (const { redis } of shards) await loadFunction(redis);
  const batches = shards.map((shard) => ({ ...shard, commands: [] as [string, ...(string | number)[]][] }));
  for (const { hashSlot, commands } of demoKeys(keys, seed)) {
    const batch = batches.find(
      ({ slots }) => slots.length === 0 || slots.some(({ from, to }) => from <= hashSlot && hashSlot <= to),
    );
    if (batch === undefined) throw new Error(`no shard serves hash slot ${hashSlot}`);
    for (const command of commands) batch.commands.push([...command]);
    if (batch.commands.length >= BATCH) await flush(batch.redis, batch.commands.splice(0));
  }
  await Promise.all(batches.map(({ redis, commands }) => flush(redis, commands)));
}

/** Serverless caches have no functions: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html */
async function loadFunction(redis: Redis): Promise<void> {
  try {
    await redis.call('FUNCTION', 'LOAD', 'REPLACE', DEMO_FUNCTION);
  } catch (error) {
    if (!String(error).includes('unknown command')) throw error;
  }
}

async function flush(redis: Redis, commands: [string, ...(string | number)[]][]): Promise<void> {
  const pipeline = redis.pipeline(commands.map(([name, ...args]) => ['call', name, ...args]));
  for (const [error] of (await pipeline.exec()) ?? []) {
    if (error !== null) throw error;
  }
}
