import { readDatabase } from '../../adapters/redis/live-keys.ts';
import { type Reply, RespConnection } from '../../adapters/redis/resp-connection.ts';
import { ServerRefusal } from '../../adapters/redis/resp-receivers.ts';
import type { RestoredCluster, RestoredServer } from '../../adapters/redis/restored-cluster.ts';
import type { Lane } from '../recover/lane.ts';
import { asking, textOf } from '../recover/server-facts.ts';
import type { TargetCluster } from '../recover/target-cluster.ts';
import { unreadable } from './readable.ts';

/** Versions from which on a hash's fields may expire by themselves, which HSCAN does not tell. */
const FIELD_EXPIRY = { redis: 7.4, valkey: 9 } as const;

/** A cache in use, read as a drill reads its restored cluster. @param onKey called for each key that is read */
export function liveCluster(cluster: TargetCluster, onKey: () => void): RestoredCluster {
  const connections: RespConnection[] = [];
  return {
    servers: cluster.primaries.map((lane) => liveServer(lane, connections, onKey)),
    serverTimeMs: async () => Math.max(...(await cluster.serverTimesMs())),
    functions: async () => {
      const libraries = await librariesIn(cluster);
      return libraries && [...libraries];
    },
    close: () => {
      for (const connection of connections) connection.close();
    },
  };
}

function liveServer(lane: Lane, connections: RespConnection[], onKey: () => void): RestoredServer {
  const { engine = 'redis', version = '', runId = '' } = lane.facts ?? {};
  const hasFieldExpiry = !(Number.parseFloat(version) < FIELD_EXPIRY[engine]);
  return {
    runId,
    databases: () => databasesOf(lane),
    read: async (order) => {
      const connection = await RespConnection.openFor(lane.address);
      connections.push(connection);
      const takes: typeof order.takes = (...key) => {
        const isTaken = order.takes(...key);
        if (isTaken) onKey();
        return isTaken;
      };
      try {
        const naming = (key: Uint8Array, error: unknown) => unreadable(order.database, key, error);
        return await readDatabase(connection, { ...order, takes, hasFieldExpiry, unreadable: naming });
      } finally {
        connection.close();
      }
    },
  };
}

/** The databases that hold keys: `db0:keys=…` lines of INFO. */
export async function databasesOf(lane: Lane): Promise<readonly number[]> {
  const keyspace = textOf(await asking(lane.name, lane.ask(0, 'INFO', 'keyspace')));
  return [...keyspace.matchAll(/^db(\d+):/gm)].map(([, database]) => Number(database));
}

/**
 * The code of every function library, once; undefined if there is no command to list them, as in serverless caches.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (checked 2026-11-25)
 */
export async function librariesIn(cluster: TargetCluster): Promise<ReadonlySet<string> | undefined> {
  const codes = new Set<string>();
  for (const lane of cluster.primaries) {
    const libraries = await asking(
      lane.name,
      lane.ask(0, 'FUNCTION', 'LIST', 'WITHCODE').catch(unlessUnknown),
    );
    if (libraries === undefined) return undefined;
    for (const library of libraries as readonly Reply[]) {
      const fields = library as readonly Reply[];
      const at = fields.findIndex((field) => textOf(field) === 'library_code');
      codes.add(textOf(fields[at + 1]));
    }
  }
  return codes;
}

/** @returns undefined for a command that the server does not have. @throws every other error */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof ServerRefusal && /^ERR unknown command/i.test(error.message)) return undefined;
  throw error;
}
