/** A real server to make data sets with, and to measure. It is spoken to with redis-cli. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_ATTEMPTS = 6000;
const ATTEMPT_MS = 50;

export interface BenchServer {
  readonly socket: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** @param folder where it finds and leaves its files */
export async function startBenchServer(
  folder: string,
  options: readonly string[] = [],
): Promise<BenchServer> {
  // The server changes to the folder, so a relative path would mean another place to it.
  const where = resolve(folder);
  const socket = join(where, 'socket');
  const args = ['--port', '0', '--unixsocket', socket, '--dir', where, '--save', '', ...options];
  // Debian's redis-tools carries the server under the name of its RDB checker; argv[0] decides which one runs.
  const server = spawn('/usr/bin/redis-check-rdb', args, { argv0: 'redis-server', stdio: 'ignore' });
  const stop = async () => {
    await ended(server);
    rmSync(socket, { force: true });
  };
  try {
    await loaded(socket);
  } catch (error) {
    await stop();
    throw error;
  }
  return { socket, pid: server.pid ?? 0, stop };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

async function loaded(socket: string): Promise<void> {
  for (let attempt = 0; attempt < READY_ATTEMPTS; attempt++) {
    // PING is refused while the server loads its file.
    if (ask(socket, 'ping') === 'PONG') return;
    await sleep(ATTEMPT_MS);
  }
  throw new Error('redis-server did not start');
}

/** @returns the answer of one command */
export function ask(socket: string, ...command: readonly string[]): string {
  return spawnSync('redis-cli', ['-s', socket, ...command], { encoding: 'utf8' }).stdout.trim();
}
