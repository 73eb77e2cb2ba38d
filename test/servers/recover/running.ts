import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@redrill/local-aws/redis';
import { type RealServer, startServer } from '@redrill/rdb/testing';
import { afterAll } from 'vitest';
import { type Ran, REDRILL } from '../../unit/cli/run.ts';
import { redrillHere } from '../../unit/cli/run-here.ts';

/** A server that listens on a port, for what connects by URL. */
export interface ListeningServer extends RealServer {
  readonly port: number;
  /** Of a member of a cluster. */
  readonly busPort: number;
  readonly url: string;
}

/** One that has ended by itself tells nobody any more. */
const STOP_MS = 2_000;
const servers: RealServer[] = [];
const folders: string[] = [];
const proxies: Server[] = [];

afterAll(async () => {
  for (const proxy of proxies.splice(0)) proxy.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Stopped when the tests of the file have run. */
export async function listening(...options: readonly string[]): Promise<ListeningServer> {
  const { server, port, busPort } = await onFreePorts(options);
  servers.push({
    ...server,
    stop: () => Promise.race([server.stop(), sleep(STOP_MS, undefined, { ref: false })]),
  });
  return { ...server, port, busPort, url: `redis://127.0.0.1:${port}` };
}

/** Another process may take a port before the server does. */
async function onFreePorts(options: readonly string[], attempts = 3) {
  const [port, busPort] = [await freePort(), await freePort()];
  const ports = ['--port', String(port), '--cluster-port', String(busPort)];
  try {
    const server = await startServer(['--enable-debug-command', 'yes', ...options, ...ports]);
    return { server, port, busPort };
  } catch (error) {
    if (attempts === 1) throw error;
    return onFreePorts(options, attempts - 1);
  }
}

export async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'redrill-recover-'));
  folders.push(made);
  return made;
}

const PATIENCE_MS = 30_000;

/** Waits until it is so; also where tests run side by side, which `expect.poll` does not bear. */
export async function eventually(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > until) throw new Error(`in ${PATIENCE_MS} ms it did not come to this: ${what}`);
    await sleep(5);
  }
}

/** A file of these bytes in a folder of its own. */
export async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(await folder(), 'dump.rdb');
  await writeFile(path, bytes);
  return path;
}

/** Passes everything on, but meddles each time before the server gets something with these words in it. @returns its port */
export async function meddling(
  to: ListeningServer,
  words: string,
  meddle: (client: Socket) => unknown,
): Promise<{ readonly port: number }> {
  const port = await freePort();
  const proxy = createServer((client) => {
    const server = connect(to.port, '127.0.0.1');
    let passing = Promise.resolve();
    client.on('data', (chunk) => {
      passing = passing.then(async () => {
        if (chunk.includes(words)) await meddle(client);
        server.write(chunk);
      });
    });
    server.on('data', (chunk) => client.write(chunk));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve));
  proxies.push(proxy);
  return { port };
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

/** The same in the process of the test, one at a time: half a second less for each. */
export const runningHere = (args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ran> =>
  redrillHere(args, { ...(env && { env }) });
