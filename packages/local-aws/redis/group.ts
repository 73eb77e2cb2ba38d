import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { TlsFiles } from './certificate.ts';
import { infoOf } from './control.ts';
import { NodeStartError, type RedisNode, startNode } from './node.ts';
import type { ClusterMember, NodeOptions, Offering } from './node-options.ts';
import { freePort } from './ports.ts';
import type { ServerBinary } from './server-binary.ts';
import type { SlotRange } from './slots.ts';

/** One shard to start: a primary and its replicas. */
export interface ShardOptions {
  /** Cluster mode only. */
  readonly slots: readonly SlotRange[];
  readonly replicas: number;
  readonly rdbFile?: string;
}

export interface GroupOptions {
  readonly binary: ServerBinary;
  /** The group's own folder; every node gets one of its own in it. Absolute. */
  readonly folder: string;
  readonly clusterMode: 'on' | 'off';
  /** Exactly one with cluster mode off. */
  readonly shards: readonly ShardOptions[];
  readonly tls?: TlsFiles;
  readonly authToken?: string;
  /** @default node-based */
  readonly offering?: Offering;
  readonly directives?: Readonly<Record<string, string>>;
}

/** The nodes of one shard, the primary first. */
export type ShardNodes = readonly [primary: RedisNode, ...replicas: RedisNode[]];

/** Another process may take a port between its choice and the server's start. */
const ATTEMPTS = 3;
/** Real time within which a cluster must be whole; its primaries alone wait 2 s before they accept writes. */
const CLUSTER_LIMIT_MS = 30_000;
const POLL_MS = 50;

interface Seat {
  readonly shard: number;
  readonly index: number;
  readonly member: ClusterMember;
}

/**
 * Starts all nodes of a cache and waits until they serve: every slot assigned, every replica in step.
 * @throws NodeStartError when a node does not come up; nothing is left running then
 */
export async function startGroup(options: GroupOptions): Promise<readonly ShardNodes[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptGroup(options, attempt);
    } catch (error) {
      const unlucky = error instanceof NodeStartError && error.failure === 'port-in-use';
      if (!unlucky || attempt === ATTEMPTS) throw error;
    }
  }
}

async function attemptGroup(options: GroupOptions, attempt: number): Promise<readonly ShardNodes[]> {
  const administratorPassword = randomBytes(24).toString('hex');
  const seats = await assignSeats(options);
  const start = async (seat: Seat) =>
    startNode(nodeOptions(options, seats, seat, join(options.folder, `${attempt}`), administratorPassword));
  const primaries = seats.filter(({ index }) => index === 0);
  const replicas = seats.filter(({ index }) => index > 0);
  const started = await startAll(primaries, start, []);
  const nodes = await startAll(replicas, start, started);
  const shards = primaries.map(({ shard }): ShardNodes => {
    const [primary, ...others] = nodes.filter(({ seat }) => seat.shard === shard).map(({ node }) => node);
    if (primary === undefined) throw new Error(`shard ${shard} has no primary`);
    return [primary, ...others];
  });
  try {
    await Promise.all(nodes.map(({ node }) => untilServing(node, options)));
  } catch (error) {
    await Promise.all(nodes.map(({ node }) => node.stop()));
    throw error;
  }
  return shards;
}

interface Started {
  readonly seat: Seat;
  readonly node: RedisNode;
}

/** Starts these seats side by side; when one fails, stops the rest and those started before. */
async function startAll(
  seats: readonly Seat[],
  start: (seat: Seat) => Promise<RedisNode>,
  before: readonly Started[],
): Promise<readonly Started[]> {
  const outcomes = await Promise.allSettled(seats.map(async (seat) => ({ seat, node: await start(seat) })));
  const up = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return [...before, ...up];
  await Promise.all([...before, ...up].map(({ node }) => node.stop()));
  throw failed.reason;
}

async function assignSeats({ shards, clusterMode }: GroupOptions): Promise<readonly Seat[]> {
  const seats: Seat[] = [];
  for (const [shard, { slots, replicas }] of shards.entries()) {
    const primaryId = randomBytes(20).toString('hex');
    for (let index = 0; index <= replicas; index++) {
      const role = index === 0 ? { slots } : { replicaOf: primaryId };
      const busPort = clusterMode === 'on' ? await freePort() : 0;
      const id = index === 0 ? primaryId : randomBytes(20).toString('hex');
      seats.push({ shard, index, member: { id, port: await freePort(), busPort, role } });
    }
  }
  return seats;
}

function nodeOptions(
  options: GroupOptions,
  seats: readonly Seat[],
  { shard, index, member }: Seat,
  folder: string,
  administratorPassword: string,
): NodeOptions {
  const { binary, tls, authToken, offering, directives, clusterMode } = options;
  const rdbFile = index === 0 ? options.shards[shard]?.rdbFile : undefined;
  const primary = seats.find((seat) => seat.shard === shard && seat.index === 0);
  return {
    binary,
    administratorPassword,
    port: member.port,
    folder: join(folder, `shard-${shard + 1}-node-${index + 1}`),
    ...(tls === undefined ? {} : { tls }),
    ...(authToken === undefined ? {} : { authToken }),
    ...(offering === undefined ? {} : { offering }),
    ...(directives === undefined ? {} : { directives }),
    ...(rdbFile === undefined ? {} : { rdbFile }),
    ...(clusterMode === 'on' ? { cluster: seats.map((seat) => seat.member) } : {}),
    ...(clusterMode === 'off' && index > 0 && primary ? { replicaOfPort: primary.member.port } : {}),
  };
}

async function untilServing(node: RedisNode, { clusterMode }: GroupOptions): Promise<void> {
  if (clusterMode === 'off') return;
  const limit = Date.now() + CLUSTER_LIMIT_MS;
  while (Date.now() < limit) {
    if (await node.control(async (redis) => (await clusterIsOk(redis)) && (await inStep(redis)))) return;
    await pause(POLL_MS);
  }
  throw new Error(`the cluster of the node on port ${node.port} is not whole after ${CLUSTER_LIMIT_MS} ms`);
}

type Connection = Parameters<Parameters<RedisNode['control']>[0]>[0];

async function clusterIsOk(redis: Connection): Promise<boolean> {
  return String(await redis.cluster('INFO')).includes('cluster_state:ok');
}

async function inStep(redis: Connection): Promise<boolean> {
  const replication = await infoOf(redis, 'replication');
  return replication.get('role') === 'master' || replication.get('master_link_status') === 'up';
}
