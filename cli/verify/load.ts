import { rmSync } from 'node:fs';
import { mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RangedBytes, RdbSummary } from '@redrill/rdb';
import { findServerProgram, type ServerProgram } from '../../adapters/redis/server-program.ts';
import { loadInThrowaway, type NotLoaded } from '../../adapters/redis/throwaway-server.ts';
import { AppError } from '../../core/model/errors.ts';
import { type CompareResult, compareWithCache } from '../../live/compare/compare.ts';
import { DIFFERENCES } from '../../live/compare/name-differences.ts';
import { TargetCluster } from '../../live/recover/target-cluster.ts';
import { CountLine } from '../terminal/count-line.ts';
import { counted, grouped } from '../terminal/figures.ts';

/** What came of loading a sound file into a server of this machine. */
export interface Load {
  readonly server: Pick<ServerProgram, 'file' | 'engine' | 'version'>;
  /**
   * `unsupported`: this server cannot read files of this kind. `ended`: a signal ended it, as when memory runs out. Both say
   * nothing about the file.
   */
  readonly outcome: 'equal' | 'different' | 'refused' | 'unsupported' | 'ended';
  readonly keysCompared: number;
  /** Keys that had expired when they were compared. */
  readonly expired: number;
  /** What differs, or the server's own words. @default it is equal */
  readonly message?: string;
}

export interface LoadedFile {
  readonly summary: RdbSummary;
  readonly bytes: RangedBytes;
  /** Where it is on this machine. @default it is fetched */
  readonly path?: string;
  /** A server program. @default one of the PATH */
  readonly server?: string | undefined;
}

const PATIENCE_MS = 30_000;
/** What every server has unless it is configured otherwise. */
const USUAL_DATABASES = 16;

/**
 * Loads a file into a server that is started for it and ended afterwards, and compares every key with the file.
 * @throws AppError `ServerMissing`
 */
export async function load(file: LoadedFile): Promise<Load> {
  const program = await findServerProgram(file.summary.engine, file.server);
  const folder = await mkdtemp(join(tmpdir(), 'redrill-load-'));
  const stopListening = onSignals(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const place = join(folder, 'dump.rdb');
    if (file.path === undefined) await fetch(file.bytes, place);
    else await symlink(resolve(file.path), place);
    return await loadedBy(program, place, file);
  } finally {
    stopListening();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Exit statuses of a command that a signal ended, as shells have them. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Cleans up if a signal ends the command. The server ends with the command.
 * @returns to be called when there is nothing left to clean up
 */
function onSignals(cleanUp: () => void): () => void {
  const listeners = Object.entries(SIGNALS).map(([signal, status]) => {
    const end = () => {
      cleanUp();
      process.exit(status);
    };
    process.once(signal, end);
    return () => process.off(signal, end);
  });
  return () => {
    for (const stop of listeners) stop();
  };
}

/** Each piece is written before the next one is asked for, which may have the same memory. */
async function fetch(bytes: RangedBytes, place: string): Promise<void> {
  const copy = await open(place, 'wx', 0o600);
  try {
    for await (const piece of bytes.read(0, bytes.sizeBytes)) await copy.appendFile(piece);
  } finally {
    await copy.close();
  }
}

async function loadedBy(program: ServerProgram, place: string, file: LoadedFile): Promise<Load> {
  const { file: path, engine, version } = program;
  const server = { file: path, engine, version };
  const highest = Math.max(-1, ...Object.keys(file.summary.byDatabase).map(Number));
  const databases = Math.max(USUAL_DATABASES, highest + 1);
  const loaded = await loadInThrowaway({ program, file: place, databases });
  if ('refusal' in loaded) {
    const { refusal: message } = loaded;
    return { server, outcome: refusalOutcome(loaded), keysCompared: 0, expired: 0, message };
  }
  try {
    return { server, ...outcomeOf(await compared(loaded.address, file)) };
  } finally {
    await loaded.close();
  }
}

/** Of a file that is newer than the server, of another engine, or has data of a module that the server lacks. */
const NOT_KNOWN = /RDB format version|Wrong signature|module|Unknown RDB (?:encoding|type|object)/i;

function refusalOutcome({ refusal, wasKilled }: NotLoaded): Load['outcome'] {
  if (wasKilled) return 'ended';
  return NOT_KNOWN.test(refusal) ? 'unsupported' : 'refused';
}

async function compared(
  address: Parameters<typeof TargetCluster.open>[0],
  { summary, bytes }: LoadedFile,
): Promise<CompareResult> {
  const { digest } = summary;
  if (digest === undefined)
    throw new AppError('BadInput', '--load compares the values of keys; omit --structural');
  const cluster = await TargetCluster.open(address, {
    patienceMs: PATIENCE_MS,
    signal: new AbortController().signal,
    readsOnly: true,
  });
  const line = new CountLine(process.stderr, (keys) => `reading the server: ${grouped(keys)} keys`);
  try {
    return await compareWithCache({
      expected: digest,
      keysExpected: summary.keys,
      sources: [bytes],
      cluster,
      limit: 0,
      onKey: () => line.count(),
    });
  } finally {
    line.erase();
    cluster.close();
  }
}

function outcomeOf({ found, libraries, keysCompared, expired }: CompareResult): Omit<Load, 'server'> {
  const kinds = DIFFERENCES.filter((kind) => found[kind].keys > 0).map(
    (kind) => `${counted(found[kind].keys, 'key')} ${WORDS[kind]}`,
  );
  const functions = [...libraries.missing, ...libraries.added, ...libraries.different];
  if (functions.length > 0) kinds.push(`function libraries differ: ${functions.join(', ')}`);
  const outcome = kinds.length === 0 ? 'equal' : 'different';
  return { outcome, keysCompared, expired, ...(kinds.length > 0 && { message: kinds.join('; ') }) };
}

const WORDS = {
  missing: 'missing in the server',
  added: 'only in the server',
  different: 'with another value',
  ttl: 'with another expiry time',
} as const;
