import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Debian's redis-tools carries the server under the name of its RDB checker; argv[0] decides which one runs. */
const BINARIES = [process.env.REDIS_SERVER ?? '/usr/bin/redis-server', '/usr/bin/redis-check-rdb'];
const START_ATTEMPTS = 200;
const ATTEMPT_MS = 25;

/** Everything unpacked: hash tables, skip lists, one list node per element, one stream entry per node. */
export const UNPACKED = [
  ['--hash-max-listpack-entries', '0'],
  ['--zset-max-listpack-entries', '0'],
  ['--set-max-intset-entries', '0'],
  ['--list-max-listpack-size', '1'],
  ['--stream-node-max-entries', '1'],
  ['--rdbcompression', 'no'],
].flat();
/** Everything packed as far as it goes, list nodes compressed. */
export const PACKED = [
  ['--hash-max-listpack-entries', '100000', '--hash-max-listpack-value', '1000000'],
  ['--zset-max-listpack-entries', '100000', '--zset-max-listpack-value', '1000000'],
  ['--set-max-intset-entries', '100000'],
  ['--list-max-listpack-size', '-5', '--list-compress-depth', '1'],
].flat();

export interface RealServer {
  readonly client: Redis;
  /** SAVE, then the file. */
  save(): Promise<Uint8Array>;
  stop(): Promise<void>;
}

/**
 * Starts a server in a directory of its own, listening on a Unix socket only.
 * @param dump the file that it loads
 * @param program whose name says whether it is Valkey
 */
export async function startServer(
  options: readonly string[] = [],
  dump?: Uint8Array,
  program = installed(),
): Promise<RealServer> {
  const directory = await mkdtemp(join(tmpdir(), 'rdb-'));
  if (dump) await writeFile(join(directory, 'dump.rdb'), dump);
  const socket = join(directory, 'socket');
  const args = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', '', ...options];
  const argv0 = basename(program).startsWith('valkey') ? 'valkey-server' : 'redis-server';
  const server = spawn(program, args, { argv0, stdio: 'ignore' });
  const client = new Redis({ path: socket, lazyConnect: true, retryStrategy: () => ATTEMPT_MS });
  client.on('error', () => {});
  const ended = new Promise<never>((_resolve, reject) => {
    server.once('exit', (status) => reject(new Error(`${argv0} ended with status ${status}`)));
    server.once('error', reject);
  });
  try {
    await Promise.race([answering(client), ended]);
  } catch (error) {
    client.disconnect();
    server.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  ended.catch(() => undefined);
  return {
    client,
    save: async () => {
      await client.save();
      return readFile(join(directory, 'dump.rdb'));
    },
    stop: async () => {
      client.disconnect();
      const exited = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @throws if this machine has no server */
function installed(): string {
  const program = BINARIES.find((path) => existsSync(path));
  if (program) return program;
  throw new Error(`No Redis server: install redis-tools, or set REDIS_SERVER. Looked for ${BINARIES}`);
}

async function answering(client: Redis): Promise<void> {
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt++) {
    try {
      // PING is refused while the server loads its file.
      await client.ping();
      return;
    } catch {
      await sleep(ATTEMPT_MS);
    }
  }
  throw new Error('redis-server did not start');
}
