import type { ModifyReplicationGroupCommandInput } from '@aws-sdk/client-elasticache';
import { type Call, NotModelledError } from '../service.ts';
import { tagConditions } from './authorization.ts';
import type { Context } from './context.ts';
import { groupView } from './group-views.ts';
import { groupNamed } from './groups.ts';
import { arnOf } from './names.ts';
import { acceptOnly, invalidCombination, invalidValue, refusal } from './refusals.ts';
import type { Group, RegionState } from './state.ts';
import { maintenanceWindowOf, snapshotWindowOf } from './windows.ts';

type Input = ModifyReplicationGroupCommandInput;

const PARAMETERS = [
  'ReplicationGroupId',
  'ReplicationGroupDescription',
  'ApplyImmediately',
  'SnapshotRetentionLimit',
  'SnapshottingClusterId',
  'SnapshotWindow',
  'PreferredMaintenanceWindow',
];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-automatic.html */
const LONGEST_RETENTION_DAYS = 35;

/**
 * What a person changes of a running group: its text, its windows, and how long automatic snapshots are kept. None of
 * these needs a maintenance window. Automatic snapshots themselves are not modelled: the retention is recorded.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html
 */
export function modifyReplicationGroup(state: RegionState, input: Input, call: Call, { readings }: Context) {
  acceptOnly('ModifyReplicationGroup', input, PARAMETERS);
  const id = (input.ReplicationGroupId ?? '').toLowerCase();
  call.authorize({
    action: 'elasticache:ModifyReplicationGroup',
    resource: arnOf(state, 'replicationgroup', id),
    conditions: tagConditions('aws:ResourceTag', state.groups.get(id)?.tags),
  });
  if (input.ApplyImmediately === false)
    throw new NotModelledError('ApplyImmediately false of elasticache:ModifyReplicationGroup');
  const group = groupNamed(state, id);
  if (group.status !== 'available')
    throw refusal(
      'InvalidReplicationGroupState',
      `Replication group ${id} is ${group.status}, not available.`,
    );
  const retention = retentionOf(group, input);
  const snapshottingClusterId = snapshottingOf(group, input);
  if (retention > 0 && group.clusterMode === 'off' && snapshottingClusterId === undefined) {
    throw invalidCombination(
      'Must specify both SnapshotRetentionLimit and SnapshottingClusterId to turn on snapshots',
    );
  }
  group.description = input.ReplicationGroupDescription ?? group.description;
  group.snapshotWindow = snapshotWindowOf(input.SnapshotWindow ?? group.snapshotWindow);
  group.maintenanceWindow = maintenanceWindowOf(input.PreferredMaintenanceWindow ?? group.maintenanceWindow);
  group.snapshotRetentionLimit = retention;
  group.snapshottingClusterId = snapshottingClusterId;
  return { ReplicationGroup: groupView(group, readings) };
}

function retentionOf(group: Group, input: Input): number {
  const days = input.SnapshotRetentionLimit ?? group.snapshotRetentionLimit;
  if (Number.isInteger(days) && days >= 0 && days <= LONGEST_RETENTION_DAYS) return days;
  throw invalidValue(`SnapshotRetentionLimit is ${days}, not 0 to ${LONGEST_RETENTION_DAYS}`);
}

/** https://github.com/hashicorp/terraform/issues/19336: with cluster mode on every shard is snapshotted, none is named. */
function snapshottingOf(group: Group, { SnapshottingClusterId: given }: Input): string | undefined {
  if (given === undefined) return group.snapshottingClusterId;
  if (group.clusterMode === 'on')
    throw invalidCombination('Cannot set snapshotting cluster for cluster mode enabled replication group');
  const members = group.shards.flatMap((shard) => shard.members);
  const found = members.find(({ cacheClusterId }) => cacheClusterId === given.toLowerCase());
  if (found === undefined) throw refusal('CacheClusterNotFound', `CacheCluster not found: ${given}`);
  return found.cacheClusterId;
}
