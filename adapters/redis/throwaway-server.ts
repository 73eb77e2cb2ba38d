import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { basename, dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { RespConnection, type ServerAddress } from './resp-connection.ts';
import type { ServerProgram } from './server-program.ts';

/** A server that has loaded a file. It listens on this machine only, behind a password of its own. */
export interface ThrowawayServer {
  readonly address: ServerAddress;
  /** Ends it; nothing is saved. */
  close(): Promise<void>;
}

/** The server ended before it had loaded the file: its own words. */
export interface NotLoaded {
  readonly refusal: string;
  /** Whether a signal ended it, as when memory runs out; then it says nothing of the file. */
  readonly wasKilled: boolean;
}

export interface LoadOrder {
  readonly program: ServerProgram;
  /** The RDB file, in a folder where the server writes nothing. */
  readonly file: string;
  readonly databases: number;
}

const LOOK_EVERY_MS = 50;
/** How many of the server's last lines are looked at for what it says of the file. */
const LINES_KEPT = 50;

/** How many ports are tried: another process may take one before the server does. */
const PORTS = 5;
const PORT_TAKEN = /^(?:Failed listening on port|Could not create server TCP listening socket)/;

/**
 * Starts a server that loads a file, as deeply checked as it can (`sanitize-dump-payload`), and waits until it answers,
 * however long loading takes.
 */
export async function loadInThrowaway(order: LoadOrder): Promise<ThrowawayServer | NotLoaded> {
  let refusal = '';
  for (let tried = 0; tried < PORTS; tried++) {
    const loaded = await loadOnFreePort(order);
    if (!('refusal' in loaded && PORT_TAKEN.test(loaded.refusal))) return loaded;
    refusal = loaded.refusal;
  }
  throw new Error(`${order.program.file} found ${PORTS} ports taken: ${refusal}`);
}

async function loadOnFreePort(order: LoadOrder): Promise<ThrowawayServer | NotLoaded> {
  const [port, password] = [await freePort(), randomBytes(24).toString('hex')];
  const address = { host: '127.0.0.1', port, password, tls: false } as const;
  const child = spawn(order.program.file, ['-'], {
    argv0: order.program.argv0,
    cwd: dirname(order.file),
    // A group of its own: the program may be a script that starts the server.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // It must not outlive this process.
  const kill = () => killGroup(child);
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const said = lastLines(child);
  // Through standard input, because the command line can be read by every user of the machine.
  child.stdin.on('error', () => undefined);
  child.stdin.end(configurationOf(order, address));
  const server = { address, close: () => ended(child) };
  try {
    while (!(await answers(address))) {
      if (child.exitCode !== null || child.signalCode !== null) return notLoaded(child, said);
      await sleep(LOOK_EVERY_MS);
    }
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}

function configurationOf(
  { file, databases }: LoadOrder,
  { host, port, password }: { readonly host: string; readonly port: number; readonly password: string },
): string {
  return `${[
    `bind ${host}`,
    `port ${port}`,
    `requirepass ${password}`,
    'daemonize no',
    `dir ${JSON.stringify(dirname(file))}`,
    `dbfilename ${JSON.stringify(basename(file))}`,
    `databases ${databases}`,
    'sanitize-dump-payload yes',
    'maxmemory 0',
    'appendonly no',
    'save ""',
  ].join('\n')}\n`;
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  listener.close();
  await once(listener, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

function lastLines({ stdout, stderr }: ChildProcess): readonly string[] {
  const lines: string[] = [];
  for (const stream of [stdout, stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
    });
  }
  return lines;
}

/** Whether it has loaded the file: until then it answers with LOADING, or not at all. */
async function answers(address: ServerAddress): Promise<boolean> {
  try {
    const connection = await RespConnection.open(address);
    try {
      await connection.call('PING');
      return true;
    } finally {
      connection.close();
    }
  } catch {
    return false;
  }
}

/** `#` marks a warning: `4242:M 25 Nov 2026 10:00:00.000 # Can't handle RDB format version 80`. */
const WARNING = /^\d+:\w .*? # (.*)$/;
/** What it says before it begins to load, of the machine, and in consequence. */
const BEGINS = /^(?:Server initialized|Warning: |WARNING )/;
const CONSEQUENCE = /^Fatal error loading the DB/;

function notLoaded({ exitCode, signalCode }: ChildProcess, said: readonly string[]): NotLoaded {
  const warnings = said.flatMap((line) => WARNING.exec(line)?.[1] ?? []);
  const [reason] = warnings
    .slice(warnings.findLastIndex((text) => BEGINS.test(text)) + 1)
    .filter((text) => !CONSEQUENCE.test(text));
  const how = signalCode === null ? `exit status ${exitCode}` : `signal ${signalCode}`;
  const ending = `it ended with ${how}, and said: ${said.at(-1) ?? 'nothing'}`;
  const wasKilled = signalCode !== null;
  return { refusal: wasKilled ? ending : (reason ?? ending), wasKilled };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  killGroup(child);
  await exited;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
