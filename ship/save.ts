import { type FileHandle, open, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServerRefusal } from '../adapters/redis/resp-connection.ts';
import { AppError, type ErrorCode } from '../core/model/errors.ts';
import type { Info } from '../core/model/server-info.ts';
import type { Now } from '../core/ports.ts';
import { type FileIdentity, whyNotNow, whyNotSaved } from '../core/ship/save-state.ts';
import type { Server } from './server.ts';

export interface SaveOrder {
  readonly server: Server;
  /** Where this process sees the data folder. @default where the server says that it is */
  readonly folder: string | undefined;
  /** How long to wait for a server that cannot save at the moment, and for the save itself, ms. */
  readonly patienceMs: number;
  readonly now: Now;
  readonly sleep: (ms: number) => Promise<unknown>;
}

/** What a save has made: a file that nobody writes to any more, whatever gets its name later. */
export interface Saved {
  readonly file: FileHandle;
  readonly path: string;
  /** When the server was asked to save, as `now` has it. */
  readonly takenAt: Date;
  readonly info: Info;
  /** Free on the disk before the save. */
  readonly freeBytes: number;
}

const LOOK_EVERY_MS = 250;

/**
 * Has the server save, and proves that this save succeeded.
 * @throws AppError `ServerBusy` if the server cannot save, `SaveFailed` if the save did not succeed
 */
export async function save(order: SaveOrder): Promise<Saved> {
  const { server, now } = order;
  const deadline = now().getTime() + order.patienceMs;
  const path = await dumpPath(order);
  const before = await infoOnce(order, deadline, { whyNot: whyNotNow, code: 'ServerBusy' });
  const fileBefore = await identityOf(path);
  const freeBytes = await freeAtLeast(path, before);
  const takenAt = now();
  await begin(server);
  const after = await infoOnce(order, deadline, { whyNot: whyNotEnded, code: 'SaveFailed' });
  const file = await open(path, 'r').catch(() => undefined);
  const fileAfter = file && identityIn(await file.stat());
  const problem = whyNotSaved({ before, after, fileBefore, fileAfter });
  if (problem === undefined && file !== undefined) return { file, path, takenAt, info: after, freeBytes };
  await file?.close();
  throw new AppError('SaveFailed', `${path}: ${problem}`);
}

async function dumpPath({ server, folder }: SaveOrder): Promise<string> {
  const seen = folder ?? (await server.setting('dir'));
  // A server whose folder was deleted says nothing.
  if (seen === '')
    throw new AppError('SaveFailed', 'the server does not say where it saves to: its folder was deleted');
  return join(seen, await server.setting('dbfilename'));
}

interface Condition {
  /** Why it is not so yet; undefined if it is. */
  readonly whyNot: (info: Info) => string | undefined;
  /** If it has not come to be when the time is over. */
  readonly code: ErrorCode;
}

/** What the server says of itself once a condition holds. */
async function infoOnce(
  { server, now, sleep }: SaveOrder,
  deadline: number,
  { whyNot, code }: Condition,
): Promise<Info> {
  for (;;) {
    const info = await server.info();
    const reason = whyNot(info);
    if (reason === undefined) return info;
    if (now().getTime() >= deadline) throw new AppError(code, `the server cannot save: ${reason}`);
    await sleep(LOOK_EVERY_MS);
  }
}

function whyNotEnded(info: Info): string | undefined {
  return info.get('rdb_bgsave_in_progress') === '0'
    ? undefined
    : 'the save was still under way when the time for it was over';
}

async function begin(server: Server): Promise<void> {
  try {
    await server.bgsave();
  } catch (error) {
    if (!(error instanceof ServerRefusal)) throw error;
    // Somebody else's save or rewrite has begun meanwhile.
    const code = /in progress|another child process/i.test(error.message) ? 'ServerBusy' : 'SaveFailed';
    throw new AppError(code, `the server refuses BGSAVE: ${error.message}`, { cause: error });
  }
}

/**
 * The new file is written beside the old one, and may be as large; without an old one, the memory in use bounds it.
 * @returns what is free @throws AppError `SaveFailed` if that is too little
 */
async function freeAtLeast(path: string, info: Info): Promise<number> {
  const folder = dirname(path);
  const { bavail, bsize } = await statfs(folder).catch((cause: Error) => {
    throw new AppError('SaveFailed', `${folder} cannot be read: ${cause.message}`, { cause });
  });
  const old = await stat(path).catch(() => undefined);
  const needed = old?.size ?? Number(info.get('used_memory') ?? 0);
  const free = bavail * bsize;
  if (free >= needed) return free;
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  throw new AppError(
    'SaveFailed',
    `${path}: ${mib(free)} are free on the disk, and the save needs about ${mib(needed)}; BGSAVE was not sent`,
  );
}

async function identityOf(path: string): Promise<FileIdentity | undefined> {
  try {
    return identityIn(await stat(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('SaveFailed', `${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function identityIn({ ino, ctimeMs }: { readonly ino: number; readonly ctimeMs: number }): FileIdentity {
  return { inode: ino, changedAtMs: ctimeMs };
}
