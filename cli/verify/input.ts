import type { RdbReader } from '@redrill/rdb';

/** Somewhere an RDB file comes from. */
export interface Input {
  /** In bytes, if it is known beforehand. */
  readonly sizeBytes: number | undefined;
  /** Writes all of it to the reader. `onBytes` is told of every piece, which may be overwritten afterwards. */
  feed(reader: RdbReader, onBytes: (piece: Uint8Array) => void): Promise<void>;
}

export async function feedChunks(
  reader: RdbReader,
  onBytes: (piece: Uint8Array) => void,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  for await (const chunk of chunks) {
    onBytes(chunk);
    reader.take(chunk);
  }
}
