import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startGroup } from '../../../redis/group.ts';
import type { RedisNode } from '../../../redis/node.ts';
import { setRdbCreationTime, setRdbVersion } from '../../../redis/rdb-creation-time.ts';
import { SLOT_COUNT, type SlotRange } from '../../../redis/slots.ts';
import type { Context } from '../context.ts';
import { DataExceedMemoryError, usedMemoryBytes } from '../group-processes.ts';
import type { ServerlessCache, ServerlessSnapshot } from './state.ts';

/** Clients see a cluster of one node: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/RedisConfiguration.html */
export const ALL_SLOTS: readonly SlotRange[] = [{ from: 0, to: SLOT_COUNT - 1 }];

/** Same page. */
const EVICTION = 'volatile-lru';

/** Under the reading that nobody gets in without a user group, a password that nobody is given. */
export function passwordOf({ readings }: Context): string | undefined {
  return readings['serverless-without-group'] === 'closed' ? randomBytes(24).toString('hex') : undefined;
}

/**
 * Starts the cache's server: one node in cluster mode, over TLS.
 * @throws NodeStartError when the seed cannot be loaded, DataExceedMemoryError when it exceeds the limit
 */
export async function startServer(
  context: Context,
  cache: ServerlessCache,
  rdbFile: string | undefined,
): Promise<void> {
  const [shard] = await startGroup({
    binary: await context.server(),
    folder: cache.folder,
    clusterMode: 'on',
    shards: [{ slots: ALL_SLOTS, replicas: 0, ...(rdbFile === undefined ? {} : { rdbFile }) }],
    offering: 'serverless',
    directives: { 'maxmemory-policy': EVICTION },
    tls: await context.tls(),
    ...(cache.password === undefined ? {} : { authToken: cache.password }),
  });
  const node = shard?.[0];
  if (node === undefined) throw new Error(`${cache.name} has no server`);
  try {
    await checkSize(context, cache, node);
    await limitMemory(context, cache, node);
  } catch (error) {
    await node.stop();
    throw error;
  }
  cache.node = node;
}

/** Set only now: a server that loads more than its limit would evict keys at once and look fine. */
async function checkSize(context: Context, cache: ServerlessCache, node: RedisNode): Promise<void> {
  const maximum = cache.settings.limits.dataStorage?.maximum;
  if (maximum === undefined) return;
  const [usedBytes, limitBytes] = [await usedMemoryBytes(node), context.bytesOfGigabytes(maximum)];
  if (usedBytes > limitBytes)
    throw new DataExceedMemoryError(usedBytes, limitBytes, `a limit of ${maximum} GB`);
}

/** Beyond its limit a cache evicts keys, as `volatile-lru` says; 0 is no limit. */
export async function limitMemory(context: Context, cache: ServerlessCache, node: RedisNode): Promise<void> {
  const maximum = cache.settings.limits.dataStorage?.maximum;
  const bytes = maximum === undefined ? 0 : context.bytesOfGigabytes(maximum);
  await node.control((redis) => redis.config('SET', 'maxmemory', `${bytes}`));
}

/** Ends the cache's server, also one that is just starting, and forgets its data. */
export async function stopServer(cache: ServerlessCache): Promise<void> {
  await cache.starting;
  await cache.node?.stop();
  cache.node = undefined;
  await rm(cache.folder, { recursive: true, force: true });
}

const SECOND_MS = 1_000;
/** Of no release that there is. */
const NEWER_RDB_VERSION = 99;

/** Saves the cache with BGSAVE into the snapshot's folder, once earlier saves are done. @throws when it cannot save */
export function saveCache(
  context: Context,
  cache: ServerlessCache,
  snapshot: ServerlessSnapshot,
): Promise<void> {
  const at = context.clock.now();
  const saving = cache.saving.then(async () => {
    const { node } = cache;
    if (node === undefined) throw new Error(`${cache.name} has no server`);
    const saved = await node.bgsave();
    await mkdir(snapshot.folder, { recursive: true });
    const file = join(snapshot.folder, 'data.rdb');
    await rename(saved, file);
    await setRdbCreationTime(file, Math.floor(at / SECOND_MS));
    if (context.readings['rdb-version'] === 'newer') await setRdbVersion(file, NEWER_RDB_VERSION);
    snapshot.saved = { file, usedBytes: await usedMemoryBytes(node) };
  });
  cache.saving = saving.catch(() => undefined);
  return saving;
}
