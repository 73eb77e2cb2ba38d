import {
  type CacheUsageLimits,
  DescribeServerlessCachesCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  paginateDescribeServerlessCaches,
  type ServerlessCache,
} from '@aws-sdk/client-elasticache';
import { SERVERLESS_NODE_TYPE, type Topology } from '../../core/contracts/topology.ts';
import { nameOf } from './translate.ts';

/** Serverless caches as ElastiCache describes them. Everything throws what the SDK throws; the caller translates. */

const NOT_FOUND = 'ServerlessCacheNotFound';

/** What a region answers that does not have serverless caches: there are none then. */
export const NOT_OFFERED: ReadonlySet<string> = new Set(['InvalidAction', 'UnknownOperationException']);

/** @returns undefined if there is none of this name */
export async function serverlessNamed(
  client: ElastiCacheClient,
  name: string,
): Promise<ServerlessCache | undefined> {
  try {
    const request = new DescribeServerlessCachesCommand({ ServerlessCacheName: name });
    return (await client.send(request)).ServerlessCaches?.[0];
  } catch (error) {
    if (nameOf(error) === NOT_FOUND || NOT_OFFERED.has(nameOf(error))) return undefined;
    throw error;
  }
}

/** By their names; all pages. */
export async function everyServerless(
  client: ElastiCacheClient,
  abortSignal?: AbortSignal,
): Promise<ReadonlyMap<string, ServerlessCache>> {
  const found = new Map<string, ServerlessCache>();
  try {
    const pages = paginateDescribeServerlessCaches({ client }, {}, { ...(abortSignal && { abortSignal }) });
    for await (const page of pages)
      for (const cache of page.ServerlessCaches ?? []) found.set(cache.ServerlessCacheName ?? '', cache);
  } catch (error) {
    if (!NOT_OFFERED.has(nameOf(error))) throw error;
  }
  return found;
}

/**
 * The API reference lists statuses in upper case, and Terraform waits for them in lower case.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ServerlessCache.html (checked 2026-11-25)
 */
export function statusOf({ Status }: { readonly Status?: string | undefined }): string {
  return Status?.toLowerCase() ?? 'unknown';
}

/**
 * What is needed to build it again. A node-based cache in its place needs a replica in another Availability Zone for each
 * shard to be as available as it is.
 */
export async function serverlessTopologyOf(
  client: ElastiCacheClient,
  cache: ServerlessCache,
): Promise<Topology> {
  const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName: cache.ARN }));
  const { UserGroupId: userGroup } = cache;
  return {
    engine: cache.Engine ?? '',
    engineVersion: serverlessVersionOf(cache),
    nodeType: SERVERLESS_NODE_TYPE,
    clusterMode: true,
    replicas: 1,
    shards: [],
    parameterGroup: '',
    parameters: {},
    userGroups: userGroup ? [userGroup] : [],
    securityGroups: cache.SecurityGroupIds ?? [],
    tls: true,
    auth: userGroup ? 'users' : 'none',
    automaticFailover: true,
    multiAz: true,
    dataTiering: false,
    tags: Object.fromEntries((TagList ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? ''])),
    serverless: {
      ...limitsOf(cache.CacheUsageLimits),
      subnets: cache.SubnetIds ?? [],
      ...(cache.KmsKeyId && { kmsKey: cache.KmsKeyId }),
    },
  };
}

/**
 * "The name and version number of the engine", so that the number may stand alone or behind the engine's name.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ServerlessCache.html (checked 2026-11-25)
 */
export function serverlessVersionOf({ FullEngineVersion, MajorEngineVersion }: ServerlessCache): string {
  return /\d+(?:\.\d+)*/.exec(FullEngineVersion ?? '')?.[0] ?? MajorEngineVersion ?? '';
}

function limitsOf({ DataStorage, ECPUPerSecond }: CacheUsageLimits = {}) {
  return {
    ...(DataStorage && { storageGb: boundsOf(DataStorage) }),
    ...(ECPUPerSecond && { ecpuPerSecond: boundsOf(ECPUPerSecond) }),
  };
}

function boundsOf({
  Minimum,
  Maximum,
}: {
  readonly Minimum?: number | undefined;
  readonly Maximum?: number | undefined;
}) {
  return {
    ...(Minimum !== undefined && { minimum: Minimum }),
    ...(Maximum !== undefined && { maximum: Maximum }),
  };
}
