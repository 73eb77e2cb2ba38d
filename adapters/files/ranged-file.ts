import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { RangedBytes } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * A file on this machine, any range of which can be read, as a {@link RangedBytes}. Each reading has one buffer.
 * Reading throws AppError `UnreadableFile` if the file was changed since it was opened: a later reading would not find
 * what an earlier one has judged.
 */
export async function openRangedFile(path: string): Promise<RangedBytes & { close(): Promise<void> }> {
  return rangedFile(await open(path, 'r'), path);
}

/** The same of a file that is open: it is read by its descriptor, whatever has its name meanwhile. */
export async function rangedFile(
  file: FileHandle,
  path: string,
): Promise<RangedBytes & { close(): Promise<void> }> {
  const opened = await file.stat();
  return {
    sizeBytes: opened.size,
    read: async function* (from, to) {
      await refuseChanged(file, path, opened);
      yield* read(file, from, to);
      await refuseChanged(file, path, opened);
    },
    close: () => file.close(),
  };
}

async function* read(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, Math.max(0, to - from)));
  for (let at = from; at < to; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, to - at), at);
    // The file has become shorter; whoever reads says what is missing.
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function refuseChanged(file: FileHandle, path: string, opened: Stats): Promise<void> {
  const now = await file.stat();
  if (now.size === opened.size && now.mtimeMs === opened.mtimeMs) return;
  throw new AppError(
    'UnreadableFile',
    `${path} changed while it was read; use it when it is completely written`,
  );
}
