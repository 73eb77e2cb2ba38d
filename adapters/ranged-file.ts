import { type FileHandle, open } from 'node:fs/promises';
import type { RangedBytes } from '../rdb/index.ts';

const CHUNK_BYTES = 256 * 1024;

/** A file on this machine, any range of which can be read, as a {@link RangedBytes}. Each reading has one buffer. */
export async function openRangedFile(path: string): Promise<RangedBytes & { close(): Promise<void> }> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return {
    sizeBytes: size,
    read: (from, to) => read(file, from, to),
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
