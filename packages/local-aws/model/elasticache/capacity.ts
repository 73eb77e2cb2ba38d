import type { Context } from './context.ts';
import { refusal } from './refusals.ts';
import { everyGroup, type Group, type Member, type RegionState } from './state.ts';

export interface LackingCapacity {
  readonly member: Member;
  readonly message: string;
}

/** The first node of a new group that cannot be had. The message is worded as in winglang/wing#4126. */
export function lackingCapacity(
  { shortages }: Context,
  { shards, nodeType }: Pick<Group, 'shards' | 'nodeType'>,
): LackingCapacity | undefined {
  const missing = shortages.filter((each) => each.nodeType === nodeType);
  for (const member of shards.flatMap(({ members }) => members)) {
    const zone = member.availabilityZone;
    if (missing.some((each) => each.zone === undefined || each.zone === zone))
      return {
        member,
        message: `${nodeType} (VPC) is not currently supported in the availability zone ${zone}.`,
      };
  }
  return undefined;
}

/** An accepted group whose nodes cannot be had after all: it never has a server, and can be deleted. */
export function failLater(
  context: Context,
  state: RegionState,
  group: Group,
  { member, message }: LackingCapacity,
): void {
  context.clock.at(context.clock.now() + context.durationMs('create', group.arn), () => {
    group.status = 'create-failed';
    context.tell(state, {
      sourceType: 'cache-cluster',
      sourceId: member.cacheClusterId,
      message: `InsufficientCacheClusterCapacity: ${message}`,
    });
  });
}

/** The message is that of https://github.com/ministryofjustice/cloud-platform/issues/3241. */
export function checkNodeQuota(context: Context, state: RegionState, group: Pick<Group, 'shards'>): void {
  const nodesIn = ({ shards }: Pick<Group, 'shards'>) => shards.flatMap(({ members }) => members).length;
  const there = everyGroup(state).reduce((sum, each) => sum + nodesIn(each), 0);
  const quota = context.nodeQuota(state);
  if (there + nodesIn(group) <= quota) return;
  throw refusal(
    'NodeQuotaForCustomerExceeded',
    `Customer node quota exceeded. You can have at most ${quota} nodes in this region.`,
  );
}
