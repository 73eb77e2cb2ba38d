import { Cluster, Redis } from 'ioredis';
import { AppError } from '../../core/model/errors.ts';
import { infoOf, softwareOf } from '../../core/model/server-info.ts';
import { type DatabaseReading, type ReadOrder, readDatabase } from './live-keys.ts';
import { CONNECT_TIMEOUT_MS, RespConnection } from './resp-connection.ts';

export interface Connection {
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly clusterMode: boolean;
  /** @default the server's default user */
  readonly username?: string;
  /** @default none */
  readonly password?: string;
  /** @default true, as all drill clusters have it */
  readonly tls?: boolean;
  /** Whether it is a serverless cache, which has no functions. @default false */
  readonly serverless?: boolean;
}

/** A restored cluster, read through its ordinary commands. */
export interface RestoredCluster {
  /** One per shard. */
  readonly servers: readonly RestoredServer[];
  /** The servers' own clock, ms since the epoch: the latest of all shards'. */
  serverTimeMs(): Promise<number>;
  /** Function libraries, as their code; undefined if it has no commands to list them. */
  functions(): Promise<readonly string[] | undefined>;
  close(): void;
}

/** The server of one shard. */
export interface RestoredServer {
  /** Of the process: a scan can go on only where it was begun. */
  readonly runId: string;
  /** The databases that hold keys. */
  databases(): Promise<readonly number[]>;
  read(order: Omit<ReadOrder, 'hasFieldExpiry'>): Promise<DatabaseReading>;
}

/**
 * Connects to a restored cluster over TLS with its token, and reads it with commands that ElastiCache allows. ioredis
 * finds the shards and asks what is asked once; keys are read over connections of their own.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/SupportedCommands.html (checked 2026-11-21)
 *
 * @throws AppError `RestoreUnreachable` if it cannot be reached or does not accept the token
 */
export async function connectRestoredCluster(connection: Connection): Promise<RestoredCluster> {
  const { clients, close } = await connectClients(connection);
  const readers = clients.map((client) => new Server(client, connection));
  try {
    await Promise.all(readers.map((reader) => reader.introduce()));
  } catch (cause) {
    close();
    throw unreachable(connection, cause);
  }
  return {
    servers: readers,
    serverTimeMs: async () => Math.max(...(await Promise.all(clients.map(timeOf)))),
    functions: async () =>
      connection.serverless ? undefined : (await Promise.all(clients.map(functionsOf))).flat(),
    close: () => {
      for (const reader of readers) reader.close();
      close();
    },
  };
}

async function connectClients(
  connection: Connection,
): Promise<{ readonly clients: readonly Redis[]; close(): void }> {
  const { endpoint, clusterMode, username, password, tls = true } = connection;
  const options = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
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
      await connected(cluster);
      return { clients: cluster.nodes('master'), close: () => cluster.disconnect() };
    }
    const client = new Redis({
      ...options,
      ...endpoint,
      retryStrategy: (attempt) => (attempt > 2 ? null : 500),
    });
    await connected(client);
    return { clients: [client], close: () => client.disconnect() };
  } catch (cause) {
    throw unreachable(connection, cause);
  }
}

/** @throws what kept it from connecting; ioredis itself says no more than that the connection is closed, or no node available */
async function connected(client: Redis | Cluster): Promise<void> {
  let reason: Error | undefined;
  const note = (error: Error) => {
    reason = error;
  };
  if (client instanceof Cluster) {
    // What its nodes answer comes as an event of its own; an 'error' that nobody listens to would end the process.
    client.on('error', () => undefined);
    client.on('node error', note);
  } else client.on('error', note);
  try {
    await client.connect();
  } catch (cause) {
    throw reason ?? cause;
  }
}

function unreachable({ endpoint }: Connection, cause: unknown): AppError {
  const { message } = cause instanceof Error ? cause : { message: String(cause) };
  return new AppError('RestoreUnreachable', `${endpoint.host}:${endpoint.port} cannot be read: ${message}`, {
    cause,
  });
}

/** Versions from which on a hash's fields may expire by themselves, which HSCAN does not tell. */
const FIELD_EXPIRY = { redis: 7.4, valkey: 9 } as const;

class Server implements RestoredServer {
  runId = '';
  #hasFieldExpiry = true;
  readonly #client: Redis;
  readonly #access: Pick<Connection, 'username' | 'password' | 'tls'>;
  #connection: RespConnection | undefined;

  constructor(client: Redis, access: Connection) {
    this.#client = client;
    this.#access = access;
  }

  /** Asks the server who it is. */
  async introduce(): Promise<void> {
    const info = infoOf(await this.#client.info('server'));
    this.runId = info.get('run_id') ?? '';
    const { engine, version } = softwareOf(info);
    this.#hasFieldExpiry = !(Number.parseFloat(version) < FIELD_EXPIRY[engine]);
  }

  /** `db0:keys=…` lines of INFO; the first database if there are none, in case a server does not tell. */
  async databases(): Promise<readonly number[]> {
    const keyspace = await this.#client.info('keyspace');
    const found = [...keyspace.matchAll(/^db(\d+):/gm)].map(([, database]) => Number(database));
    return found.length === 0 ? [0] : found;
  }

  async read(order: Omit<ReadOrder, 'hasFieldExpiry'>): Promise<DatabaseReading> {
    this.#connection ??= await this.#connect();
    return readDatabase(this.#connection, { ...order, hasFieldExpiry: this.#hasFieldExpiry });
  }

  close(): void {
    this.#connection?.close();
  }

  #connect(): Promise<RespConnection> {
    const { host = '', port = 0 } = this.#client.options;
    const { username, password, tls = true } = this.#access;
    return RespConnection.open({
      host,
      port,
      tls,
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
  }
}

async function timeOf(client: Redis): Promise<number> {
  const [seconds, microseconds] = await client.time();
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/** The code of every function library. RESP2 gives lists of names and values, RESP3 gives maps. */
async function functionsOf(client: Redis): Promise<readonly string[]> {
  const libraries = (await client.call('FUNCTION', 'LIST', 'WITHCODE')) as unknown[];
  return libraries.map((library) => {
    if (Array.isArray(library)) return String(library[library.indexOf('library_code') + 1]);
    if (library instanceof Map) return String(library.get('library_code'));
    return String((library as Record<string, unknown>).library_code);
  });
}
