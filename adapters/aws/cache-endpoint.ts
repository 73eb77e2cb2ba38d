import { ElastiCacheClient, type ReplicationGroup, type ServerlessCache } from '@aws-sdk/client-elasticache';
import type { Aliases } from '../../core/contracts/aliases.ts';
import { AppError } from '../../core/model/errors.ts';
import { CLIENT_OPTIONS } from './client-options.ts';
import { statusOf } from './serverless-caches.ts';
import { everyCache, type FoundCache, foundCache, idOf } from './source-caches.ts';
import { translating } from './translate.ts';

/** Where a cache takes writes, and how. */
export interface CacheEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly auth: 'none' | 'token' | 'users';
  readonly isServerless: boolean;
}

/**
 * Looks a cache up. @returns undefined if there is none of this id
 * @throws AppError `SourceNotAvailable` while it has no endpoint
 */
export async function cacheEndpoint(
  cache: string,
  region: string,
  aliases: Aliases = {},
): Promise<CacheEndpoint | undefined> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating(`describe ${cache}`, async () => {
    const found = await foundCache(client, cache, aliases);
    return found && endpointOf(cache, found);
  });
}

/** The ids of all caches of a region. */
export async function cacheIds(region: string): Promise<readonly string[]> {
  const client = new ElastiCacheClient({ ...CLIENT_OPTIONS, region });
  return translating('list the caches', async () => {
    const found = await everyCache(client);
    return found.map(idOf);
  });
}

function endpointOf(cache: string, found: FoundCache): CacheEndpoint {
  if (found.refusal !== undefined) throw new AppError('BadInput', found.refusal);
  const { endpoint, status, ...access } =
    found.kind === 'serverless' ? ofServerless(found.serverless) : ofGroup(found.group);
  if (endpoint?.Address === undefined || endpoint.Port === undefined)
    throw new AppError('SourceNotAvailable', `${cache} is ${status} and has no endpoint`);
  return {
    host: endpoint.Address,
    port: endpoint.Port,
    ...access,
    isServerless: found.kind === 'serverless',
  };
}

/** With cluster mode on the configuration endpoint, else the primary's. */
function ofGroup(group: ReplicationGroup) {
  const { ConfigurationEndpoint, NodeGroups, UserGroupIds = [] } = group;
  return {
    endpoint: ConfigurationEndpoint ?? NodeGroups?.[0]?.PrimaryEndpoint,
    status: group.Status,
    tls: group.TransitEncryptionEnabled ?? false,
    auth: UserGroupIds.length > 0 ? 'users' : group.AuthTokenEnabled ? 'token' : 'none',
  } as const;
}

/** Encrypted always: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html (checked 2026-11-25) */
function ofServerless(cache: ServerlessCache) {
  const auth = cache.UserGroupId ? 'users' : 'none';
  return { endpoint: cache.Endpoint, status: statusOf(cache), tls: true, auth } as const;
}
