import { type CheckpointParts, parseCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { rememberSecret, secretAfter } from './duplicates.ts';
import { RdbError } from './errors.ts';
import { KEY_TYPES } from './format.ts';
import { giveBack } from './give-back.ts';
import { joined } from './joined.ts';
import {
  DEFAULT_HELD_BYTES,
  type FoundKey,
  type RdbReaderCallbacks,
  type RdbReaderOptions,
} from './reader-options.ts';
import { Profile, type RdbCounts, type RdbSummary } from './summary.ts';
import { trailingBytes } from './trailing-bytes.ts';
import { CHUNK_BYTES, WINDOW } from './wasm/assembly/layout.ts';
import { borrowCore, type Core, type Host, returnCore } from './wasm/core.ts';
import { countsIn, digestIn, Reported, readingIn, summaryIn } from './wasm/results.ts';
import { hex128, type Word128 } from './word128.ts';

const NOTHING = new Uint8Array();

/**
 * Reads an RDB file that arrives in chunks of any size. Memory is the same for any file: a value is suspended wherever
 * the chunk ends, and none is held whole.
 *
 * Every method throws {@link RdbError} when the bytes are not a sound RDB file of a version that is known entirely;
 * once one has, all do.
 *
 * @example
 * const reader = new RdbReader({ depth: 'deep' });
 * for await (const chunk of createReadStream('dump.rdb')) reader.take(chunk);
 * const { keys, crc64, digest } = reader.end();
 */
export class RdbReader {
  readonly #options: RdbReaderOptions;
  readonly #profile: Profile;
  readonly #functions: Word128[];
  /** Given back when the reading has ended. */
  #core: Core | undefined;
  #name: Uint8Array[] = [];
  #secret: Uint8Array | undefined;
  #arrived = 0;
  #isDone = false;
  #summary: RdbSummary | undefined;
  #failure: unknown;
  #counts: RdbCounts | undefined;

  constructor(options: RdbReaderOptions) {
    this.#options = options;
    this.#profile = new Profile();
    this.#functions = [];
    this.#core = this.#begin();
  }

  /**
   * Goes on where {@link checkpoint} was called, in this process or another. The bytes are the same as they would have
   * been: the next one is at {@link position}.
   * @throws RdbError `BadCheckpoint` if the checkpoint is damaged or was written by another version of this reader
   */
  static resume(checkpoint: Uint8Array, callbacks: RdbReaderCallbacks = {}): RdbReader {
    const parts = parseCheckpoint(checkpoint);
    const reader = new RdbReader({ ...parts.options, ...callbacks });
    reader.#restore(parts);
    return reader;
  }

  /** How many bytes have been written: the position in the file of the byte that comes next. */
  get position(): number {
    return this.#arrived;
  }

  /** What has been counted so far, also after a refusal: only keys that were read whole. */
  get counts(): RdbCounts {
    if (this.#core) return countsIn(this.#core, this.#profile);
    if (this.#counts) return this.#counts;
    throw new Error('nothing was counted');
  }

  /** Reads on. The chunk may be reused as soon as this returns. */
  write(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; from += CHUNK_BYTES) {
      const part = chunk.length <= CHUNK_BYTES ? chunk : chunk.subarray(from, from + CHUNK_BYTES);
      this.#guarded((core) => {
        core.bytes.set(part, core.calls.unreadEnd());
        this.#run(core, part.length, chunk.subarray(from + part.length));
      });
    }
  }

  /** As {@link write}, for a chunk that nobody needs afterwards: its memory is given back. */
  take(chunk: Uint8Array): void {
    this.write(chunk);
    giveBack(chunk);
  }

  /**
   * As {@link write}, without a copy: `read` puts bytes into the space it is given, and says how many.
   * @returns how many it said; 0 at the end of the file
   */
  writeFrom(read: (space: Uint8Array) => number): number {
    return this.#guarded((core) => {
      const at = core.calls.unreadEnd();
      const size = read(core.bytes.subarray(at, at + CHUNK_BYTES));
      if (size > 0) this.#run(core, size, NOTHING);
      return size;
    });
  }

  /** Call after the last byte. @returns what the file holds */
  end(): RdbSummary {
    this.#summary ??= this.#guarded((core) => this.#end(core));
    this.#release();
    return this.#summary;
  }

  /**
   * Everything that another reader needs to go on, see {@link resume}: at most 400 KiB, and for a deep reading the
   * expiry bins of the digest, 40 bytes each, of which there are at most 65,536. It may be taken between any two
   * chunks.
   */
  checkpoint(): Uint8Array {
    return this.#guarded((core) => {
      const { onKey: _, ...options } = this.#options;
      return writeCheckpoint(core, {
        options,
        arrived: this.#arrived,
        isDone: this.#isDone,
        profile: this.#profile.state,
        functions: this.#functions.map((hash) => [...hash]),
        name: this.#name.map((part) => [...part]),
      });
    });
  }

  /** Gives the reading up: its memory serves the next one. {@link end} and a refusal do so themselves. */
  close(): void {
    this.#release();
  }

  #begin(): Core {
    const { depth, sizeBytes, heldBytes, again } = this.#options;
    const core = borrowCore(this.#options.keysTableBytes);
    core.host = this.#host(core);
    const isDeep = again ? again.pass < again.of.memberPasses : depth === 'deep';
    core.calls.start(
      isDeep ? 1 : 0,
      this.#tellsNames ? 1 : 0,
      sizeBytes ?? Number.POSITIVE_INFINITY,
      heldBytes ?? DEFAULT_HELD_BYTES,
    );
    if (depth === 'deep') {
      this.#secret = secretAfter(again?.of);
      core.secret.set(this.#secret);
      core.calls.seek(again?.pass ?? 0, again?.of.keyPasses ?? 1);
    }
    return core;
  }

  get #tellsNames(): boolean {
    const { depth, onKey, namesBiggest } = this.#options;
    return depth === 'deep' && (onKey !== undefined || namesBiggest === true);
  }

  #restore(parts: CheckpointParts): void {
    const core = this.#core;
    if (!core) return;
    parts.restore(core, this.#tellsNames);
    // The state has another one.
    this.#secret = undefined;
    this.#arrived = parts.arrived;
    this.#isDone = parts.isDone;
    this.#profile.restore(parts.profile);
    this.#functions.push(...parts.functions.map((words) => Uint32Array.from(words)));
    this.#name = parts.name.map((part) => Uint8Array.from(part));
  }

  #guarded<T>(work: (core: Core) => T): T {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#core) throw new Error('the reading has ended');
    try {
      return work(this.#core);
    } catch (error) {
      this.#failure = error;
      this.#release();
      throw error;
    }
  }

  #release(): void {
    if (!this.#core) return;
    this.#counts = countsIn(this.#core, this.#profile);
    returnCore(this.#core);
    this.#core = undefined;
  }

  /** @param rest of the chunk, after what the core has been given */
  #run(core: Core, size: number, rest: Uint8Array): void {
    this.#arrived += size;
    this.#isDone = core.calls.run(size) === 1;
    const unread = core.calls.unread();
    if (!this.#isDone || unread + rest.length === 0) return;
    const there = [core.bytes.subarray(WINDOW, WINDOW + unread), rest];
    throw trailingBytes(there, core.calls.consumed(), this.#options.sizeBytes);
  }

  #end(core: Core): RdbSummary {
    const { sizeBytes, depth } = this.#options;
    const arrived = this.#arrived;
    if (!this.#isDone) {
      const detail = `expected more of ${readingIn(core)}, found the end of the file`;
      throw new RdbError('Truncated', arrived, detail);
    }
    if (sizeBytes !== undefined && arrived !== sizeBytes) {
      throw new RdbError('Truncated', arrived, `expected a file of ${sizeBytes} bytes, found ${arrived}`);
    }
    const summary = summaryIn(core, this.#profile);
    if (depth === 'structural') return summary.plain;
    if (this.#secret) rememberSecret(summary.deep.duplicates, this.#secret);
    if (this.#options.again) return { ...summary.plain, duplicates: summary.deep.duplicates };
    const digest = digestIn(core);
    for (const hash of this.#functions) digest.addFunctionHash(hash);
    return { ...summary.plain, digest, ...summary.deep };
  }

  #host(core: Core): Host {
    const { onKey, namesBiggest } = this.#options;
    return {
      aux: (name, value) => this.#profile.addAux(name, value),
      slotImport: (first, last) => this.#profile.addSlotImport(first, last),
      keysOf: (database, keys) => this.#profile.addKeys(database, keys),
      bigKey: (sizeBytes, database, keyType) => {
        const type = KEY_TYPES[keyType] ?? 'string';
        const name = namesBiggest ? joined(this.#name) : undefined;
        this.#profile.addBig({ database, type, sizeBytes, nameHash: hex128(core.words(2)) }, name);
        return this.#profile.bigThresholdBytes;
      },
      library: () => this.#functions.push(core.words(0)),
      ...(this.#tellsNames ? this.#keepsNames() : {}),
      ...(onKey ? this.#tellsKeys(core, onKey) : {}),
    };
  }

  #keepsNames(): Host {
    return {
      namePart: (bytes, isFirst) => {
        if (isFirst) this.#name = [];
        this.#name.push(bytes.slice());
      },
    };
  }

  #tellsKeys(core: Core, onKey: (key: FoundKey) => void): Host {
    return {
      keyRead: (isEmpty, bucket, elements, volatileFields) => {
        if (isEmpty) return;
        const hash = hex128(core.words(0));
        core.calls.report();
        const expiresAtMs = Math.min(core.reported(Reported.expiry), Number.MAX_SAFE_INTEGER);
        onKey({
          database: core.reported(Reported.database),
          name: joined(this.#name),
          type: KEY_TYPES[core.reported(Reported.keyType)] ?? 'string',
          expiresAtMs: core.reported(Reported.expires) === 1 ? expiresAtMs : undefined,
          bucket,
          hash,
          elements,
          volatileFields,
        });
      },
    };
  }
}

/** Reads a whole file. The chunks may come from any stream. */
export async function readRdb(
  chunks: AsyncIterable<Uint8Array>,
  options: RdbReaderOptions,
): Promise<RdbSummary> {
  const reader = new RdbReader(options);
  for await (const chunk of chunks) reader.write(chunk);
  return reader.end();
}
