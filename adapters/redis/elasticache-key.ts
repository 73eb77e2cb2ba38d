import { ELASTICACHE_KEY } from '../../rdb/index.ts';

const NAME = Buffer.from(ELASTICACHE_KEY);

/** Whether a key of a running cache is ElastiCache's own, which counts nowhere; see {@link ELASTICACHE_KEY}. */
export function isElastiCacheKey(key: Uint8Array, database: number): boolean {
  return database === 0 && key.length === NAME.length && NAME.equals(key);
}
