import { NotModelledError } from '../service.ts';
import { type Context, whenDone } from './context.ts';
import { giveMemory } from './group-processes.ts';
import { groupNamed } from './groups.ts';
import { refusal } from './refusals.ts';
import type { Group, GroupStatus, Member, RegionState, Shard } from './state.ts';

/** States in which a node that ends is replaced. */
const REPAIRED: readonly GroupStatus[] = ['available', 'snapshotting', 'modifying'];

interface Place {
  readonly group: Group;
  readonly shard: Shard;
  readonly member: Member;
}

/**
 * Ends the server of a node, as a failing host does. What follows is {@link recoverNode}.
 * @param cacheClusterId default the primary of the first shard
 */
export async function failNode(
  context: Context,
  state: RegionState,
  { id, cacheClusterId }: { readonly id: string; readonly cacheClusterId?: string | undefined },
): Promise<void> {
  const place = placeOf(groupNamed(state, id), cacheClusterId);
  const { group, member } = place;
  if (group.status !== 'available')
    throw refusal(
      'InvalidReplicationGroupState',
      `Replication group ${id} is ${group.status}, not available.`,
    );
  if (!canBeReplaced(place))
    throw new NotModelledError(
      `the failure of the primary ${member.cacheClusterId}, which has replicas, in cluster mode`,
    );
  await member.node?.stop();
  await recoverNode(context, state, place);
}

/** Looks after the group's servers from now on: one that ends otherwise than by this program's will has failed. */
export function watchNodes(context: Context, state: RegionState, group: Group): void {
  for (const shard of group.shards)
    for (const member of shard.members) watchNode(context, state, { group, shard, member });
}

function watchNode(context: Context, state: RegionState, place: Place): void {
  void place.member.node?.died.then(() => context.clock.track(recoverNode(context, state, place)));
}

/**
 * A replica takes over from a primary that failed, where failover is on; without it the shard waits for its node.
 * ElastiCache replaces the node at the same address: as a replica of the primary, or empty where there is none. What the
 * group's status is meanwhile is documented nowhere; here it is `modifying`, in which nothing can be snapshotted. The
 * messages are those of https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.html
 */
async function recoverNode(context: Context, state: RegionState, place: Place): Promise<void> {
  const { group, shard, member } = place;
  if (!REPAIRED.includes(group.status)) return;
  group.status = 'modifying';
  tell(context, state, member, 'Recovering cache nodes 0001');
  if (!canBeReplaced(place)) return;
  const successor = shard.members.find((each) => each !== member && each.node?.running === true);
  const wasPrimary = shard.members[0] === member;
  if (wasPrimary && group.automaticFailover && successor !== undefined) {
    await promote(shard, member, successor);
    const message = `Failover to replica node ${successor.cacheClusterId} completed`;
    context.tell(state, { sourceType: 'replication-group', sourceId: group.id, message });
  }
  context.clock.at(context.clock.now() + context.durationMs('replaceNode', member.cacheClusterId), () =>
    whenDone(context, replace(context, place), 0, () => {
      watchNode(context, state, place);
      tell(context, state, member, 'Finished recovery for cache nodes 0001');
      if (group.shards.every(({ members }) => members.every(({ node }) => node?.running === true)))
        group.status = 'available';
    }),
  );
}

/** Failover between the shards of a cluster is not modelled: such a group stays `modifying`. */
function canBeReplaced({ group, shard, member }: Place): boolean {
  return group.clusterMode === 'off' || shard.members[0] !== member || shard.members.length === 1;
}

async function promote(shard: Shard, failed: Member, successor: Member): Promise<void> {
  await successor.node?.control((redis) => redis.replicaof('NO', 'ONE'));
  const others = shard.members.filter((each) => each !== failed && each !== successor);
  shard.members = [successor, ...others, failed];
  const port = successor.node?.port ?? 0;
  for (const { node } of others) await node?.control((redis) => redis.replicaof('127.0.0.1', port));
}

async function replace(context: Context, { group, shard, member }: Place): Promise<void> {
  const [primary] = shard.members;
  const follows = group.clusterMode === 'off' && primary !== member ? primary?.node?.port : undefined;
  const node = await member.node?.replace(follows);
  if (node === undefined) return;
  await giveMemory(context, group, [[node]]);
  member.node = node;
}

function placeOf(group: Group, cacheClusterId: string | undefined): Place {
  for (const shard of group.shards) {
    const member = shard.members.find(
      (each, index) =>
        (cacheClusterId === undefined && index === 0) || each.cacheClusterId === cacheClusterId,
    );
    if (member !== undefined) return { group, shard, member };
  }
  const known = group.shards.flatMap(({ members }) => members.map((each) => each.cacheClusterId));
  throw refusal(
    'CacheClusterNotFound',
    `CacheCluster not found: ${cacheClusterId}; ${group.id} has ${known.join(', ')}`,
  );
}

function tell(context: Context, state: RegionState, { cacheClusterId }: Member, message: string): void {
  context.tell(state, { sourceType: 'cache-cluster', sourceId: cacheClusterId, message });
}
