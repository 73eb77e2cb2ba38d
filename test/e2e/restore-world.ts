import { infoOf } from '@redrill/local-aws/redis';
import { type RunOptions, runRedrill } from './redrill.ts';
import { MIDNIGHT, World } from './world.ts';

/** An AUTH token for the vault region, in the environment of every restore. */
export const TOKEN = 'a-token-of-the-vault-region';
export const WITH_TOKEN = ['--auth-token-from', 'env:NEW_TOKEN'] as const;
export const KEYS = 600;

/** A world whose two configured caches, `sessions` and the cluster `orders`, have one recovery point each in the vault. */
export async function restoreWorld(): Promise<World> {
  const world = await World.start();
  await world.create([
    { id: 'sessions', replicas: 1, authToken: 'not-a-secret-of-anyone' },
    { id: 'orders', clusterMode: 'on', shards: 3 },
  ]);
  for (const id of ['sessions', 'orders']) await world.fill(id, KEYS);
  for (const plan of ['session-store', 'event-log']) await world.runSlot(plan, MIDNIGHT);
  return world;
}

export function restore(world: World, words: readonly string[], options: RunOptions = {}) {
  const environment = { NEW_TOKEN: TOKEN, ...options.environment };
  return runRedrill(world, ['restore', ...words], { ...options, environment });
}

/** Keys of a cluster of the vault region, straight from its servers. */
export async function keysOf(world: World, id: string): Promise<number> {
  const primaries = world.nodesOf(id, world.demo.vault).filter(({ role }) => role === 'primary');
  const counts = primaries.map(({ server }) =>
    server.control(async (redis) => {
      const keyspace = await infoOf(redis, 'keyspace');
      return [...keyspace.values()].reduce((sum, line) => sum + Number(/keys=(\d+)/.exec(line)?.[1]), 0);
    }),
  );
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

export async function stagedForRestores(world: World): Promise<readonly string[]> {
  return (await world.stagedKeys()).filter((key) => key.startsWith('restores/'));
}
