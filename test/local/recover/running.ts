import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { freePort } from '../../../local/redis/ports.ts';
import { REDRILL } from '../../unit/cli/run.ts';
import { type RealServer, startServer } from '../../unit/rdb/real-server.ts';

/** A server that listens on a port, for what connects by URL. */
export interface ListeningServer extends RealServer {
  readonly port: number;
  readonly url: string;
}

/** One that has ended by itself tells nobody any more. */
const STOP_MS = 2_000;
const servers: RealServer[] = [];
const folders: string[] = [];

afterAll(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Stopped when the tests of the file have run. */
export async function listening(...options: readonly string[]): Promise<ListeningServer> {
  const port = await freePort();
  const server = await startServer(['--enable-debug-command', 'yes', ...options, '--port', String(port)]);
  servers.push({
    ...server,
    stop: () => Promise.race([server.stop(), sleep(STOP_MS, undefined, { ref: false })]),
  });
  return { ...server, port, url: `redis://127.0.0.1:${port}` };
}

export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'redrill-recover-'));
  folders.push(made);
  return made;
}

/** A file of these bytes in a folder of its own. */
export async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await folder(), 'dump.rdb');
  await writeFile(path, bytes);
  return path;
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real command in a process of its own, which can be killed. */
export function starting(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child: ChildProcess = spawn(process.execPath, [REDRILL, ...args], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('its output is piped');
  const ended = Promise.all([text(stdout), text(stderr), once(child, 'close')]).then(
    ([out, err]): Ended => ({ status: child.exitCode, signal: child.signalCode, stdout: out, stderr: err }),
  );
  return { child, ended };
}

export const running = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> =>
  starting(args, env).ended;
