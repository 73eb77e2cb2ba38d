import { createHash } from 'node:crypto';
import {
  type KeyType,
  type RangedBytes,
  type RdbFormat,
  type RestoreBatch,
  type RestoreCounts,
  RestoreStream,
  type TooBig,
  typeNameOf,
} from '../../rdb/index.ts';
import { deepReader, judge } from '../soundness.ts';
import { BIG_BYTES } from './big-value.ts';
import { type KeyName, keyNameOf } from './progress.ts';
import type { Selection } from './shard-writing.ts';

/** A key whose value goes alone. */
export interface BigKeyFound {
  readonly name: KeyName;
  readonly type: KeyType;
  readonly sizeBytes: number;
}

/** What is in one shard's file, and would be written. */
export interface Survey {
  readonly sha256: string;
  readonly format: RdbFormat | undefined;
  readonly counts: RestoreCounts;
  /** Databases that have keys to write. */
  readonly databases: readonly number[];
  readonly libraries: readonly Uint8Array[];
  readonly biggest: readonly BigKeyFound[];
  /** Libraries that no command can hold, by their size. */
  readonly tooBigLibraries: readonly number[];
}

const BIGGEST = 10;

/**
 * Reads a file to its last byte: as deeply as `verify` does, and as it will be read when it is written, to count what
 * will become of its keys.
 * @throws RdbError if the file is not sound
 */
export async function survey(
  source: RangedBytes,
  selection: Selection,
  nowMs: number,
  onProgress: (bytes: number) => void = () => undefined,
): Promise<Survey> {
  const hash = createHash('sha256');
  const reader = deepReader({ sizeBytes: source.sizeBytes });
  const found = new Found();
  const seeing = watched(source, (chunk, bytes) => {
    hash.update(chunk);
    reader.write(chunk);
    onProgress(bytes);
  });
  const stream = new RestoreStream(seeing, {
    ...selection,
    nowMs,
    maxPayloadBytes: BIG_BYTES,
    onTooBig: (big) =>
      big.kind === 'library' ? found.tooBigLibraries.push(big.sizeBytes) : found.addBig(big),
  });
  const judgement = await judge(reader, async () => {
    for await (const batch of stream) found.add(batch);
  });
  if (judgement.verdict !== 'sound') throw judgement.error;
  return { ...found.content, sha256: hash.digest('hex'), counts: stream.counts };
}

class Found {
  readonly tooBigLibraries: number[] = [];
  #format: RdbFormat | undefined;
  readonly #databases = new Set<number>();
  #database = 0;
  readonly #libraries = new Map<string, Uint8Array>();
  #biggest: BigKeyFound[] = [];

  get content() {
    return {
      format: this.#format,
      databases: [...this.#databases].sort((one, other) => one - other),
      libraries: [...this.#libraries.values()],
      biggest: this.#biggest,
      tooBigLibraries: this.tooBigLibraries,
    };
  }

  add(batch: RestoreBatch): void {
    if (batch.mark !== undefined)
      this.#format ??= { flavour: batch.mark.flavour, version: batch.mark.version };
    const select = batch.isSelect ? batch.command(0) : undefined;
    if (select?.kind === 'select') this.#database = select.database;
    else this.#addCommands(batch);
    batch.release();
  }

  addBig({ name, type, format, sizeBytes, database }: TooBig): void {
    this.#databases.add(database);
    const key = { name: keyNameOf(name), type: typeNameOf(type, format), sizeBytes };
    this.#biggest = [...this.#biggest, key]
      .sort((one, other) => other.sizeBytes - one.sizeBytes)
      .slice(0, BIGGEST);
  }

  #addCommands(batch: RestoreBatch): void {
    if (batch.commands > batch.libraries) this.#databases.add(this.#database);
    for (let index = 0, left = batch.libraries; left > 0; index++) {
      const command = batch.command(index);
      if (command.kind !== 'library') continue;
      this.#libraries.set(Buffer.from(command.code).toString('latin1'), command.code);
      left--;
    }
  }
}

/** Shows each chunk of the one reading of the whole before it is passed on. */
function watched(source: RangedBytes, onChunk: (chunk: Uint8Array, bytes: number) => void): RangedBytes {
  return {
    sizeBytes: source.sizeBytes,
    async *read(from, to) {
      let bytes = from;
      for await (const chunk of source.read(from, to)) {
        bytes += chunk.length;
        onChunk(chunk, bytes);
        yield chunk;
      }
    },
  };
}
