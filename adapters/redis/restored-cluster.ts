import { Cluster, Redis } from 'ioredis';
import { AppError } from '../../core/model/errors.ts';
import type { LiveKey, RestoredCluster } from '../../core/ports.ts';
import { SeenKeys } from './seen-keys.ts';

export interface Connection {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly clusterMode: boolean;
  readonly password: string;
}

/** How long the network may keep us waiting before the cluster counts as unreachable, ms. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Keys per SCAN; each batch is one pipeline of DUMP and PEXPIRETIME. */
const SCAN_COUNT = 1_000;

/**
 * Connects to a restored cluster over TLS with its token, and reads it with commands that ElastiCache allows.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (checked 2026-11-21)
 *
 * @throws AppError `RestoreUnreachable` if it cannot be reached or does not accept the token
 */
export async function connectRestoredCluster(connection: Connection): Promise<RestoredCluster> {
  const { servers, close } = await connectServers(connection);
  return {
    serverTimeMs: async () => Math.max(...(await Promise.all(servers.map(timeOf)))),
    keys: () => keysOf(servers),
    functions: async () => (await Promise.all(servers.map(functionsOf))).flat(),
    close,
  };
}

async function connectServers(
  connection: Connection,
): Promise<{ readonly servers: readonly Redis[]; close(): void }> {
  const { endpoint, clusterMode, password } = connection;
  const options = {
    password,
    tls: {},
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    lazyConnect: true,
  };
  try {
    if (clusterMode) {
      const cluster = new Cluster([endpoint], {
        redisOptions: options,
        // TLS is checked against the host's name, so the names of the shards must not be turned into addresses.
        dnsLookup: (host, callback) => callback(null, host),
        clusterRetryStrategy: (attempt) => (attempt > 2 ? null : 500),
        lazyConnect: true,
      });
      cluster.on('error', () => undefined);
      await cluster.connect();
      return { servers: cluster.nodes('master'), close: () => cluster.disconnect() };
    }
    const server = new Redis({
      ...options,
      ...endpoint,
      retryStrategy: (attempt) => (attempt > 2 ? null : 500),
    });
    server.on('error', () => undefined);
    await server.connect();
    return { servers: [server], close: () => server.disconnect() };
  } catch (cause) {
    const { message } = cause instanceof Error ? cause : { message: String(cause) };
    throw new AppError('RestoreUnreachable', `${endpoint.host}:${endpoint.port} cannot be read: ${message}`, {
      cause,
    });
  }
}

async function timeOf(server: Redis): Promise<number> {
  const [seconds, microseconds] = await server.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

async function* keysOf(servers: readonly Redis[]): AsyncIterable<readonly LiveKey[]> {
  for (const server of servers) {
    for (const database of await databasesOf(server)) {
      await server.select(database);
      yield* scan(server, database);
    }
  }
}

/** The databases that hold keys: `db0:keys=…` lines of INFO. */
async function databasesOf(server: Redis): Promise<readonly number[]> {
  const keyspace = await server.info('keyspace');
  return [...keyspace.matchAll(/^db(\d+):/gm)].map(([, database]) => Number(database));
}

async function* scan(server: Redis, database: number): AsyncIterable<readonly LiveKey[]> {
  // SCAN may return a key twice while the server's table is being resized, and a sum would count it twice.
  const seen = new SeenKeys();
  let cursor = '0';
  do {
    const [next, keys] = await server.scanBuffer(cursor, 'COUNT', SCAN_COUNT);
    cursor = next.toString();
    yield await dump(
      server,
      database,
      keys.filter((key) => seen.add(key)),
    );
  } while (cursor !== '0');
}

async function dump(server: Redis, database: number, keys: readonly Buffer[]): Promise<readonly LiveKey[]> {
  if (keys.length === 0) return [];
  const batch = server.pipeline();
  for (const key of keys) batch.dumpBuffer(key).pexpiretime(key);
  const replies = (await batch.exec()) ?? [];
  return keys.flatMap((key, at): readonly LiveKey[] => {
    const payload = resultOf(replies[at * 2]);
    const expiry = Number(resultOf(replies[at * 2 + 1]));
    // Expired between SCAN and DUMP: it is gone, and is accounted for as such.
    if (!(payload instanceof Uint8Array) || expiry === -2) return [];
    return [{ database, key, payload, expiresAtMs: expiry === -1 ? undefined : expiry }];
  });
}

function resultOf(reply: readonly [Error | null, unknown] | undefined): unknown {
  if (reply === undefined)
    throw new AppError('RestoreUnreachable', 'the restored cluster left a command unanswered');
  const [error, result] = reply;
  if (error !== null)
    throw new AppError('RestoreUnreachable', `the restored cluster refuses to be read: ${error.message}`, {
      cause: error,
    });
  return result;
}

/** The code of every function library. RESP2 gives lists of names and values, RESP3 gives maps. */
async function functionsOf(server: Redis): Promise<readonly string[]> {
  const libraries = (await server.call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[];
  return libraries.map((library) => {
    if (Array.isArray(library)) return String(library[library.indexOf('library_code') + 1]);
    if (library instanceof Map) return String(library.get('library_code'));
    return String((library as Record<string, unknown>).library_code);
  });
}
