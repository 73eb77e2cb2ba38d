import {
  type CreateReplicationGroupCommandInput,
  DescribeCacheParameterGroupsCommand,
  ElastiCacheClient,
  paginateDescribeCacheEngineVersions,
  paginateDescribeCacheParameters,
  paginateDescribeCacheSubnetGroups,
  paginateDescribeEvents,
  paginateDescribeUserGroups,
} from '@aws-sdk/client-elasticache';
import type {
  EngineOffer,
  ParameterGroupView,
  RestoreElastiCache,
  RestoreOrder,
  SubnetGroupView,
} from '../../core/ports.ts';
import type { AwsClock } from './aws-clock.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { clusterViewOf, groupReader, orderGroup } from './replication-groups.ts';
import { orderServerless, serverlessViewOf } from './serverless-orders.ts';
import { describedCache } from './source-caches.ts';
import { nameOf, translating } from './translate.ts';

const ENGINES = new Set(['redis', 'valkey']);
/** What ElastiCache tells of: 14 days. Minutes. */
const EVENTS_OF_THE_LAST_MINUTES = 24 * 60;

/** ElastiCache of a region to restore into. @param clock to be kept right by its answers */
export function restoreElastiCache(region: string, clock?: AwsClock): RestoreElastiCache {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  clock?.readFrom(client);
  return {
    ...groupReader(client),
    // An id counts as taken whatever kind of cache has it.
    findCluster: (id) =>
      translating(`describe ${id}`, async () => {
        const found = await describedCache(client, id);
        if (found === undefined) return undefined;
        return found.kind === 'serverless' ? serverlessViewOf(found.serverless) : clusterViewOf(found.group);
      }),
    createCluster: (order) =>
      order.serverless === undefined
        ? orderGroup(client, requestOf(order), 'create')
        : orderServerless(client, order, order.serverless),
    engineOffers: () => translating('list engine versions', () => engineOffers(client)),
    parameterGroup: (name) =>
      translating(`describe parameter group ${name}`, () => parameterGroup(client, name)),
    subnetGroups: () => translating('list subnet groups', () => subnetGroups(client)),
    userGroups: () => translating('list user groups', () => userGroups(client)),
    eventsOf: ({ id, isServerless }) =>
      translating(`read the events of ${id}`, async () => {
        const input = {
          SourceIdentifier: id,
          SourceType: isServerless ? 'serverless-cache' : 'replication-group',
          Duration: EVENTS_OF_THE_LAST_MINUTES,
        } as const;
        const messages: string[] = [];
        for await (const { Events = [] } of paginateDescribeEvents({ client, pageSize: 100 }, input))
          messages.push(...Events.flatMap(({ Message }) => Message ?? []));
        return messages;
      }),
  };
}

/**
 * Encrypted at rest always; no snapshots of ElastiCache's own, for Redrill takes them. Seeding a cluster from S3 needs every
 * shard's slots.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html (checked 2026-11-21)
 */
function requestOf(order: RestoreOrder): CreateReplicationGroupCommandInput {
  const { id, clusterMode, replicas, durability, userGroup, authToken } = order;
  return {
    ReplicationGroupId: id,
    ReplicationGroupDescription: order.description,
    Engine: order.engine,
    EngineVersion: order.engineVersion,
    CacheNodeType: order.nodeType,
    CacheParameterGroupName: order.parameterGroup,
    ...(order.subnetGroup === undefined ? {} : { CacheSubnetGroupName: order.subnetGroup }),
    ...(order.securityGroups.length === 0 ? {} : { SecurityGroupIds: [...order.securityGroups] }),
    SnapshotArns: [...order.snapshotArns],
    SnapshotRetentionLimit: 0,
    AutomaticFailoverEnabled: order.automaticFailover,
    MultiAZEnabled: order.multiAz,
    AtRestEncryptionEnabled: true,
    TransitEncryptionEnabled: order.tls,
    ...(authToken === undefined ? {} : { AuthToken: authToken }),
    ...(userGroup === undefined ? {} : { UserGroupIds: [userGroup] }),
    ...(durability === undefined ? {} : { Durability: durability as 'default' }),
    Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
    ...(clusterMode
      ? {
          NodeGroupConfiguration: order.shards.map(({ slots }) => ({ Slots: slots, ReplicaCount: replicas })),
        }
      : { NumCacheClusters: replicas + 1 }),
  };
}

async function engineOffers(client: ElastiCacheClient): Promise<readonly EngineOffer[]> {
  const found: EngineOffer[] = [];
  for await (const page of paginateDescribeCacheEngineVersions({ client, pageSize: 100 }, {})) {
    for (const { Engine, EngineVersion, CacheParameterGroupFamily } of page.CacheEngineVersions ?? []) {
      if (Engine === undefined || !ENGINES.has(Engine)) continue;
      found.push({ engine: Engine, version: EngineVersion ?? '', family: CacheParameterGroupFamily ?? '' });
    }
  }
  return found;
}

async function parameterGroup(
  client: ElastiCacheClient,
  name: string,
): Promise<ParameterGroupView | undefined> {
  try {
    const input = { CacheParameterGroupName: name };
    const { CacheParameterGroups } = await client.send(new DescribeCacheParameterGroupsCommand(input));
    const family = CacheParameterGroups?.[0]?.CacheParameterGroupFamily ?? '';
    const parameters: Record<string, string> = {};
    for await (const page of paginateDescribeCacheParameters({ client }, { ...input, Source: 'user' })) {
      for (const { ParameterName, ParameterValue } of page.Parameters ?? [])
        if (ParameterName !== undefined && ParameterValue !== undefined)
          parameters[ParameterName] = ParameterValue;
    }
    const clusterMode = name.endsWith('.cluster.on') || parameters['cluster-enabled'] === 'yes';
    return { name, family, clusterMode, parameters };
  } catch (error) {
    if (nameOf(error) === 'CacheParameterGroupNotFound') return undefined;
    throw error;
  }
}

async function subnetGroups(client: ElastiCacheClient): Promise<readonly SubnetGroupView[]> {
  const found: SubnetGroupView[] = [];
  for await (const page of paginateDescribeCacheSubnetGroups({ client, pageSize: 100 }, {})) {
    for (const { CacheSubnetGroupName: name = '', VpcId: vpcId = '', Subnets } of page.CacheSubnetGroups ??
      [])
      found.push({ name, vpcId, subnets: (Subnets ?? []).flatMap((each) => each.SubnetIdentifier ?? []) });
  }
  return found;
}

async function userGroups(client: ElastiCacheClient): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of paginateDescribeUserGroups({ client, pageSize: 100 }, {})) {
    for (const { UserGroupId, Status } of page.UserGroups ?? [])
      if (UserGroupId !== undefined && Status === 'active') found.push(UserGroupId);
  }
  return found;
}
