import {
  type CacheCluster,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  type ElastiCacheClient,
  paginateDescribeCacheClusters,
  paginateDescribeReplicationGroups,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { whyNotBackedUp } from '../../core/backup/which-cache.ts';
import { NAME_MAX_CHARACTERS } from '../../core/model/names.ts';
import { GROUP_NOT_FOUND } from './replication-groups.ts';
import { nameOf } from './translate.ts';

/**
 * The two kinds of cache that Redrill protects: replication groups, and clusters of one Redis OSS node outside a group. This
 * file alone knows them apart; to the others a cluster is a group of one node.
 */

export interface FoundCache {
  readonly group: ReplicationGroup;
  /** Why it cannot be backed up. */
  readonly refusal?: string;
}

/** Throws what the SDK throws; the caller translates. @returns undefined if there is no cache of this id */
export async function foundCache(client: ElastiCacheClient, id: string): Promise<FoundCache | undefined> {
  const [group, cluster] = await Promise.all([groupNamed(client, id), clusterNamed(client, id)]);
  return foundOf(id, group, cluster);
}

/** Every replication group, and every cluster outside one. */
export async function everyCache(
  client: ElastiCacheClient,
  abortSignal?: AbortSignal,
): Promise<readonly FoundCache[]> {
  const groups = new Map<string, ReplicationGroup>();
  const pages = paginateDescribeReplicationGroups({ client }, {}, { ...(abortSignal && { abortSignal }) });
  for await (const page of pages)
    for (const group of page.ReplicationGroups ?? []) groups.set(group.ReplicationGroupId ?? '', group);
  const clusters = await clustersOutsideGroups(client, abortSignal);
  const ids = new Set([...groups.keys(), ...clusters.keys()]);
  return [...ids].flatMap((id) => foundOf(id, groups.get(id), clusters.get(id)) ?? []);
}

/** By their ids; those of Memcached are among them. */
export async function clustersOutsideGroups(
  client: ElastiCacheClient,
  abortSignal?: AbortSignal,
): Promise<ReadonlyMap<string, CacheCluster>> {
  const found = new Map<string, CacheCluster>();
  const input = { ShowCacheClustersNotInReplicationGroups: true };
  const pages = paginateDescribeCacheClusters({ client }, input, { ...(abortSignal && { abortSignal }) });
  for await (const page of pages)
    for (const cluster of page.CacheClusters ?? []) found.set(cluster.CacheClusterId ?? '', cluster);
  return found;
}

function foundOf(
  id: string,
  group: ReplicationGroup | undefined,
  cluster: CacheCluster | undefined,
): FoundCache | undefined {
  const found = group ?? (cluster && groupOfOne(cluster));
  if (found === undefined) return undefined;
  const ofCluster = cluster && { engine: cluster.Engine, group: cluster.ReplicationGroupId };
  const refusal = whyNotBackedUp(id, { isGroup: group !== undefined, cluster: ofCluster });
  return { group: found, ...(refusal !== undefined && { refusal }) };
}

/** Ids of groups are shorter than those of clusters, and a longer one might be refused instead of not found. */
async function groupNamed(client: ElastiCacheClient, id: string): Promise<ReplicationGroup | undefined> {
  if (id.length > NAME_MAX_CHARACTERS) return undefined;
  return unlessNotFound(GROUP_NOT_FOUND, async () => {
    const request = new DescribeReplicationGroupsCommand({ ReplicationGroupId: id });
    return (await client.send(request)).ReplicationGroups?.[0];
  });
}

function clusterNamed(client: ElastiCacheClient, id: string): Promise<CacheCluster | undefined> {
  return unlessNotFound('CacheClusterNotFound', async () => {
    const request = new DescribeCacheClustersCommand({ CacheClusterId: id, ShowCacheNodeInfo: true });
    return (await client.send(request)).CacheClusters?.[0];
  });
}

async function unlessNotFound<Found>(
  notFound: string,
  call: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  try {
    return await call();
  } catch (error) {
    if (nameOf(error) === notFound) return undefined;
    throw error;
  }
}

/** A cluster has no key of the customer's own, no fail-over and no data tiering: only groups can be ordered with them. */
function groupOfOne(cluster: CacheCluster): ReplicationGroup {
  const { CacheClusterId: id, CacheNodes: [node] = [] } = cluster;
  return {
    ReplicationGroupId: id,
    ARN: cluster.ARN,
    Status: cluster.CacheClusterStatus,
    ReplicationGroupCreateTime: cluster.CacheClusterCreateTime,
    CacheNodeType: cluster.CacheNodeType,
    Engine: cluster.Engine,
    ClusterEnabled: false,
    AuthTokenEnabled: cluster.AuthTokenEnabled,
    TransitEncryptionEnabled: cluster.TransitEncryptionEnabled,
    SnapshotRetentionLimit: cluster.SnapshotRetentionLimit,
    MemberClusters: id === undefined ? [] : [id],
    NodeGroups: [
      {
        PrimaryEndpoint: node?.Endpoint,
        NodeGroupMembers: [{ CacheClusterId: id, CurrentRole: 'primary' }],
      },
    ],
  };
}
