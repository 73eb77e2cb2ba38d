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
  warningsOf,
} from '@redrill/rdb';
import type { ShardContent } from '../../core/contracts/recovery-point.ts';
import { comparedAgain, deepReader, judge } from '../soundness.ts';
import { BIG_BYTES } from './big-value.ts';
import { type KeyName, keyNameOf } from './progress.ts';
import type { Selection } from './write-shard.ts';

/** A key whose value goes alone. */
export interface BigKeyFound {
  readonly name: KeyName;
  readonly type: KeyType;
  readonly sizeBytes: number;
}

/** What has to be known of one shard's file before it is written from. */
export interface Contents {
  readonly sha256: string;
  readonly format: RdbFormat | undefined;
  /** Databases that have keys to write. */
  readonly databases: readonly number[];
  readonly libraries: readonly Uint8Array[];
  /** Libraries that no command can hold, by their size. */
  readonly tooBigLibraries: readonly number[];
  /** What has to be known of the file, as far as it was read. */
  readonly warnings: readonly string[];
}

/** What is in one shard's file, and would be written. */
export interface Survey extends Contents {
  readonly counts: RestoreCounts;
  readonly biggest: readonly BigKeyFound[];
  /** Of names longer than the target takes. */
  readonly longNames: { readonly keys: number; readonly longestBytes: number };
}

export interface SurveyOptions {
  readonly nowMs: number;
  /** The longest name of a key that the target takes. @default any */
  readonly nameBytes?: number | undefined;
  readonly onProgress?: (bytes: number) => void;
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
  { nowMs, nameBytes, onProgress = () => undefined }: SurveyOptions,
): Promise<Survey> {
  const hash = createHash('sha256');
  const reader = deepReader({ sizeBytes: source.sizeBytes });
  const found = new Found(nameBytes);
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
  const first = await judge(reader, async () => {
    for await (const batch of stream) found.add(batch);
  });
  const judgement = await comparedAgain(first, async (again) => {
    for await (const chunk of source.read(0, source.sizeBytes)) again.write(chunk);
  });
  if (judgement.verdict !== 'sound') throw judgement.error;
  const warnings = warningsOf(judgement.summary).map(({ message }) => message);
  const { content, longNames } = found;
  return { ...content, longNames, warnings, sha256: hash.digest('hex'), counts: stream.counts };
}

/** What the vault recorded of a file when it verified it. Of its databases some may have no keys to write any more. */
export async function recordedContents(
  source: RangedBytes,
  { sha256, rdb, byDatabase, functions }: ShardContent,
  { databases }: Selection,
): Promise<Contents> {
  const recorded = Object.keys(byDatabase).map(Number);
  return {
    sha256,
    format: { flavour: rdb.engine, version: rdb.version },
    databases: recorded.filter((database) => databases?.includes(database) ?? true),
    warnings: [],
    ...(functions === 0 ? { libraries: [], tooBigLibraries: [] } : await librariesIn(source, functions)),
  };
}

/**
 * Reads little further than to the last of so many libraries: servers write them before all keys. Keys are not left out,
 * because they fill the batches: without them the last library would only come with the end of the file.
 */
async function librariesIn(source: RangedBytes, count: number) {
  const found = new Found();
  const { tooBigLibraries } = found;
  const stream = new RestoreStream(bitByBit(source), {
    nowMs: 0,
    onTooBig: ({ kind, sizeBytes }) => {
      if (kind === 'library') tooBigLibraries.push(sizeBytes);
    },
  });
  for await (const batch of stream) {
    found.add(batch);
    if (stream.counts.libraries + tooBigLibraries.length >= count) break;
  }
  return { libraries: found.content.libraries, tooBigLibraries };
}

/** How much is asked for at a time of a file of which only the beginning is wanted. */
const BIT_BYTES = 1 << 20;

/** One small range after the other: a source that reads ahead would bring tens of megabytes. */
function bitByBit(source: RangedBytes): RangedBytes {
  return {
    sizeBytes: source.sizeBytes,
    async *read(from, to) {
      for (let at = from; at < to; at += BIT_BYTES) yield* source.read(at, Math.min(at + BIT_BYTES, to));
    },
  };
}

class Found {
  readonly tooBigLibraries: number[] = [];
  #format: RdbFormat | undefined;
  readonly #databases = new Set<number>();
  #database = 0;
  readonly #libraries = new Map<string, Uint8Array>();
  #biggest: BigKeyFound[] = [];
  readonly #nameBytes: number | undefined;
  readonly longNames = { keys: 0, longestBytes: 0 };

  constructor(nameBytes?: number) {
    this.#nameBytes = nameBytes;
  }

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
    this.#addNames(batch);
    batch.release();
  }

  /** Only if the target has a limit: nothing else needs each command. */
  #addNames(batch: RestoreBatch): void {
    if (this.#nameBytes === undefined || batch.isSelect) return;
    for (let index = 0; index < batch.commands; index++) {
      const command = batch.command(index);
      if (command.kind === 'restore') this.#addName(command.key);
    }
  }

  #addName({ length }: Uint8Array): void {
    if (this.#nameBytes === undefined || length <= this.#nameBytes) return;
    this.longNames.keys++;
    this.longNames.longestBytes = Math.max(this.longNames.longestBytes, length);
  }

  addBig({ name, type, format, sizeBytes, database }: TooBig): void {
    this.#addName(name);
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
