import type { DumpedKey, NameHash } from '@redrill/rdb';
import { isElastiCacheKey } from '../../adapters/redis/elasticache-key.ts';
import type { RestoredServer } from '../../adapters/redis/restored-cluster.ts';

/** Keys between two places from which a scan can go on. */
const SCANNED_AT_ONCE = 500;

/** One shard's server, which answers as the product's own reading of a database does; a cursor is a place in its list. */
export function serverOf(runId: string, keys: readonly DumpedKey[]): RestoredServer {
  return {
    runId,
    databases: async () => (keys.length === 0 ? [] : [0]),
    read: async ({ cursor, database, digest, concerns, takes, isEnough }) => {
      const name: NameHash = new Uint32Array(4);
      for (let at = Number(cursor); at < keys.length; ) {
        for (const { key, expiresAtMs, payload } of keys.slice(at, at + SCANNED_AT_ONCE)) {
          if (isElastiCacheKey(key, database)) continue;
          digest.hashName(key, name);
          if (concerns(name) && takes(name, expiresAtMs))
            digest.add({ database, name, expiresAtMs }, payload);
        }
        at += SCANNED_AT_ONCE;
        if (at < keys.length && isEnough()) return { cursor: String(at), inPieces: 0 };
      }
      return { cursor: '0', inPieces: 0 };
    },
  };
}
