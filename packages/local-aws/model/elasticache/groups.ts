import type {
  DeleteReplicationGroupCommandInput,
  DescribeCacheClustersCommandInput,
  DescribeReplicationGroupsCommandInput,
} from '@aws-sdk/client-elasticache';
import { type Call, NotModelledError } from '../service.ts';
import { tagConditions } from './authorization.ts';
import { type Context, whenDone } from './context.ts';
import { stopProcesses } from './group-processes.ts';
import { clusterView, groupView } from './group-views.ts';
import { arnOf } from './names.ts';
import { pageOf, USUAL_PAGE } from './paging.ts';
import { acceptOnly, refusal } from './refusals.ts';
import { everyGroup, type Group, type GroupStatus, type RegionState } from './state.ts';
import { groupOfCluster } from './tags.ts';
import { isVisible, whenForgotten } from './visibility.ts';

/** @throws ReplicationGroupNotFoundFault */
export function groupNamed(state: RegionState, id: string): Group {
  const group = state.groups.get(id);
  if (group !== undefined) return group;
  throw notFound(id);
}

function notFound(id: string) {
  return refusal('ReplicationGroupNotFoundFault', `ReplicationGroup ${id} not found.`);
}

export function describeReplicationGroups(
  state: RegionState,
  input: DescribeReplicationGroupsCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeReplicationGroups', input, ['ReplicationGroupId', 'MaxRecords', 'Marker']);
  const id = input.ReplicationGroupId?.toLowerCase();
  call.authorize({
    action: 'elasticache:DescribeReplicationGroups',
    resource: arnOf(state, 'replicationgroup', id ?? '*'),
    conditions: tagConditions('aws:ResourceTag', state.groups.get(id ?? '')?.tags),
  });
  const seen = [...state.groups.values()].filter(({ createdAt }) => isVisible(readings, createdAt, call.now));
  const groups = seen.filter((group) => id === undefined || group.id === id);
  if (id !== undefined && groups.length === 0) throw notFound(id);
  const page = pageOf(groups, (group) => group.id, { request: input, bounds: USUAL_PAGE, readings });
  return { ...marker(page), ReplicationGroups: page.items.map((group) => groupView(group, readings)) };
}

const CLUSTER_PARAMETERS = [
  'CacheClusterId',
  'MaxRecords',
  'Marker',
  'ShowCacheNodeInfo',
  'ShowCacheClustersNotInReplicationGroups',
];

export function describeCacheClusters(
  state: RegionState,
  input: DescribeCacheClustersCommandInput,
  call: Call,
  { readings }: Context,
) {
  acceptOnly('DescribeCacheClusters', input, CLUSTER_PARAMETERS);
  const id = input.CacheClusterId?.toLowerCase();
  call.authorize({
    action: 'elasticache:DescribeCacheClusters',
    resource: arnOf(state, 'cluster', id ?? '*'),
    conditions: tagConditions('aws:ResourceTag', groupOfCluster(state, id ?? '')?.tags),
  });
  const all = everyGroup(state).flatMap((group) =>
    group.shards.flatMap((shard) => shard.members).map((member) => ({ group, member })),
  );
  const wanted = all.filter(({ member }) => id === undefined || member.cacheClusterId === id);
  if (id !== undefined && wanted.length === 0)
    throw refusal('CacheClusterNotFound', `CacheCluster not found: ${id}`);
  const isShown = input.ShowCacheClustersNotInReplicationGroups
    ? ({ group }: (typeof all)[number]) => group.isStandalone
    : () => true;
  const shown = wanted.filter(isShown);
  const page = pageOf(shown, ({ member }) => member.cacheClusterId, {
    request: input,
    bounds: USUAL_PAGE,
    readings,
  });
  const withNodes = input.ShowCacheNodeInfo ?? false;
  return {
    ...marker(page),
    CacheClusters: page.items.map(({ group, member }) => clusterView(group, member, { withNodes, readings })),
  };
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteReplicationGroup.html */
export const DELETABLE: readonly GroupStatus[] = ['available', 'create-failed'];

export function deleteReplicationGroup(
  context: Context,
  state: RegionState,
  input: DeleteReplicationGroupCommandInput,
  call: Call,
) {
  acceptOnly('DeleteReplicationGroup', input, ['ReplicationGroupId', 'RetainPrimaryCluster']);
  if (input.RetainPrimaryCluster) {
    throw new NotModelledError('RetainPrimaryCluster of elasticache:DeleteReplicationGroup');
  }
  const id = (input.ReplicationGroupId ?? '').toLowerCase();
  call.authorize({
    action: 'elasticache:DeleteReplicationGroup',
    resource: arnOf(state, 'replicationgroup', id),
    conditions: tagConditions('aws:ResourceTag', state.groups.get(id)?.tags),
  });
  const group = groupNamed(state, id);
  if (!DELETABLE.includes(group.status)) {
    throw refusal(
      'InvalidReplicationGroupState',
      `Replication group ${id} is ${group.status}; it must be available to be deleted.`,
    );
  }
  takeDown(context, state, group);
  return { ReplicationGroup: groupView(group, context.readings) };
}

/** Ends the servers of a group, or of a cluster outside a group, and forgets it. */
export function takeDown(context: Context, state: RegionState, group: Group): void {
  group.status = 'deleting';
  const stopped = stopProcesses(group);
  const delayMs = context.durationMs('delete', group.arn);
  const settle = () => {
    group.status = 'deleted';
    whenForgotten(context, () => (group.isStandalone ? state.clusters : state.groups).delete(group.id));
    context.tell(state, {
      sourceType: group.isStandalone ? 'cache-cluster' : 'replication-group',
      sourceId: group.id,
      message: group.isStandalone ? 'Cache cluster deleted' : `Replication group ${group.id} deleted`,
    });
  };
  const operation = group.isStandalone ? 'DeleteCacheCluster' : 'DeleteReplicationGroup';
  if (!context.strikes('freeze', operation, group.region, group.id)) {
    whenDone(context, stopped, delayMs, settle);
    return;
  }
  void context.clock.track(stopped);
  group.thaw = () => {
    group.thaw = undefined;
    settle();
  };
}

function marker(page: { readonly Marker?: string }) {
  return page.Marker === undefined ? {} : { Marker: page.Marker };
}
