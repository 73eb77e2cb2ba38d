import { closeSync, createReadStream, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { RdbReader } from '@redrill/rdb';
import { whyUnreadable } from '../../adapters/files/why-unreadable.ts';
import { AppError } from '../../core/model/errors.ts';
import { feedChunks, type Input } from './input.ts';

const STREAM_CHUNK_BYTES = 256 * 1024;
/** Reads between two looks at what else happens, such as Ctrl-C: some 16 MB, less than a tenth of a second. */
const READS_PER_TURN = 64;

/** @throws AppError `UnreadableFile` if there is nothing to read */
export async function openInput(
  name: string,
  version?: { readonly versionId: string; readonly etag: string },
): Promise<Input> {
  if (name === '-') return standardInput();
  if (name.startsWith('s3://')) return (await import('./s3-input.ts')).s3Input(name, version);
  const stats = readable(name, () => statSync(name));
  if (stats.isDirectory()) throw new AppError('UnreadableFile', `${name} is a directory`);
  if (stats.isFile()) return { sizeBytes: stats.size, feed: (...to) => feedFile(name, stats, ...to) };
  return streamed(createReadStream(name, { highWaterMark: STREAM_CHUNK_BYTES }), name);
}

function standardInput(): Input {
  if (process.stdin.isTTY) {
    throw new AppError('UnreadableFile', 'standard input is a terminal; pipe or redirect a file into it');
  }
  return streamed(process.stdin, 'standard input');
}

function streamed(chunks: AsyncIterable<Uint8Array>, name: string): Input {
  return {
    sizeBytes: undefined,
    feed: (reader, onBytes) => feedChunks(reader, onBytes, translated(chunks, name)),
  };
}

async function* translated(chunks: AsyncIterable<Uint8Array>, name: string): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** Straight into the reader's memory, which saves a copy and what Node keeps of a stream. */
async function feedFile(
  name: string,
  before: Stats,
  reader: RdbReader,
  onBytes: (piece: Uint8Array) => void,
): Promise<void> {
  const file = readable(name, () => openSync(name, 'r'));
  const read = (space: Uint8Array): number => {
    const size = readable(name, () => readSync(file, space));
    onBytes(space.subarray(0, size));
    return size;
  };
  try {
    for (let reads = 1; reader.writeFrom(read) > 0; reads++) {
      if (reads % READS_PER_TURN === 0) await setImmediate();
    }
  } finally {
    const after = fstatSync(file);
    closeSync(file);
    refuseChanged(name, before, after);
  }
}

/** What was read of a file that is being written is neither its old nor its new content. */
function refuseChanged(name: string, before: Stats, after: Stats): void {
  if (after.size === before.size && after.mtimeMs === before.mtimeMs && after.ino === before.ino) return;
  throw new AppError(
    'UnreadableFile',
    `${name} changed while it was read; verify it when it is completely written`,
  );
}

function readable<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unreadable(name, error);
  }
}

function unreadable(name: string, cause: unknown): AppError {
  const named = name === '' ? "''" : name;
  return new AppError('UnreadableFile', `${named} cannot be read: ${whyUnreadable(cause)}`, { cause });
}
