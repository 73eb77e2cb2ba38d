import { type KeyType, LiveDigest, type NameHash } from '@redrill/rdb';
import { isElastiCacheKey } from '../../adapters/redis/elasticache-key.ts';
import { readInPieces } from '../../adapters/redis/read-in-pieces.ts';
import { type Reply, RespConnection } from '../../adapters/redis/resp-connection.ts';
import { GONE, valueSize } from '../../adapters/redis/value-sizes.ts';
import type { Lane } from '../recover/lane.ts';
import { textOf } from '../recover/server-facts.ts';
import type { SideKey } from './file-keys.ts';
import { databasesOf } from './live-cluster.ts';
import { readDump } from './readable.ts';

const SCAN_COUNT = 1_000;
/** Of what size on a value is read in pieces, bytes of the server's memory. */
const LARGE_BYTES = 4 * 1024 * 1024;
/** What the answers to the DUMPs that are under way may take, bytes, about. */
const WINDOW_BYTES = 8 * 1024 * 1024;
const NO_EXPIRY = -1;

export interface Filter {
  /** Asked with a key's name alone. */
  concerns(name: Uint8Array): boolean;
  includes(name: Uint8Array, expiresAtMs: number | undefined): boolean;
}

interface Found {
  readonly name: Uint8Array;
  readonly expiresAtMs: number | undefined;
  readonly sizeBytes: number;
}

/** The keys of a server that are asked for; one that is there throughout comes at least once. */
export async function* keysInServer(lane: Lane, filter: Filter): AsyncGenerator<SideKey, void, undefined> {
  const connection = await RespConnection.openFor(lane.address);
  try {
    for (const database of await databasesOf(lane)) {
      await connection.call('SELECT', database);
      let cursor = '0';
      do {
        const [next, names] = (await connection.call(
          'SCAN',
          cursor,
          'COUNT',
          SCAN_COUNT,
        )) as readonly Reply[];
        cursor = textOf(next);
        const content = (names as readonly Uint8Array[]).filter((name) => !isElastiCacheKey(name, database));
        const concerned = content.filter((name) => filter.concerns(name));
        const described = await describe(connection, concerned);
        yield* readAll(
          connection,
          database,
          described.filter(({ name, expiresAtMs }) => filter.includes(name, expiresAtMs)),
        );
      } while (cursor !== '0');
    }
  } finally {
    connection.close();
  }
}

async function describe(connection: RespConnection, names: readonly Uint8Array[]): Promise<readonly Found[]> {
  const found = await Promise.all(
    names.map(async (name) => {
      const [expiry, size] = await Promise.all([
        connection.call('PEXPIRETIME', name),
        valueSize(connection, name),
      ]);
      return { name, expiry: Number(expiry), sizeBytes: size };
    }),
  );
  return found
    .filter(({ expiry }) => expiry !== GONE)
    .map(({ name, expiry, sizeBytes }) => ({
      name,
      sizeBytes,
      expiresAtMs: expiry === NO_EXPIRY ? undefined : expiry,
    }));
}

async function* readAll(
  connection: RespConnection,
  database: number,
  found: readonly Found[],
): AsyncGenerator<SideKey, void, undefined> {
  for (let from = 0; from < found.length; ) {
    let bytes = 0;
    let to = from;
    for (; to < found.length && (to === from || bytes < WINDOW_BYTES); to++)
      bytes += found[to]?.sizeBytes ?? 0;
    const read = await Promise.all(found.slice(from, to).map((key) => readOne(connection, database, key)));
    for (const key of read) if (key !== undefined) yield key;
    from = to;
  }
}

/** @returns undefined if it is gone */
async function readOne(
  connection: RespConnection,
  database: number,
  { name, expiresAtMs, sizeBytes }: Found,
): Promise<SideKey | undefined> {
  const inPieces = sizeBytes > LARGE_BYTES ? await readLarge(connection, database, name) : undefined;
  if (inPieces !== undefined) return { database, name, expiresAtMs, ...inPieces };
  const payload = await connection.call('DUMP', name);
  if (!(payload instanceof Uint8Array)) return undefined;
  return { database, name, expiresAtMs, ...readDump({ database, name, payload }) };
}

async function readLarge(
  connection: RespConnection,
  database: number,
  name: Uint8Array,
): Promise<{ readonly type: KeyType; readonly valueHash: string } | undefined> {
  const digest = new LiveDigest();
  try {
    const hash: NameHash = new Uint32Array(4);
    digest.hashName(name, hash);
    const live = { database, name: hash, expiresAtMs: undefined };
    // Whether fields expire by themselves is for DUMP to say.
    if (!(await readInPieces(connection, { key: name, live, digest, hasFieldExpiry: true })))
      return undefined;
    const type = textOf(await connection.call('TYPE', name)) as KeyType;
    return { type, valueHash: digest.digest().total };
  } finally {
    digest.close();
  }
}
