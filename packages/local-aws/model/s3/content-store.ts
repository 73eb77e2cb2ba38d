import { randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync } from 'node:fs';
import { copyFile, link, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { RunningChecksum } from './checksum.ts';

/** A file that is never changed once written; parts of several objects' contents may link to the same one. */
interface Piece {
  readonly file: string;
  readonly bytes: number;
}

/** An object's bytes: files laid end to end, one per part of a multipart upload. */
export interface Content {
  readonly pieces: readonly Piece[];
  readonly bytes: number;
}

export const EMPTY_CONTENT: Content = { pieces: [], bytes: 0 };

/** 256 KiB reads: a shard of an RDB file is tens of MB, and Node's default of 64 KiB spends its time on system calls. */
const READ_CHUNK_BYTES = 256 * 1024;

/** Keeps objects' bytes in files, which are streamed in and out; nothing is ever held whole in memory. */
export class ContentStore {
  readonly #directory: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#directory = directory;
  }

  /** Writes a stream into a new file, feeding the checksums. Leaves nothing behind if the stream fails. */
  async write(chunks: AsyncIterable<Uint8Array>, checksums: readonly RunningChecksum[]): Promise<Content> {
    const file = this.#newFile();
    const handle = await open(file, 'wx');
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        for (const checksum of checksums) checksum.update(chunk);
        for (let written = 0; written < chunk.length; )
          written += (await handle.write(chunk, written, chunk.length - written)).bytesWritten;
        bytes += chunk.length;
      }
    } catch (error) {
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
    await handle.close();
    return { pieces: [{ file, bytes }], bytes };
  }

  /** Bytes `[from, to)`. @default the whole */
  read(content: Content, from = 0, to: number = content.bytes): Readable {
    return Readable.from(readPieces(content, from, to), { objectMode: false });
  }

  /** The same bytes under new links, so that either content can be discarded without the other. */
  async share(content: Content): Promise<Content> {
    const pieces = await Promise.all(
      content.pieces.map(async ({ file, bytes }) => {
        const linked = this.#newFile();
        await link(file, linked);
        return { file: linked, bytes };
      }),
    );
    return { pieces, bytes: content.bytes };
  }

  async discard(content: Content): Promise<void> {
    await Promise.all(content.pieces.map(({ file }) => rm(file, { force: true })));
  }

  /** Flips the lowest bit of one byte at rest, behind everybody's back; copies made earlier stay whole. */
  async corrupt(content: Content, offset: number): Promise<void> {
    let before = 0;
    for (const { file, bytes } of content.pieces) {
      if (offset < before + bytes) return await flipBit(file, offset - before);
      before += bytes;
    }
    throw new RangeError(`offset ${offset} is past the object's ${content.bytes} bytes`);
  }

  #newFile(): string {
    return join(this.#directory, randomUUID());
  }
}

async function flipBit(file: string, offset: number): Promise<void> {
  const changed = `${file}.changed`;
  await copyFile(file, changed);
  const handle = await open(changed, 'r+');
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, offset);
  byte.writeUInt8(byte.readUInt8(0) ^ 1);
  await handle.write(byte, 0, 1, offset);
  await handle.close();
  await rename(changed, file);
}

async function* readPieces(content: Content, from: number, to: number): AsyncGenerator<Uint8Array> {
  let before = 0;
  for (const { file, bytes } of content.pieces) {
    const [start, end] = [Math.max(from - before, 0), Math.min(to - before, bytes)];
    before += bytes;
    if (start < end) yield* createReadStream(file, { start, end: end - 1, highWaterMark: READ_CHUNK_BYTES });
  }
}
