import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  paginateDescribeReplicationGroups,
  type ReplicationGroup,
} from '@aws-sdk/client-elasticache';
import { AppError } from '../../core/model/errors.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { nameOf, translating } from './translate.ts';

/** Where a replication group takes writes, and how. */
export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: 'none' | 'token' | 'users';
}

/**
 * Looks a replication group up. @returns undefined if there is none of this id
 * @throws AppError `SourceNotAvailable` while it has no endpoint
 */
export async function cacheEndpoint(cache: string, region: string): Promise<CacheEndpoint | undefined> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating(`describe ${cache}`, async () => {
    try {
      const request = new DescribeReplicationGroupsCommand({ ReplicationGroupId: cache });
      const { ReplicationGroups } = await client.send(request);
      return endpointOf(cache, ReplicationGroups?.[0] ?? {});
    } catch (error) {
      if (nameOf(error) === 'ReplicationGroupNotFound') return undefined;
      throw error;
    }
  });
}

/** The ids of all replication groups of a region. */
export async function cacheIds(region: string): Promise<readonly string[]> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating('list the caches', async () => {
    const ids: string[] = [];
    for await (const page of paginateDescribeReplicationGroups({ client }, {}))
      ids.push(
        ...(page.ReplicationGroups ?? []).flatMap(({ ReplicationGroupId }) => ReplicationGroupId ?? []),
      );
    return ids;
  });
}

/** With cluster mode on the configuration endpoint, else the primary's. */
function endpointOf(cache: string, group: ReplicationGroup): CacheEndpoint {
  const { ConfigurationEndpoint, NodeGroups, TransitEncryptionEnabled, AuthTokenEnabled, UserGroupIds } =
    group;
  const endpoint = ConfigurationEndpoint ?? NodeGroups?.[0]?.PrimaryEndpoint;
  if (endpoint?.Address === undefined || endpoint.Port === undefined)
    throw new AppError('SourceNotAvailable', `${cache} is ${group.Status} and has no endpoint`);
  return {
    host: endpoint.Address,
    port: endpoint.Port,
    tls: TransitEncryptionEnabled ?? false,
    auth: (UserGroupIds ?? []).length > 0 ? 'users' : AuthTokenEnabled ? 'token' : 'none',
  };
}
