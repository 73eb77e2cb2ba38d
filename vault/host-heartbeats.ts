import { inParallel } from '../adapters/in-parallel.ts';
import { type HostSeen, hostHeartbeat } from '../core/contracts/host-heartbeat.ts';
import type { Servers } from '../core/contracts/servers.ts';
import { landingKeys } from '../core/model/keys.ts';
import type { ObjectHead, ObjectStore } from '../core/ports.ts';
import { readOfHost } from './host-documents.ts';

/** What is larger was not written by Redrill, and is not read. */
const LARGEST_BYTES = 4 * 1024;
/** Of a server, whose hosts may have written any number. */
const MOST_LISTED = 2_000;
const MOST_READ_BESIDE_SHARDS = 20;

type Landing = Pick<ObjectStore, 'bucket' | 'list' | 'read'>;

/** The hosts of all servers whose last heartbeat is still in the landing bucket. */
export async function hostsSeen(landing: Landing, servers: Servers): Promise<readonly HostSeen[]> {
  const seen = await inParallel(Object.entries(servers), ([server, { shards }]) =>
    hostsOf(landing, server, 2 * shards + MOST_READ_BESIDE_SHARDS),
  );
  return seen.flat();
}

async function hostsOf(landing: Landing, server: string, atMost: number): Promise<readonly HostSeen[]> {
  const listed = await landing.list(landingKeys.serverHeartbeats(server), { atMost: MOST_LISTED });
  const newest = listed
    .filter(({ bytes }) => bytes <= LARGEST_BYTES)
    .toSorted((one, other) => other.modifiedAt.getTime() - one.modifiedAt.getTime())
    .slice(0, atMost);
  const read = await inParallel(newest, (object) => readHost(landing, server, object));
  return read.flatMap((host) => host ?? []);
}

/** One that speaks of another host counts as none. */
async function readHost(
  landing: Landing,
  server: string,
  { key, modifiedAt }: ObjectHead,
): Promise<HostSeen | undefined> {
  const heartbeat = await readOfHost(landing, key, hostHeartbeat);
  if (heartbeat === undefined || heartbeat.server !== server) return undefined;
  if (landingKeys.serverHeartbeat(server, heartbeat) !== key) return undefined;
  return { ...heartbeat, at: modifiedAt.toISOString() };
}
