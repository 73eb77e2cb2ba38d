import {
  type CacheUsageLimits,
  CreateServerlessCacheCommand,
  type CreateServerlessCacheCommandInput,
  type ElastiCacheClient,
  type ServerlessCache,
} from '@aws-sdk/client-elasticache';
import type { RestoredClusterOrder } from '../../core/contracts/restore.ts';
import { AppError } from '../../core/model/errors.ts';
import type { ClusterView, RestoreOrder } from '../../core/ports.ts';
import { namingBuckets } from './refusals.ts';
import { statusOf } from './serverless-caches.ts';
import { nameOf, translating } from './translate.ts';

/** Serverless caches that are made from files in S3, by drills and restores. */

type Serverless = NonNullable<RestoredClusterOrder['serverless']>;

type ServerlessOrder = Pick<
  RestoreOrder,
  'id' | 'description' | 'engine' | 'engineVersion' | 'securityGroups' | 'userGroup' | 'snapshotArns' | 'tags'
>;

const EXISTS = /^ServerlessCacheAlreadyExists/;
const INVALID = /^InvalidParameterValue/;
/** What a refusal of the files speaks of; other values that ElastiCache does not take are named by themselves. */
const OF_SEED = /snapshot|\bs3\b/i;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

/** @throws AppError `RestoreSeedRefused` */
export function orderServerless(
  client: ElastiCacheClient,
  order: ServerlessOrder,
  serverless: Serverless,
): Promise<'created' | 'exists'> {
  return namingBuckets(() =>
    translating(`create ${order.id}`, async () => {
      try {
        await client.send(new CreateServerlessCacheCommand(requestOf(order, serverless)));
        return 'created';
      } catch (error) {
        if (EXISTS.test(nameOf(error))) return 'exists';
        if (INVALID.test(nameOf(error)) && OF_SEED.test(messageOf(error)))
          throw new AppError('RestoreSeedRefused', messageOf(error), { cause: error });
        throw error;
      }
    }),
  );
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html (checked 2026-11-25) */
function requestOf(order: ServerlessOrder, serverless: Serverless): CreateServerlessCacheCommandInput {
  const { subnets, kmsKey } = serverless;
  const limits = limitsOf(serverless);
  return {
    ServerlessCacheName: order.id,
    Description: order.description,
    Engine: order.engine,
    MajorEngineVersion: order.engineVersion,
    ...(Object.keys(limits).length === 0 ? {} : { CacheUsageLimits: limits }),
    ...(subnets.length === 0 ? {} : { SubnetIds: [...subnets] }),
    ...(order.securityGroups.length === 0 ? {} : { SecurityGroupIds: [...order.securityGroups] }),
    ...(order.userGroup === undefined ? {} : { UserGroupId: order.userGroup }),
    ...(kmsKey === undefined ? {} : { KmsKeyId: kmsKey }),
    SnapshotArnsToRestore: [...order.snapshotArns],
    Tags: Object.entries(order.tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

function limitsOf({ storageGb, ecpuPerSecond }: Serverless): CacheUsageLimits {
  return {
    ...(storageGb && {
      DataStorage: { Minimum: storageGb.minimum, Maximum: storageGb.maximum, Unit: 'GB' as const },
    }),
    ...(ecpuPerSecond && {
      ECPUPerSecond: { Minimum: ecpuPerSecond.minimum, Maximum: ecpuPerSecond.maximum },
    }),
  };
}

export function serverlessViewOf(cache: ServerlessCache): ClusterView {
  const { Endpoint: endpoint } = cache;
  return {
    id: cache.ServerlessCacheName ?? '',
    arn: cache.ARN ?? '',
    status: statusOf(cache),
    createdAt: cache.CreateTime,
    nodeType: undefined,
    ...(cache.Description === undefined ? {} : { description: cache.Description }),
    isServerless: true,
    endpoint:
      endpoint?.Address === undefined || endpoint.Port === undefined
        ? undefined
        : { host: endpoint.Address, port: endpoint.Port },
  };
}
