import { hashOfDump, RdbError, slotOf } from '@redrill/rdb';
import { type Reply, ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import type { Restored } from './parse-restore.ts';
import type { TargetCluster } from './target-cluster.ts';

/** Answers of PTTL and PEXPIRETIME for a key without expiry, and for one that is not there. */
const NO_EXPIRY = -1;
type Asked = Pick<TargetCluster, 'askAbout' | 'serverTimeMs'>;

/** How far an expiry may be off where a server tells only the time that is left, ms. */
const TOLERANCE_MS = 2_000;

/**
 * Whether a server newer than this reader has answered DUMP. Whose the key is cannot be told then, and it counts as
 * somebody else's: it is asked about in mode missing only, which leaves it as it is in either case.
 */
const isUnknownFormat = (error: unknown): boolean =>
  error instanceof RdbError && (error.code === 'UnsupportedVersion' || error.code === 'UnsupportedType');

/**
 * Whether the key that is there is what the file holds. Asked after an interruption: of what was sent before it, nobody
 * knows what has arrived, and a key that is there may be our own or the application's.
 */
export async function holdsAlready(
  cluster: Asked,
  database: number,
  { key, payload, expiresAtMs }: Restored,
): Promise<boolean> {
  const slot = slotOf(key);
  const there = await cluster.askAbout(slot, database, ['DUMP', key]);
  if (!(there instanceof Uint8Array)) return false;
  const about = { database, key, expiresAtMs: undefined };
  const ours = hashOfDump({ ...about, payload });
  try {
    if (ours !== hashOfDump({ ...about, payload: there })) return false;
  } catch (error) {
    if (isUnknownFormat(error)) return false;
    throw error;
  }
  return hasExpiry(cluster, slot, { database, key, expiresAtMs });
}

interface Expiring extends Pick<Restored, 'key' | 'expiresAtMs'> {
  readonly database: number;
}

/** What becomes of a key that is there when nobody can tell whose it is. @throws any other error */
export function skippedIfUnknown(error: unknown): 'skipped' {
  if (isUnknownFormat(error)) return 'skipped';
  throw error;
}

async function hasExpiry(
  cluster: Asked,
  slot: number,
  { database, key, expiresAtMs }: Expiring,
): Promise<boolean> {
  try {
    const there = await cluster.askAbout(slot, database, ['PEXPIRETIME', key]);
    return Number(there) === (expiresAtMs ?? NO_EXPIRY);
  } catch (error) {
    // Before Redis 7.0 there is no such command.
    if (!(error instanceof ServerRefusal) || error.code !== 'ERR') throw error;
  }
  const left: Reply = await cluster.askAbout(slot, database, ['PTTL', key]);
  if (expiresAtMs === undefined) return left === NO_EXPIRY;
  return Math.abs((await cluster.serverTimeMs()) + Number(left) - expiresAtMs) <= TOLERANCE_MS;
}
