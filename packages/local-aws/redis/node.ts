import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import {
  ADMINISTRATOR,
  CLUSTER_FILE,
  clusterFileOf,
  configurationOf,
  LOG_FILE,
  RDB_FILE,
} from './configuration.ts';
import { infoOf, type NodeConnection, withConnection } from './control.ts';
import type { NodeOptions } from './node-options.ts';
import { freePort, returnPort } from './ports.ts';
import { release, watchOver } from './reaper.ts';

const CONFIGURATION_FILE = 'server.conf';
const POLL_MS = 10;
/** Real time within which a node must answer, a big RDB loaded included. */
const START_LIMIT_MS = 120_000;
/** Real time within which a BGSAVE must be done. */
const SAVE_LIMIT_MS = 300_000;

/** Why a server did not come up; `rdb-unreadable` is the one that the data are to blame for. */
export type StartFailure = 'rdb-unreadable' | 'port-in-use' | 'ended' | 'too-slow';

export class NodeStartError extends Error {
  readonly failure: StartFailure;

  constructor(failure: StartFailure, log: string) {
    super(`the server did not start (${failure}): ${log.trim().split('\n').slice(-5).join('\n')}`);
    this.name = 'NodeStartError';
    this.failure = failure;
  }
}

/** A running server process: one cache node. */
export interface RedisNode {
  readonly host: string;
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** As the local AWS's own user, which may run everything. Not for customers. */
  readonly administrator: NodeConnection;
  /** Resolves if the process ends otherwise than by {@link stop}: it crashed, or somebody killed it. */
  readonly died: Promise<void>;
  /** False once the process has ended, whoever ended it. */
  readonly running: boolean;
  /** Runs `work` over a short-lived connection of the administrator. */
  control<T>(work: (redis: Redis) => Promise<T>): Promise<T>;
  /**
   * Saves the node's data with BGSAVE.
   * @returns path of the RDB file, which is the caller's to keep or move
   */
  bgsave(): Promise<string>;
  /** Ends the process at once, keeping nothing. Safe to repeat. */
  stop(): Promise<void>;
  /**
   * Once the process has ended: an empty one with the same settings at the same address.
   * @param replicaOfPort whom it follows; cluster mode off only. @default nobody
   */
  replace(replicaOfPort?: number): Promise<RedisNode>;
}

/**
 * Starts a server process and waits until it has loaded its data and answers.
 * @throws NodeStartError when it does not
 */
export async function startNode(options: NodeOptions): Promise<RedisNode> {
  const port = options.port ?? (await freePort());
  await prepareFolder(options, port);
  const child = launch(options);
  const administrator: NodeConnection = {
    host: '127.0.0.1',
    port,
    username: ADMINISTRATOR,
    password: options.administratorPassword,
    ...(options.tls === undefined ? {} : { ca: options.tls.ca }),
  };
  const busPorts = (options.cluster ?? [])
    .filter((member) => member.port === port)
    .map(({ busPort }) => busPort);
  const ended = endOf(child, options.folder, [port, ...busPorts]);
  try {
    await untilReady(child, administrator, options);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  }
  return nodeOf(child, ended, administrator, { ...options, port });
}

async function prepareFolder(options: NodeOptions, port: number): Promise<void> {
  const { folder, cluster, rdbFile } = options;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, CONFIGURATION_FILE), configurationOf(options, port), { mode: 0o600 });
  if (cluster !== undefined) await writeFile(join(folder, CLUSTER_FILE), clusterFileOf(cluster, port));
  if (rdbFile !== undefined) await copyFile(rdbFile, join(folder, RDB_FILE));
}

function launch({ binary, folder }: NodeOptions): ChildProcess {
  const child = spawn(binary.file, [join(folder, CONFIGURATION_FILE)], {
    argv0: binary.argv0,
    cwd: folder,
    stdio: 'ignore',
  });
  if (child.pid !== undefined) watchOver(folder, child.pid);
  child.unref();
  return child;
}

function endOf(child: ChildProcess, folder: string, ports: readonly number[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      release(folder);
      for (const port of ports) returnPort(port);
      resolve();
    };
    child.once('exit', settle);
    child.once('error', settle);
  });
}

async function untilReady(
  child: ChildProcess,
  administrator: NodeConnection,
  options: NodeOptions,
): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      const log = await logOf(options.folder);
      throw new NodeStartError(failureIn(log), log);
    }
    if (await isReady(administrator, options)) return;
    await pause(POLL_MS);
  }
  throw new NodeStartError('too-slow', await logOf(options.folder));
}

async function isReady(administrator: NodeConnection, options: NodeOptions): Promise<boolean> {
  try {
    return await withConnection(administrator, async (redis) => {
      const persistence = await infoOf(redis, 'persistence');
      if (persistence.get('loading') !== '0') return false;
      if (options.replicaOfPort === undefined) return true;
      return (await infoOf(redis, 'replication')).get('master_link_status') === 'up';
    });
  } catch {
    return false;
  }
}

async function logOf(folder: string): Promise<string> {
  return readFile(join(folder, LOG_FILE), 'utf8').catch(() => '');
}

function failureIn(log: string): StartFailure {
  if (/Address already in use/i.test(log)) return 'port-in-use';
  if (/RDB|loading the DB|Short read|Can't handle|Bad file format/i.test(log)) return 'rdb-unreadable';
  return 'ended';
}

function nodeOf(
  child: ChildProcess,
  ended: Promise<void>,
  administrator: NodeConnection,
  options: NodeOptions,
): RedisNode {
  const { folder } = options;
  let stopped = false;
  const died = new Promise<void>((resolve) => {
    void ended.then(() => stopped || resolve());
  });
  const control = <T>(work: (redis: Redis) => Promise<T>) => withConnection(administrator, work);
  return {
    host: administrator.host,
    port: administrator.port,
    folder,
    pid: child.pid ?? 0,
    administrator,
    died,
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    control,
    bgsave: () => control((redis) => save(redis, folder)),
    stop: async () => {
      stopped = true;
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
    replace: async (replicaOfPort) => {
      await ended;
      const { rdbFile: _, replicaOfPort: __, ...empty } = options;
      await rm(folder, { recursive: true, force: true });
      return startNode(replicaOfPort === undefined ? empty : { ...empty, replicaOfPort });
    },
  };
}

async function save(redis: Redis, folder: string): Promise<string> {
  // A replica that is just synchronising keeps the server's one child process busy: wait for it, then save.
  await untilIdle(redis);
  await redis.bgsave();
  const after = await untilIdle(redis);
  if (after.get('rdb_last_bgsave_status') !== 'ok') {
    throw new Error(`BGSAVE failed in ${folder}: ${(await logOf(folder)).trim().split('\n').at(-1) ?? ''}`);
  }
  const kept = join(folder, `save-${randomBytes(6).toString('hex')}.rdb`);
  await rename(join(folder, RDB_FILE), kept);
  return kept;
}

async function untilIdle(redis: Redis) {
  const limit = Date.now() + SAVE_LIMIT_MS;
  while (Date.now() < limit) {
    const persistence = await infoOf(redis, 'persistence');
    if (persistence.get('rdb_bgsave_in_progress') === '0') return persistence;
    await pause(POLL_MS);
  }
  throw new Error(`BGSAVE took longer than ${SAVE_LIMIT_MS} ms`);
}
