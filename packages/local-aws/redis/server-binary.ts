import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join } from 'node:path';

/** A server program that can play a cache node. */
export interface ServerBinary {
  readonly file: string;
  /** What the program must be called: Debian's one binary decides by its own name what it is. */
  readonly argv0: string;
  readonly engine: 'valkey' | 'redis';
  /** The program's version, for example `7.0.15`. */
  readonly version: string;
  /** Whether it was built with TLS. */
  readonly tls: boolean;
}

/** Names under which the program is looked for, best first, and the name each is started under. */
const CANDIDATES = [
  { name: 'valkey-server', argv0: 'valkey-server' },
  { name: 'redis-server', argv0: 'redis-server' },
  // Debian's valkey-tools and redis-tools install the same multi-call binary under these names, without a service.
  { name: 'valkey-check-rdb', argv0: 'valkey-server' },
  { name: 'redis-check-rdb', argv0: 'redis-server' },
] as const;

/** Slot ranges, the cluster bus's own port and rules on subcommands came with Redis 7.0. */
const OLDEST_MAJOR = 7;

/** How long a program may take to say what it is. */
const PROBE_MS = 5_000;

/** Names the server program, instead of a search of the PATH. */
export const SERVER_VARIABLE = 'REDRILL_REDIS_SERVER';

/**
 * The server program of this machine: the one that `REDRILL_REDIS_SERVER` names, else the first on the PATH.
 * @returns undefined when there is none of version 7.0 or newer
 */
export async function findServer(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ServerBinary | undefined> {
  const named = environment[SERVER_VARIABLE];
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const places =
    named === undefined || named === ''
      ? CANDIDATES.flatMap(({ name, argv0 }) =>
          folders.map((folder) => ({ file: join(folder, name), argv0 })),
        )
      : [{ file: named, argv0: nameToRunUnder(named) }];
  for (const place of places) {
    const binary = await inspect(place.file, place.argv0);
    if (binary !== undefined) return binary;
  }
  return undefined;
}

function nameToRunUnder(file: string): string {
  return basename(file).startsWith('valkey') ? 'valkey-server' : 'redis-server';
}

async function inspect(file: string, argv0: string): Promise<ServerBinary | undefined> {
  try {
    await access(file, constants.X_OK);
  } catch {
    return undefined;
  }
  const said = await outputOf(file, argv0, ['--version']);
  const version = /\bv=(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (version === undefined || Number(version.split('.')[0]) < OLDEST_MAJOR) return undefined;
  return {
    file,
    argv0,
    engine: /^valkey/i.test(said) ? 'valkey' : 'redis',
    version,
    tls: await knowsTls(file, argv0),
  };
}

/** Built without TLS, it refuses the directive as unknown; built with it, it stops for want of a key. */
async function knowsTls(file: string, argv0: string): Promise<boolean> {
  const said = await outputOf(file, argv0, [
    '--port',
    '0',
    '--tls-port',
    '1',
    '--tls-cert-file',
    '/nonexistent',
  ]);
  return /configure TLS/i.test(said);
}

/** What the program prints until it ends; nothing when it cannot be started or does not end in time. */
function outputOf(file: string, argv0: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(file, [...words], { argv0, stdio: ['ignore', 'pipe', 'pipe'], timeout: PROBE_MS });
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString('utf8');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', () => resolve(''));
    child.once('close', () => resolve(said));
  });
}

/** This machine has no server program that can be a cache node. */
export class NoServerError extends Error {
  override readonly name = 'NoServerError';
}

/** @throws NoServerError if this machine has none */
export async function requireServer(): Promise<ServerBinary> {
  const found = await findServer();
  if (found !== undefined) return found;
  throw new NoServerError('no Valkey or Redis server of version 7.0 or newer was found on the PATH');
}
