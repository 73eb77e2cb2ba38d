import { rm } from 'node:fs/promises';
import { infoOf } from '../../redis/control.ts';
import { type ShardNodes, startGroup } from '../../redis/group.ts';
import type { RedisNode } from '../../redis/node.ts';
import { stampReplication } from '../../redis/replication-timestamp.ts';
import type { Context } from './context.ts';
import { directivesOf, parameterGroup } from './parameter-groups.ts';
import type { Group } from './state.ts';

/** The data of a seed need more memory than the node type has. */
export class DataExceedMemoryError extends Error {
  constructor(usedBytes: number, maxMemoryBytes: number, nodeType: string) {
    super(`the data use ${usedBytes} bytes of the ${maxMemoryBytes} that ${nodeType} has`);
    this.name = 'DataExceedMemoryError';
  }
}

/**
 * Starts a server for every node of the group, the primaries from the seeds if there are any, and gives each node the
 * memory of its type.
 * @throws NodeStartError when a seed cannot be loaded, DataExceedMemoryError when it does not fit
 */
export async function startProcesses(
  context: Context,
  group: Group,
  seeds: readonly string[],
): Promise<void> {
  const parameters = parameterGroup(context.stateOf(group), group.parameterGroupName);
  const shards = await startGroup({
    binary: await context.server(),
    folder: group.folder,
    clusterMode: group.clusterMode,
    shards: group.shards.map(({ slots, members }, index) => {
      const rdbFile = seeds[index];
      return { slots, replicas: members.length - 1, ...(rdbFile === undefined ? {} : { rdbFile }) };
    }),
    directives: directivesOf(parameters),
    ...(group.tls ? { tls: await context.tls() } : {}),
    ...(group.authToken === undefined ? {} : { authToken: group.authToken }),
  });
  const nodes = shards.flat();
  try {
    await giveMemory(context, group, shards);
    if (context.readings['replication-timestamp'] === 'written')
      await Promise.all(shards.map(([primary]) => stampReplication(primary, context.clock.now())));
  } catch (error) {
    await Promise.all(nodes.map((node) => node.stop()));
    throw error;
  }
  assignNodes(group, shards);
}

/** The limit is set only now: a server that loads more than its limit would evict keys at once and look fine. */
export async function giveMemory(
  context: Context,
  group: Group,
  shards: readonly ShardNodes[],
): Promise<void> {
  const maxMemoryBytes = context.maxMemoryBytes(group.nodeType) ?? 0;
  for (const [primary] of shards) {
    const usedBytes = await usedMemoryBytes(primary);
    if (usedBytes > maxMemoryBytes)
      throw new DataExceedMemoryError(usedBytes, maxMemoryBytes, group.nodeType);
  }
  const limit = (node: RedisNode) =>
    node.control((redis) => redis.config('SET', 'maxmemory', `${maxMemoryBytes}`));
  await Promise.all(shards.flat().map(limit));
}

export async function usedMemoryBytes(node: RedisNode): Promise<number> {
  const memory = await node.control((redis) => infoOf(redis, 'memory'));
  return Number(memory.get('used_memory'));
}

function assignNodes(group: Group, shards: readonly ShardNodes[]): void {
  for (const [shardIndex, shard] of group.shards.entries()) {
    for (const [index, member] of shard.members.entries()) member.node = shards[shardIndex]?.[index];
  }
}

/** Ends the group's servers and forgets their data. */
export async function stopProcesses(group: Group): Promise<void> {
  const members = group.shards.flatMap(({ members: all }) => all);
  await Promise.all(members.map((member) => member.node?.stop()));
  for (const member of members) member.node = undefined;
  await rm(group.folder, { recursive: true, force: true });
}
