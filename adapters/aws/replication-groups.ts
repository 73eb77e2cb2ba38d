import {
  CreateReplicationGroupCommand,
  type CreateReplicationGroupCommandInput,
  DescribeReplicationGroupsCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { HASH_SLOTS } from '../../core/model/limits.ts';
import { equalShares } from '../../core/model/slot-ranges.ts';
import type { ClusterView, DrillElastiCache } from '../../core/ports.ts';
import { namingBuckets } from './refusals.ts';
import { nameOf, translating } from './translate.ts';

/** What drills and restores do alike. */

export const GROUP_NOT_FOUND = 'ReplicationGroupNotFound';
const EXISTS = 'ReplicationGroupAlreadyExists';
/**
 * The request was right, and AWS has no such node at the moment: another type may be had.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ErrorMessages.html (checked 2026-11-21)
 */
const NO_CAPACITY = 'InsufficientCacheClusterCapacity';

export function orderGroup(
  client: ElastiCacheClient,
  request: CreateReplicationGroupCommandInput,
  what: string,
): ReturnType<DrillElastiCache['createCluster']> {
  return namingBuckets(() =>
    translating(`${what} ${request.ReplicationGroupId}`, async () => {
      try {
        await create(client, request);
        return 'created';
      } catch (error) {
        if (nameOf(error) === EXISTS) return 'exists';
        if (nameOf(error) === NO_CAPACITY) return 'no-capacity';
        throw error;
      }
    }),
  );
}

/**
 * After a resharding a shard has several ranges of slots. Whether a new cluster may be ordered with several is not documented;
 * where it is refused, the shards get equal shares, and ElastiCache deals the keys of the files to them.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html (checked 2026-11-23)
 */
async function create(client: ElastiCacheClient, request: CreateReplicationGroupCommandInput): Promise<void> {
  try {
    await client.send(new CreateReplicationGroupCommand(request));
  } catch (error) {
    const { NodeGroupConfiguration: shards = [] } = request;
    const hasSeveralRanges = shards.some(({ Slots }) => Slots?.includes(','));
    if (!hasSeveralRanges || !nameOf(error).startsWith('InvalidParameter')) throw error;
    const shares = equalShares(shards.length, HASH_SLOTS);
    const NodeGroupConfiguration = shards.map((shard, at) => ({ ...shard, Slots: shares[at] }));
    await client.send(new CreateReplicationGroupCommand({ ...request, NodeGroupConfiguration }));
  }
}

/** What tells of a replication group, and changes nothing. */
export function groupReader(client: ElastiCacheClient): Pick<DrillElastiCache, 'findCluster' | 'tagsOf'> {
  return {
    findCluster: (id) =>
      translating(`describe ${id}`, async () => {
        try {
          const { ReplicationGroups } = await client.send(
            new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }),
          );
          return ReplicationGroups?.map(clusterViewOf)[0];
        } catch (error) {
          if (nameOf(error) === GROUP_NOT_FOUND) return undefined;
          throw error;
        }
      }),
    tagsOf: (arn) =>
      translating(`list the tags of ${arn}`, async () => {
        const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: arn }));
        return Object.fromEntries((TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
      }),
  };
}

export function clusterViewOf(group: ReplicationGroup): ClusterView {
  const endpoint = group.ConfigurationEndpoint ?? group.NodeGroups?.[0]?.PrimaryEndpoint;
  return {
    id: group.ReplicationGroupId ?? '',
    arn: group.ARN ?? '',
    status: group.Status ?? 'unknown',
    createdAt: group.ReplicationGroupCreateTime,
    nodeType: group.CacheNodeType,
    ...(group.Description === undefined ? {} : { description: group.Description }),
    endpoint:
      endpoint?.Address === undefined || endpoint.Port === undefined
        ? undefined
        : { host: endpoint.Address, port: endpoint.Port },
  };
}
