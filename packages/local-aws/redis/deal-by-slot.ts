import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { slotOf } from '@redrill/rdb';
import type { Redis } from 'ioredis';
import { type RedisNode, startNode } from './node.ts';
import type { ServerBinary } from './server-binary.ts';
import { includesSlots, type SlotRange } from './slots.ts';

export interface Deal {
  readonly binary: ServerBinary;
  readonly files: readonly string[];
  /** The hash slots of each shard. */
  readonly shards: readonly (readonly SlotRange[])[];
  /** Where the shards' files are written. */
  readonly folder: string;
}

/**
 * Deals the keys of RDB files to shards by their hash slots, in servers without cluster mode.
 * @returns one RDB file for each shard
 * @throws NodeStartError when a file cannot be loaded
 */
export async function dealBySlot({ binary, files, shards, folder }: Deal): Promise<readonly string[]> {
  const start = (name: string, rdbFile?: string) =>
    startNode({
      binary,
      folder: join(folder, name),
      administratorPassword: randomBytes(24).toString('hex'),
      ...(rdbFile === undefined ? {} : { rdbFile }),
    });
  await mkdir(folder, { recursive: true });
  const nodes: RedisNode[] = [];
  try {
    for (const index of shards.keys()) nodes.push(await start(`to-${index + 1}`));
    const targets = nodes.slice();
    for (const [index, file] of files.entries()) {
      const source = await start(`from-${index + 1}`, file);
      nodes.push(source);
      await copyTo(targets, shards, source);
    }
    return await Promise.all(
      targets.map((node, index) => savedTo(node, join(folder, `dealt-${index + 1}.rdb`))),
    );
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await Promise.all(nodes.map((node) => rm(node.folder, { recursive: true, force: true })));
  }
}

async function savedTo(node: RedisNode, file: string): Promise<string> {
  await rename(await node.bgsave(), file);
  return file;
}

async function copyTo(
  targets: readonly RedisNode[],
  shards: readonly (readonly SlotRange[])[],
  source: RedisNode,
): Promise<void> {
  const keys = await source.control(keysOf);
  const functions = await source.control((redis) => redis.callBuffer('FUNCTION', 'DUMP'));
  for (const [index, target] of targets.entries()) {
    const slots = shards[index] ?? [];
    await target.control(async (redis) => {
      await redis.call('FUNCTION', 'RESTORE', functions as Buffer, 'REPLACE');
      for (const { key, slot, value, expiresAtMs } of keys)
        if (includesSlots(slots, [{ from: slot, to: slot }]))
          await redis.call('RESTORE', key, Math.max(0, expiresAtMs), value, 'ABSTTL');
    });
  }
}

async function keysOf(redis: Redis) {
  const found = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', 1_000);
    for (const key of keys) {
      const value = await redis.dumpBuffer(key);
      if (value === null) continue;
      const expiresAtMs = Number(await redis.call('PEXPIRETIME', key));
      found.push({ key, slot: slotOf(key), value, expiresAtMs });
    }
    cursor = next.toString();
  } while (cursor !== '0');
  return found;
}
