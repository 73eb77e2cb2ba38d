import {
  DeleteReplicationGroupCommand,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  paginateDescribeReplicationGroups,
} from '@aws-sdk/client-elasticache';
import { majorOf } from '../../core/model/version-order.ts';
import type { ClusterView, DrillClusterOrder, DrillElastiCache } from '../../core/ports.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { drillParameterGroups, makeParameterGroup } from './drill-parameter-groups.ts';
import { deleteDrillServerless, orderDrillServerless } from './drill-serverless.ts';
import { clusterViewOf, GROUP_NOT_FOUND, groupReader, orderGroup } from './replication-groups.ts';
import { everyServerless, serverlessNamed } from './serverless-caches.ts';
import { serverlessViewOf } from './serverless-orders.ts';
import { nameOf, translating } from './translate.ts';

/** ElastiCache of the vault region, as far as drills need it. */
export function drillElastiCache(client = new ElastiCacheClient(CLIENT_OPTIONS)): DrillElastiCache {
  const groups = groupReader(client);
  return {
    ...groups,
    ...drillParameterGroups(client),
    createCluster: async (order) => {
      const { id, parameters, tags } = order;
      const group = parametersGroup(order);
      if (parameters !== undefined)
        await makeParameterGroup(client, { ...group, name: id, parameters, tags });
      return orderGroup(client, requestOf(order), 'create drill cluster');
    },
    createServerless: (order) => orderDrillServerless(client, order),
    findCluster: async (id) => (await groups.findCluster(id)) ?? (await findServerless(client, id)),
    listClusters: (idPrefix) =>
      translating('list clusters', async () => {
        const found: ClusterView[] = [];
        for await (const page of paginateDescribeReplicationGroups({ client, pageSize: 100 }, {}))
          found.push(...(page.ReplicationGroups ?? []).map(clusterViewOf));
        found.push(...[...(await everyServerless(client)).values()].map(serverlessViewOf));
        return found.filter(({ id }) => id.startsWith(idPrefix));
      }),
    nodeStatuses: (id) => translating(`look at the nodes of ${id}`, () => nodeStatusesOf(client, id)),
    deleteCluster: (id) =>
      translating(`delete ${id}`, async () => {
        const group = (await groups.findCluster(id)) === undefined ? 'gone' : await deleteGroup(client, id);
        const serverless = await deleteDrillServerless(client, id);
        return group === 'gone' ? serverless : group;
      }),
  };
}

function findServerless(client: ElastiCacheClient, id: string): Promise<ClusterView | undefined> {
  return translating(`describe ${id}`, async () => {
    const found = await serverlessNamed(client, id);
    return found && serverlessViewOf(found);
  });
}

async function deleteGroup(client: ElastiCacheClient, id: string): Promise<'deleting' | 'gone'> {
  try {
    await client.send(new DeleteReplicationGroupCommand({ ReplicationGroupId: id }));
    return 'deleting';
  } catch (error) {
    if (nameOf(error) === GROUP_NOT_FOUND) return 'gone';
    if (nameOf(error) === 'InvalidReplicationGroupState') return 'deleting';
    throw error;
  }
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
    ...parameterGroupOf(order),
    ...withoutDurability(order),
    Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(order.clusterMode
      ? {
          AutomaticFailoverEnabled: true,
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
  return engine === 'valkey' && Number(majorOf(engineVersion)) >= 9 ? { Durability: 'disabled' } : {};
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html (checked 2026-11-21) */
function parametersGroup({ engine, engineVersion, clusterMode }: DrillClusterOrder) {
  return { family: `${engine}${majorOf(engineVersion)}`, clusterMode };
}

/** One of its own, or the engine's own one for clusters, which is what makes a new replication group a cluster. */
function parameterGroupOf(order: DrillClusterOrder): { readonly CacheParameterGroupName?: string } {
  const { family, clusterMode } = parametersGroup(order);
  if (order.parameters !== undefined) return { CacheParameterGroupName: order.id };
  return clusterMode ? { CacheParameterGroupName: `default.${family}.cluster.on` } : {};
}
