import { NotModelledError } from '../service.ts';
import { type Context, whenDone } from './context.ts';
import { giveMemory } from './group-processes.ts';
import { groupNamed } from './groups.ts';
import type { Group, Member, RegionState } from './state.ts';

/**
 * Ends the server of a shard's only node, as a failing host does. ElastiCache replaces the node at the same address: with
 * nothing in it, for there is no replica to copy. What the group's status is meanwhile is documented nowhere; here it is
 * `modifying`, in which nothing can be snapshotted. The messages are those of
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.html
 */
export async function failNode(context: Context, state: RegionState, id: string): Promise<void> {
  const group = groupNamed(state, id);
  const [shard] = group.shards;
  const [member, ...replicas] = shard?.members ?? [];
  if (group.status !== 'available') throw new Error(`${id} is ${group.status}, not available`);
  if (member?.node === undefined || replicas.length > 0)
    throw new NotModelledError(`the failure of a node of ${id}, which has replicas to take over`);
  const failed = member.node;
  await failed.stop();
  group.status = 'modifying';
  tell(context, state, member, 'Recovering cache nodes 0001');
  context.clock.at(context.clock.now() + context.durationMs('replaceNode', member.cacheClusterId), () =>
    whenDone(context, replace(context, group, member), 0, () => {
      group.status = 'available';
      tell(context, state, member, 'Finished recovery for cache nodes 0001');
    }),
  );
}

async function replace(context: Context, group: Group, member: Member): Promise<void> {
  const node = await member.node?.replace();
  if (node === undefined) return;
  await giveMemory(context, group, [[node]]);
  member.node = node;
}

function tell(context: Context, state: RegionState, { cacheClusterId }: Member, message: string): void {
  context.tell(state, { sourceType: 'cache-cluster', sourceId: cacheClusterId, message });
}
