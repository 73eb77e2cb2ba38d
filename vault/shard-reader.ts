import { areCompared, Crc64, RdbError, RdbReader, type RdbSummary } from '@redrill/rdb';
import { createSHA256, type IHasher } from 'hash-wasm';
import type { Reason, ShardContent } from '../core/contracts/recovery-point.ts';
import { UNSUPPORTED } from '../core/ingest/assess-content.ts';
import { crc64Text } from '../core/model/crc64-text.ts';
import { ByteHistogram } from './byte-histogram.ts';
import { parseShardCheckpoint, writeShardCheckpoint } from './shard-checkpoint.ts';

export type ShardReading =
  | { readonly sound: true; readonly content: ShardContent; readonly digest: Uint8Array }
  | { readonly sound: false; readonly problem: Reason };

/** What a Lambda function of 2 GiB spares for comparing keys: 12.5 million of them. */
const KEYS_TABLE_BYTES = 128 * 1024 * 1024;

/** How much is read between two looks at the clock, bytes: a fraction of a millisecond's work. */
export const PIECE_BYTES = 64 * 1024;

/** An object of the vault, one version of it. */
export interface ShardObject {
  readonly key: string;
  readonly etag: string;
}

/**
 * Reads an RDB file once, in constant memory: its structure, every element, its own checksum, the content digest, and
 * the checksums of its bytes. It can be interrupted between any two pieces and go on in another process, with the same
 * result. A file that is not sound is a finding; what the storage throws is thrown.
 */
export class ShardReader {
  readonly #rdb: RdbReader;
  readonly #sha256: IHasher;
  readonly #crc64nvme: Crc64;
  readonly #histogram: ByteHistogram;

  private constructor(rdb: RdbReader, sha256: IHasher, crc64nvme: Crc64, histogram = new ByteHistogram()) {
    this.#rdb = rdb;
    this.#sha256 = sha256;
    this.#crc64nvme = crc64nvme;
    this.#histogram = histogram;
  }

  static async begin(): Promise<ShardReader> {
    return new ShardReader(
      new RdbReader({ depth: 'deep', keysTableBytes: KEYS_TABLE_BYTES }),
      await createSHA256(),
      new Crc64('nvme'),
    );
  }

  /** Goes on where {@link checkpoint} was called. @returns why that cannot be, if it cannot */
  static async resume(checkpoint: Uint8Array, { key, etag }: ShardObject): Promise<ShardReader | string> {
    const saved = parseShardCheckpoint(checkpoint);
    if (saved === undefined) return 'the checkpoint is damaged, or of another layout';
    if (saved.key !== key || saved.etag !== etag) return 'the checkpoint is of another object';
    const sha256 = await createSHA256();
    try {
      sha256.load(saved.sha256);
      const rdb = RdbReader.resume(saved.reader);
      const histogram = ByteHistogram.load(saved.histogram);
      return new ShardReader(rdb, sha256, new Crc64('nvme', saved.crc64nvme), histogram);
    } catch {
      return 'the checkpoint is of another build';
    }
  }

  /** Bytes read: the position of the next one. */
  get position(): number {
    return this.#rdb.position;
  }

  /**
   * Reads on from {@link position}.
   * @param isInterrupted asked after every piece of {@link PIECE_BYTES}, so at least one is read, and after the last
   * bytes, for the digest and what is written of it take time as well. @default never
   * @returns undefined if it was interrupted
   */
  async read(
    chunks: AsyncIterable<Uint8Array>,
    isInterrupted: () => boolean = () => false,
  ): Promise<ShardReading | undefined> {
    let left = PIECE_BYTES;
    for await (const chunk of chunks) {
      for (let rest = chunk; rest.length > 0; ) {
        const part = rest.subarray(0, left);
        const problem = this.#write(part);
        if (problem !== undefined) return { sound: false, problem };
        rest = rest.subarray(part.length);
        left -= part.length;
        if (left > 0) continue;
        if (isInterrupted()) return undefined;
        left = PIECE_BYTES;
      }
    }
    if (left < PIECE_BYTES && isInterrupted()) return undefined;
    return this.#end();
  }

  /** Everything that {@link resume} needs. Taken between two pieces. */
  checkpoint({ key, etag }: ShardObject): Uint8Array {
    return writeShardCheckpoint({
      key,
      etag,
      sha256: this.#sha256.save(),
      crc64nvme: this.#crc64nvme.digest(),
      histogram: this.#histogram.save(),
      reader: this.#rdb.checkpoint(),
    });
  }

  #write(piece: Uint8Array): Reason | undefined {
    this.#sha256.update(piece);
    this.#crc64nvme.update(piece);
    this.#histogram.update(piece, this.position);
    return problemOf(() => this.#rdb.write(piece));
  }

  #end(): ShardReading {
    let summary: RdbSummary | undefined;
    const problem = problemOf(() => {
      summary = this.#rdb.end();
    });
    if (problem !== undefined) return { sound: false, problem };
    if (summary?.digest === undefined) throw new Error('a deep reading has no digest');
    return {
      sound: true,
      content: {
        ...contentOf(summary, this.#sha256.digest('hex'), crc64Text(this.#crc64nvme.digest())),
        entropy: this.#histogram.entropy,
      },
      digest: summary.digest.toBytes(),
    };
  }
}

function problemOf(read: () => void): Reason | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof RdbError)
      return { code: error.unsupported ? UNSUPPORTED : error.code, message: error.message };
    throw error;
  }
}

function contentOf(summary: RdbSummary, sha256: string, crc64nvme: string): ShardContent {
  return {
    bytes: summary.bytes,
    sha256,
    crc64nvme,
    rdb: {
      engine: summary.engine,
      version: summary.rdbVersion,
      crc64: summary.crc64,
      ...(summary.createdAtSeconds === undefined ? {} : { createdAtSeconds: summary.createdAtSeconds }),
    },
    keys: summary.keys,
    byType: { ...summary.byType },
    byDatabase: { ...summary.byDatabase },
    withExpiry: summary.withExpiry,
    elements: summary.elements ?? 0,
    duplicates: summary.duplicates && areCompared(summary.duplicates) ? 'none' : 'not-compared',
    functions: summary.functions,
    opaqueKeys: summary.opaqueKeys,
    keySlots: (summary.slots?.ranges ?? [])
      .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
      .join(','),
    digest: summary.digest?.total ?? '',
  };
}
