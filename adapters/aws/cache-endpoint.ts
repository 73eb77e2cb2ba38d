import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { AppError } from '../../core/model/errors.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { everyCache, type FoundCache, foundCache } from './source-caches.ts';
import { translating } from './translate.ts';

/** Where a cache takes writes, and how. */
export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: 'none' | 'token' | 'users';
}

/**
 * Looks a cache up. @returns undefined if there is none of this id
 * @throws AppError `SourceNotAvailable` while it has no endpoint
 */
export async function cacheEndpoint(cache: string, region: string): Promise<CacheEndpoint | undefined> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating(`describe ${cache}`, async () => {
    const found = await foundCache(client, cache);
    return found && endpointOf(cache, found);
  });
}

/** The ids of all caches of a region. */
export async function cacheIds(region: string): Promise<readonly string[]> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating('list the caches', async () => {
    const found = await everyCache(client);
    return found.flatMap(({ group }) => group.ReplicationGroupId ?? []);
  });
}

/** With cluster mode on the configuration endpoint, else the primary's. */
function endpointOf(cache: string, { group, refusal }: FoundCache): CacheEndpoint {
  if (refusal !== undefined) throw new AppError('BadInput', refusal);
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
