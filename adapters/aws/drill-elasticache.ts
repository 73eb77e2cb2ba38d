import {
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  paginateDescribeReplicationGroups,
} from '@aws-sdk/client-elasticache';
import type { ClusterView, DrillClusterOrder, DrillElastiCache } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { clusterViewOf, GROUP_NOT_FOUND, groupReader, orderGroup } from './replication-groups.ts';
import { nameOf, translating } from './translate.ts';

/** ElastiCache of the vault region, as far as drills need it. */
export function drillElastiCache(client = new ElastiCacheClient(CLIENT_OPTIONS)): DrillElastiCache {
  return {
    ...groupReader(client),
    createCluster: (order) => orderGroup(client, requestOf(order), 'create drill cluster'),
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
    nodeStatuses: (id) => translating(`look at the nodes of ${id}`, () => nodeStatusesOf(client, id)),
    deleteCluster: (id) =>
      translating(`delete ${id}`, async () => {
        try {
          await client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: id }));
          return 'deleting';
        } catch (error) {
          if (nameOf(error) === GROUP_NOT_FOUND) return 'gone';
          if (nameOf(error) === 'InvalidReplicationGroupState') return 'deleting';
          throw error;
        }
      }),
  };
}

/** Only the nodes say whether loading the data failed (`restore-failed`); of the group that is `create-failed` like all else. */
async function nodeStatusesOf(client: ElastiCacheClient, id: string): Promise<readonly string[]> {
  try {
    const { ReplicationGroups } = await client.send(
      new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }),
    );
    const members = ReplicationGroups?.[0]?.MemberClusters ?? [];
    const found = await Promise.all(
      members.map((CacheClusterId) => client.send(new DescribeCacheClustersCommand({ CacheClusterId }))),
    );
    return found.flatMap(({ CacheClusters }) => CacheClusters?.[0]?.CacheClusterStatus ?? []);
  } catch (error) {
    if (nameOf(error) === GROUP_NOT_FOUND || nameOf(error) === 'CacheClusterNotFound') return [];
    throw error;
  }
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
