import {
  type CacheCluster,
  DescribeCacheClustersCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  paginateDescribeCacheParameters,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { Topology } from '../../core/contracts/topology.ts';

/** What is needed to build a replication group again. Throws what the SDK throws; the caller translates. */
export async function groupTopologyOf(client: ElastiCacheClient, group: ReplicationGroup): Promise<Topology> {
  const node = await describeNode(client, group);
  const parameterGroup = node.CacheParameterGroup?.CacheParameterGroupName ?? '';
  const [parameters, tags] = await Promise.all([
    userParameters(client, parameterGroup),
    tagsOf(client, group),
  ]);
  return {
    engine: node.Engine ?? group.Engine ?? '',
    engineVersion: node.EngineVersion ?? '',
    nodeType: group.CacheNodeType ?? node.CacheNodeType ?? '',
    clusterMode: group.ClusterEnabled ?? false,
    replicas: Math.max(0, (group.NodeGroups?.[0]?.NodeGroupMembers?.length ?? 1) - 1),
    shards: shardsOf(group),
    parameterGroup,
    parameters,
    userGroups: group.UserGroupIds ?? [],
    securityGroups: (node.SecurityGroups ?? []).flatMap(({ SecurityGroupId }) => SecurityGroupId ?? []),
    ...(node.CacheSubnetGroupName === undefined ? {} : { subnetGroup: node.CacheSubnetGroupName }),
    tls: group.TransitEncryptionEnabled ?? false,
    auth: (group.UserGroupIds ?? []).length > 0 ? 'users' : group.AuthTokenEnabled ? 'token' : 'none',
    automaticFailover: group.AutomaticFailover === 'enabled',
    multiAz: group.MultiAZ === 'enabled',
    dataTiering: group.DataTiering === 'enabled',
    tags,
  };
}

function shardsOf(group: ReplicationGroup): Topology['shards'] {
  const nodeGroups = [...(group.NodeGroups ?? [])].sort((one, other) =>
    (one.NodeGroupId ?? '') < (other.NodeGroupId ?? '') ? -1 : 1,
  );
  return nodeGroups.map(({ Slots }, at) =>
    Slots === undefined ? { shard: at + 1 } : { shard: at + 1, slots: Slots },
  );
}

async function describeNode(client: ElastiCacheClient, group: ReplicationGroup): Promise<CacheCluster> {
  const { CacheClusters } = await client.send(
    new DescribeCacheClustersCommand({ CacheClusterId: group.MemberClusters?.[0] }),
  );
  return CacheClusters?.[0] ?? {};
}

/** Only what somebody changed; a default parameter group has nothing of the kind. */
async function userParameters(client: ElastiCacheClient, name: string): Promise<Record<string, string>> {
  const changed: Record<string, string> = {};
  for await (const page of paginateDescribeCacheParameters(
    { client },
    { CacheParameterGroupName: name, Source: 'user' },
  )) {
    for (const { ParameterName, ParameterValue } of page.Parameters ?? []) {
      if (ParameterName !== undefined && ParameterValue !== undefined)
        changed[ParameterName] = ParameterValue;
    }
  }
  return changed;
}

async function tagsOf(client: ElastiCacheClient, group: ReplicationGroup): Promise<Record<string, string>> {
  const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: group.ARN }));
  return Object.fromEntries((TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}
