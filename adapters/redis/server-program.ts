import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, delimiter, isAbsolute, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '../../core/model/errors.ts';

/** A Redis or Valkey server of this machine. */
export interface ServerProgram {
  readonly file: string;
  /** What it must be called: Debian's one program decides by its name what it is. */
  readonly argv0: string;
  readonly engine: 'redis' | 'valkey';
  /** For example `7.0.15`. */
  readonly version: string;
}

/** Names on the PATH. Debian's redis-tools and valkey-tools have the server under the second ones, without a service. */
const NAMES = {
  redis: ['redis-server', 'redis-check-rdb'],
  valkey: ['valkey-server', 'valkey-check-rdb'],
} as const;

/** How long a program may take to say what it is. */
const PROBE_MS = 10_000;

/**
 * The server to load a file with.
 * @param engine that wrote the file: its own server is taken if there is one
 * @param named a program to take instead of what is on the PATH
 * @throws AppError `ServerMissing`
 */
export async function findServerProgram(
  engine: ServerProgram['engine'],
  named?: string,
): Promise<ServerProgram> {
  if (named !== undefined) {
    const program = await inspected(named);
    if (program !== undefined) return program;
    throw new AppError('ServerMissing', `${named} is not a Redis or Valkey server that runs on this machine`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const names = [...NAMES[engine], ...Object.values(NAMES).flat()];
  for (const name of new Set(names))
    for (const folder of folders) {
      const program = await inspected(join(folder, name));
      if (program !== undefined) return program;
    }
  throw new AppError(
    'ServerMissing',
    'neither redis-server nor valkey-server is on the PATH; install one, or name one with --server',
  );
}

async function inspected(file: string): Promise<ServerProgram | undefined> {
  const argv0 = basename(file).startsWith('valkey') ? 'valkey-server' : 'redis-server';
  try {
    await access(file, constants.X_OK);
    const probe = spawn(file, ['--version'], {
      argv0,
      timeout: PROBE_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [said] = await Promise.all([text(probe.stdout), once(probe, 'close')]);
    const version = /\bv=(\d+(?:\.\d+)+)/.exec(said)?.[1];
    if (version === undefined) return undefined;
    return { file, argv0, engine: /^valkey/i.test(said) ? 'valkey' : 'redis', version };
  } catch {
    return undefined;
  }
}
