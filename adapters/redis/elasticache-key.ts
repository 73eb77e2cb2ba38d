import { ELASTICACHE_KEY } from '@redrill/rdb';

const NAME = Buffer.from(ELASTICACHE_KEY);

/** Whether a key of a running cache is ElastiCache's own, which counts nowhere; see {@link ELASTICACHE_KEY}. */
export function isElastiCacheKey(key: Uint8Array, database: number, from = 0, to = key.length): boolean {
  return database === 0 && to - from === NAME.length && NAME.compare(key, from, to) === 0;
}
