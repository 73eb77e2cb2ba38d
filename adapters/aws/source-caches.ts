import {
  type CacheCluster,
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  type ElastiCacheClient,
  paginateDescribeCacheClusters,
  paginateDescribeReplicationGroups,
  type ReplicationGroup,
  type ServerlessCache,
} from '@aws-sdk/client-elasticache';
import { whyNotASecondary, whyNotBackedUp } from '../../core/backup/which-cache.ts';
import { type Aliases, type IdKind, nameOfCache } from '../../core/contracts/aliases.ts';
import type { Topology } from '../../core/contracts/topology.ts';
import { NAME_MAX_CHARACTERS } from '../../core/model/names.ts';
import { secondaryOf } from './global-datastore.ts';
import { GROUP_NOT_FOUND } from './replication-groups.ts';
import { everyServerless, serverlessNamed, serverlessTopologyOf } from './serverless-caches.ts';
import { groupTopologyOf } from './topology.ts';
import { nameOf } from './translate.ts';

/**
 * The kinds of cache that Redrill protects: replication groups, clusters of one Redis OSS node outside a group, which count
 * as groups of one node from here on, and serverless caches.
 */

interface Described {
  /** Why it cannot be backed up. */
  readonly refusal?: string;
}

export interface FoundGroup extends Described {
  readonly kind: 'replication-group';
  readonly group: ReplicationGroup;
}

export interface FoundServerless extends Described {
  readonly kind: 'serverless';
  readonly serverless: ServerlessCache;
}

export type FoundCache = FoundGroup | FoundServerless;

/**
 * Throws what the SDK throws; the caller translates.
 * @param name an id, or an alias
 * @returns undefined if there is no cache of this name
 */
export async function foundCache(
  client: ElastiCacheClient,
  name: string,
  aliases: Aliases = {},
): Promise<FoundCache | undefined> {
  const found = await describedCache(client, name, aliases);
  return found && refusingSecondary(client, found);
}

/** As {@link foundCache}; whether it is the secondary of a Global Datastore is not asked. */
export async function describedCache(
  client: ElastiCacheClient,
  name: string,
  aliases: Aliases = {},
): Promise<FoundCache | undefined> {
  const { id } = aliases[name] ?? { id: name };
  const [group, cluster, serverless] = await Promise.all([
    groupNamed(client, id),
    clusterNamed(client, id),
    serverlessNamed(client, id),
  ]);
  return foundOf(id, named(name, { group, cluster, serverless }, aliases));
}

/** Of what has an id, what is meant by a name: an alias means one kind, and the id all kinds that no alias means. */
function named(name: string, seen: SeenCaches, aliases: Aliases): SeenCaches {
  const { id, kind } = aliases[name] ?? { id: name, kind: undefined };
  const isMeant = (each: IdKind) =>
    kind === undefined ? nameOfCache(aliases, id, each) === id : each === kind;
  return {
    group: isMeant('replication-group') ? seen.group : undefined,
    // A node of a group is told apart from a cluster of its own by the group.
    cluster: isMeant('cluster') || seen.cluster?.ReplicationGroupId ? seen.cluster : undefined,
    serverless: isMeant('serverless') ? seen.serverless : undefined,
  };
}

/** Every replication group, every cluster outside one, and every serverless cache. */
export async function everyCache(
  client: ElastiCacheClient,
  abortSignal?: AbortSignal,
): Promise<readonly FoundCache[]> {
  const groups = new Map<string, ReplicationGroup>();
  const pages = paginateDescribeReplicationGroups({ client }, {}, { ...(abortSignal && { abortSignal }) });
  for await (const page of pages)
    for (const group of page.ReplicationGroups ?? []) groups.set(group.ReplicationGroupId ?? '', group);
  const clusters = await clustersOutsideGroups(client, abortSignal);
  const serverless = await everyServerless(client, abortSignal);
  const ids = new Set([...groups.keys(), ...clusters.keys(), ...serverless.keys()]);
  const seenOf = (id: string) => ({
    group: groups.get(id),
    cluster: clusters.get(id),
    serverless: serverless.get(id),
  });
  const found = [...ids].flatMap((id) => foundOf(id, seenOf(id)) ?? []);
  return Promise.all(found.map((each) => refusingSecondary(client, each)));
}

export function idOf(found: FoundCache): string {
  const id =
    found.kind === 'serverless' ? found.serverless.ServerlessCacheName : found.group.ReplicationGroupId;
  return id ?? '';
}

/** What there is to restore it from, once it is gone. */
export function topologyOf(client: ElastiCacheClient, found: FoundCache): Promise<Topology> {
  return found.kind === 'serverless'
    ? serverlessTopologyOf(client, found.serverless)
    : groupTopologyOf(client, found.group);
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

interface SeenCaches {
  readonly group: ReplicationGroup | undefined;
  readonly cluster: CacheCluster | undefined;
  readonly serverless: ServerlessCache | undefined;
}

function foundOf(id: string, { group, cluster, serverless }: SeenCaches): FoundCache | undefined {
  const ofCluster = cluster && { engine: cluster.Engine, group: cluster.ReplicationGroupId };
  const seen = { isGroup: group !== undefined, isServerless: serverless !== undefined, cluster: ofCluster };
  const refusal = whyNotBackedUp(id, seen);
  const described = refusal === undefined ? {} : { refusal };
  const asGroup = group ?? (cluster && groupOfOne(cluster));
  if (asGroup !== undefined) return { kind: 'replication-group', group: asGroup, ...described };
  return serverless && { kind: 'serverless', serverless, ...described };
}

async function refusingSecondary(client: ElastiCacheClient, found: FoundCache): Promise<FoundCache> {
  if (found.kind === 'serverless' || found.refusal !== undefined) return found;
  const secondary = await secondaryOf(client, found.group);
  if (secondary === undefined) return found;
  return { ...found, refusal: whyNotASecondary(idOf(found), secondary) };
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
