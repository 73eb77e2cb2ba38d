import type { RedisNode } from './node.ts';

/**
 * "Amazon ElastiCache sets a key called ElastiCacheMasterReplicationTimestamp … included in all clusters": what it measures
 * the lag of replicas with. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.Create.html (checked 2026-11-22);
 * met by others: https://github.com/infinispan/infinispan-cachestore-redis/issues/3
 */
export const REPLICATION_TIMESTAMP = 'ElastiCacheMasterReplicationTimestamp';

/** Writes the time into a primary, as ElastiCache does all the while. A shard of a cluster takes only what is its own. */
export async function stampReplication(primary: RedisNode, now: number): Promise<void> {
  await primary.control(async (redis) => {
    await redis.set(REPLICATION_TIMESTAMP, new Date(now).toISOString()).catch((error: Error) => {
      if (!error.message.startsWith('MOVED')) throw error;
    });
  });
}
