import type {
  CreateCacheClusterCommandInput,
  DeleteCacheClusterCommandInput,
} from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import { type Call, NotModelledError } from '../service.ts';
import { tagConditions } from './authorization.ts';
import type { Context } from './context.ts';
import { bringUpGroup } from './create-group.ts';
import { type GroupRequest, parseGroupRequest } from './group-request.ts';
import { clusterView } from './group-views.ts';
import { DELETABLE, takeDown } from './groups.ts';
import { arnOf, parseName } from './names.ts';
import { acceptOnly, invalidCombination, invalidValue, refusal } from './refusals.ts';
import type { Group, RegionState } from './state.ts';
import { groupOfCluster } from './tags.ts';

/** Clusters of one node outside a replication group. */

/** Parameters of CreateCacheCluster that are modelled, but for the id and those below. */
const SHARED = [
  'CacheNodeType',
  'Engine',
  'EngineVersion',
  'CacheParameterGroupName',
  'CacheSubnetGroupName',
  'SecurityGroupIds',
  'Tags',
  'PreferredMaintenanceWindow',
  'Port',
  'AutoMinorVersionUpgrade',
  'SnapshotRetentionLimit',
  'SnapshotWindow',
  'NetworkType',
  'IpDiscovery',
] as const;
const PARAMETERS = ['CacheClusterId', 'NumCacheNodes', 'TransitEncryptionEnabled', ...SHARED];

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheCluster.html: 1 to 50 characters. */
const ID_CHARACTERS = 50;

export async function createCacheCluster(
  context: Context,
  input: CreateCacheClusterCommandInput,
  call: Call,
) {
  const state = context.stateOf({ account: call.principal.account, region: call.region });
  const group = await bringUpGroup(context, call, state, parseClusterRequest(input, context.readings));
  return { CacheCluster: onlyCluster(group, context.readings) };
}

function onlyCluster(group: Group, readings: Readings) {
  const member = group.shards[0]?.members[0];
  return member === undefined ? undefined : clusterView(group, member, { withNodes: false, readings });
}

/** The request for a group of one node, without what only groups have. */
function parseClusterRequest(input: CreateCacheClusterCommandInput, readings: Readings): GroupRequest {
  acceptOnly('CreateCacheCluster', input, PARAMETERS);
  const id = parseName('CacheClusterId', input.CacheClusterId, ID_CHARACTERS);
  refuseOtherClusters(input);
  const shared = Object.fromEntries(SHARED.map((name) => [name, input[name]]));
  const forGroup = { ...shared, ReplicationGroupId: 'standalone', ReplicationGroupDescription: id };
  const request = parseGroupRequest({ ...forGroup, NumCacheClusters: 1 }, () => false, readings);
  return { ...request, settings: { ...request.settings, id, isStandalone: true } };
}

/**
 * CreateCacheCluster makes no Valkey clusters (hashicorp/terraform-provider-aws#39905, pulumi/pulumi-aws#4771; the wording of
 * the refusal is not public), none of several Redis nodes, and none with encryption in transit
 * (hashicorp/terraform-provider-aws#49066, aws/aws-cdk#27379: "Encryption feature is not supported for engine REDIS.").
 */
function refuseOtherClusters(input: CreateCacheClusterCommandInput): void {
  if (input.Engine === 'valkey')
    throw invalidValue('CreateCacheCluster does not support the engine valkey; use CreateReplicationGroup.');
  if (input.Engine !== 'redis')
    throw new NotModelledError(`the engine ${input.Engine} of elasticache:CreateCacheCluster`);
  const { NumCacheNodes: nodes = 0 } = input;
  if (nodes > 1)
    throw invalidValue('Cannot create a Redis cluster with a NumCacheNodes parameter greater than 1.');
  if (nodes !== 1) throw invalidValue('The parameter NumCacheNodes must be provided, as 1.');
  if (input.TransitEncryptionEnabled === true)
    throw invalidCombination('Encryption feature is not supported for engine REDIS.');
}

export function deleteCacheCluster(
  state: RegionState,
  input: DeleteCacheClusterCommandInput,
  call: Call,
  context: Context,
) {
  acceptOnly('DeleteCacheCluster', input, ['CacheClusterId']);
  const id = (input.CacheClusterId ?? '').toLowerCase();
  const group = groupOfCluster(state, id);
  call.authorize({
    action: 'elasticache:DeleteCacheCluster',
    resource: arnOf(state, 'cluster', id),
    conditions: tagConditions('aws:ResourceTag', group?.tags),
  });
  if (group === undefined) throw refusal('CacheClusterNotFound', `CacheCluster not found: ${id}`);
  if (!group.isStandalone)
    throw new NotModelledError(
      `elasticache:DeleteCacheCluster of a node of the replication group ${group.id}`,
    );
  if (!DELETABLE.includes(group.status))
    throw refusal(
      'InvalidCacheClusterState',
      `Cluster ${id} is ${group.status}; it must be available to be deleted.`,
    );
  takeDown(context, state, group);
  return { CacheCluster: onlyCluster(group, context.readings) };
}
