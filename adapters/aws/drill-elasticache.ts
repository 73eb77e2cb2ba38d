import {
  CreateReplicationGroupCommand,
  DeleteReplicationGroupCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ListTagsForResourceCommand,
  paginateDescribeReplicationGroups,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import type { ClusterView, DrillClusterOrder, DrillElastiCache } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

const NOT_FOUND = 'ReplicationGroupNotFoundFault';
/**
 * The request was right, and AWS has no such node at the moment: another type may be had.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ErrorMessages.html (checked 2026-11-21)
 */
const NO_CAPACITY = new Set(['InsufficientCacheClusterCapacity', 'InsufficientCacheClusterCapacityFault']);

/** ElastiCache of the vault region, as far as drills need it. */
export function drillElastiCache(client = new ElastiCacheClient(CLIENT_OPTIONS)): DrillElastiCache {
  return {
    createCluster: (order) =>
      translating(`create drill cluster ${order.id}`, async () => {
        try {
          await client.send(new CreateReplicationGroupCommand(requestOf(order)));
          return 'created';
        } catch (error) {
          if (
            nameOf(error) === 'ReplicationGroupAlreadyExistsFault' ||
            nameOf(error) === 'ReplicationGroupAlreadyExists'
          )
            return 'exists';
          if (NO_CAPACITY.has(nameOf(error))) return 'no-capacity';
          throw error;
        }
      }),
    findCluster: (id) =>
      translating(`describe ${id}`, async () => {
        try {
          const { ReplicationGroups } = await client.send(
            new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }),
          );
          return ReplicationGroups?.map(clusterViewOf)[0];
        } catch (error) {
          if (nameOf(error) === NOT_FOUND) return undefined;
          throw error;
        }
      }),
    listClusters: (idPrefix) =>
      translating('list clusters', async () => {
        const found: ClusterView[] = [];
        for await (const page of paginateDescribeReplicationGroups({ client, pageSize: 100 }, {})) {
          found.push(
            ...(page.ReplicationGroups ?? []).map(clusterViewOf).filter(({ id }) => id.startsWith(idPrefix)),
          );
        }
        return found;
      }),
    tagsOf: (arn) =>
      translating(`list the tags of ${arn}`, async () => {
        const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: arn }));
        return Object.fromEntries((TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
      }),
    deleteCluster: (id) =>
      translating(`delete ${id}`, async () => {
        try {
          await client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: id }));
          return 'deleting';
        } catch (error) {
          if (nameOf(error) === NOT_FOUND) return 'gone';
          if (nameOf(error).startsWith('InvalidReplicationGroupState')) return 'deleting';
          throw error;
        }
      }),
  };
}

/**
 * No replicas, snapshots or multi-AZ: the cluster lives for minutes. Cluster mode insists on automatic fail-over, and
 * accepts it without replicas; seeding it from S3 needs every shard's slots.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (checked 2026-11-21)
 */
function requestOf(order: DrillClusterOrder) {
  return {
    ReplicationGroupId: order.id,
    ReplicationGroupDescription: order.description,
    Engine: order.engine,
    EngineVersion: order.engineVersion,
    CacheNodeType: order.nodeType,
    CacheSubnetGroupName: order.subnetGroup,
    SecurityGroupIds: [order.securityGroupId],
    SnapshotArns: [...order.snapshotArns],
    SnapshotRetentionLimit: 0,
    MultiAZEnabled: false,
    AtRestEncryptionEnabled: true,
    TransitEncryptionEnabled: true,
    AuthToken: order.authToken,
    ...withoutDurability(order),
    Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(order.clusterMode
      ? {
          AutomaticFailoverEnabled: true,
          CacheParameterGroupName: clusterParameterGroup(order),
          NodeGroupConfiguration: order.shards.map(({ slots }) => ({ Slots: slots, ReplicaCount: 0 })),
        }
      : { AutomaticFailoverEnabled: false, NumCacheClusters: 1 }),
  };
}

/**
 * A durable source would make a durable drill, which needs replicas and costs more; the setting came with Valkey 9.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/durability.html (checked 2026-11-21)
 */
function withoutDurability({ engine, engineVersion }: DrillClusterOrder): {
  readonly Durability?: 'disabled';
} {
  return engine === 'valkey' && Number(engineVersion.split('.')[0]) >= 9 ? { Durability: 'disabled' } : {};
}

/**
 * What makes a new replication group a cluster: the engine's default parameter group for it.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (checked 2026-11-21)
 */
function clusterParameterGroup({ engine, engineVersion }: DrillClusterOrder): string {
  return `default.${engine}${engineVersion.split('.')[0]}.cluster.on`;
}

function clusterViewOf(group: ReplicationGroup): ClusterView {
  const endpoint = group.ConfigurationEndpoint ?? group.NodeGroups?.[0]?.PrimaryEndpoint;
  return {
    id: group.ReplicationGroupId ?? '',
    arn: group.ARN ?? '',
    status: group.Status ?? 'unknown',
    createdAt: group.ReplicationGroupCreateTime,
    nodeType: group.CacheNodeType,
    endpoint:
      endpoint?.Address === undefined || endpoint.Port === undefined
        ? undefined
        : { host: endpoint.Address, port: endpoint.Port },
  };
}
