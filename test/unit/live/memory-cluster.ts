import { payload, str } from '@redrill/rdb/testing';
import type { ReadOrder } from '../../../adapters/redis/live-keys.ts';
import type { RestoredCluster, RestoredServer } from '../../../adapters/redis/restored-cluster.ts';

/** A key of a server in memory. */
export interface MemoryKey {
  readonly database?: number;
  readonly name: string;
  readonly value: string;
  readonly expiresAtMs?: number;
}

export interface MemoryServer {
  readonly runId?: string;
  readonly keys: readonly MemoryKey[];
}

const STRING = 0;
/** Keys that one round of a scan returns. */
const BATCH = 2;

/** A restored cluster whose scans return two keys at a time, in the order in which they are given. */
export function memoryCluster(
  servers: readonly MemoryServer[],
  rest: Partial<RestoredCluster> = {},
): RestoredCluster {
  return {
    servers: servers.map(({ runId, keys }, at) => serverOf(runId ?? `process-${at}`, keys)),
    serverTimeMs: async () => Date.parse('2026-11-21T08:00:00Z'),
    functions: async () => [],
    close: () => undefined,
    ...rest,
  };
}

function serverOf(runId: string, keys: readonly MemoryKey[]): RestoredServer {
  const inDatabase = (database: number) => keys.filter((key) => (key.database ?? 0) === database);
  return {
    runId,
    databases: async () => [...new Set(keys.map(({ database = 0 }) => database))],
    read: async (order) => {
      const own = inDatabase(order.database);
      let at = Number(order.cursor);
      do {
        for (const key of own.slice(at, at + BATCH)) add(order, key);
        at += BATCH;
      } while (at < own.length && !order.isEnough());
      return { cursor: at < own.length ? String(at) : '0', inPieces: 0 };
    },
  };
}

function add(order: Omit<ReadOrder, 'hasFieldExpiry'>, { name, value, expiresAtMs }: MemoryKey): void {
  const hash = new Uint32Array(4);
  order.digest.hashName(Buffer.from(name), hash);
  if (!order.concerns(hash) || !order.takes(hash, expiresAtMs)) return;
  const { database, digest } = order;
  digest.add({ database, name: hash, expiresAtMs }, payload(10, STRING, str(value)));
}
