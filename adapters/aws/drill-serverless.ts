import { DeleteServerlessCacheCommand, type ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { AppError } from '../../core/model/errors.ts';
import { majorOf } from '../../core/model/version-order.ts';
import type { DrillServerlessOrder } from '../../core/ports.ts';
import { NOT_OFFERED, serverlessNamed, statusOf } from './serverless-caches.ts';
import { orderServerless } from './serverless-orders.ts';
import { nameOf } from './translate.ts';

/** Serverless caches of drills: made of the staged files, within limits, and deleted without a final snapshot. */

/**
 * Whatever was asked for, there is none to be had at the moment, or in this region; nodes may be.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateServerlessCache.html (checked 2026-11-25)
 */
const NOT_TO_BE_HAD: ReadonlySet<string> = new Set([
  'ServerlessCacheQuotaForCustomerExceeded',
  'ServerlessCacheQuotaForCustomerExceededException',
  ...NOT_OFFERED,
]);

/** @throws AppError `RestoreSeedRefused` */
export async function orderDrillServerless(
  client: ElastiCacheClient,
  order: DrillServerlessOrder,
): Promise<'created' | 'exists'> {
  const { limits, subnets, securityGroupId, engineVersion } = order;
  try {
    return await orderServerless(
      client,
      // Serverless caches take the major version alone.
      { ...order, engineVersion: majorOf(engineVersion), securityGroups: [securityGroupId] },
      {
        storageGb: { maximum: limits.storageGb },
        ecpuPerSecond: { maximum: limits.ecpuPerSecond },
        subnets: [...subnets],
      },
    );
  } catch (error) {
    const cause = error instanceof AppError ? error.cause : error;
    if (cause instanceof Error && NOT_TO_BE_HAD.has(nameOf(cause)))
      throw new AppError('RestoreSeedRefused', `${cause.name}: ${cause.message}`, { cause });
    throw error;
  }
}

/** @returns `gone` also if there is none of this name */
export async function deleteDrillServerless(
  client: ElastiCacheClient,
  name: string,
): Promise<'deleting' | 'gone'> {
  const found = await serverlessNamed(client, name);
  if (found === undefined) return 'gone';
  if (statusOf(found) === 'deleting') return 'deleting';
  try {
    await client.send(new DeleteServerlessCacheCommand({ ServerlessCacheName: name }));
    return 'deleting';
  } catch (error) {
    if (nameOf(error) === 'ServerlessCacheNotFound') return 'gone';
    // It is being created, or deleted by somebody else.
    if (nameOf(error) === 'InvalidServerlessCacheState') return 'deleting';
    throw error;
  }
}
