import { Redis } from 'ioredis';

/** How to reach a node as one of its users. */
export interface NodeConnection {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** PEM of the authority to trust; absent where the node speaks plain TCP. */
  readonly ca?: string;
}

/** One reply of INFO, by field. */
export type Info = ReadonlyMap<string, string>;

const CONNECT_MS = 5_000;

/** Runs `work` over a connection of its own, so that CLIENT LIST shows customers nothing that is not theirs. */
export async function withConnection<T>(
  connection: NodeConnection,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const { ca, ...address } = connection;
  const redis = new Redis({
    ...address,
    ...(ca === undefined ? {} : { tls: { ca } }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    enableReadyCheck: false,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  // The failure reaches the caller through the command that met it.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}

/** One section of INFO. */
export async function infoOf(redis: Redis, section: string): Promise<Info> {
  const text = await redis.info(section);
  const fields = text.split('\r\n').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
  });
  return new Map(fields);
}
