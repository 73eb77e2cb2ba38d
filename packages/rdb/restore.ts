import { Crc64 } from './crc64.ts';
import { RdbError } from './errors.ts';
import { KEY_TYPES, type KeyType, type RdbFormat } from './format.ts';
import { DEFAULT_HELD_BYTES } from './reader-options.ts';
import {
  Batch,
  describe,
  PartOfCommand,
  type RestoreBatch,
  type RestoreCounts,
  type RestoreMark,
  typeBits,
} from './restore-batch.ts';
import { SpareMemory } from './spare-memory.ts';
import { CHUNK_BYTES, COMMAND_BYTES, COMMANDS } from './wasm/assembly/layout.ts';
import { borrowCore, type Core, type Host, type LargeValue, returnCore } from './wasm/core.ts';
import { readingIn } from './wasm/results.ts';

/** A file or object of which any range can be read. */
export interface RangedBytes {
  readonly sizeBytes: number;
  /** The bytes `[from, to)` in chunks of any size. A chunk may be reused when the next one is asked for. */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/**
 * The largest string that a server takes in a command unless it is configured otherwise.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#bulk-strings (checked 2026-11-21)
 */
export const MAX_PAYLOAD_BYTES = 512 * 1024 * 1024;

/** A key that a filter decides about. `name` is valid during the call only. */
export interface OfferedKey {
  readonly database: number;
  readonly name: Uint8Array;
  readonly type: KeyType;
  readonly expiresAtMs: number | undefined;
}

/** A key, or a function library, that is too large for a command, and where it is in the file. */
export interface TooBig {
  readonly kind: 'key' | 'library';
  /** Empty for a library; the first MiB at most. */
  readonly name: Uint8Array;
  /** Of the payload, or of the library's code. If it is not too large, then the name is. */
  readonly sizeBytes: number;
  readonly database: number;
  readonly expiresAtMs: number | undefined;
  /** The file's own number of the value's type. */
  readonly type: number;
  readonly keyOffset: number;
  /** The value lies in `[valueOffset, valueOffset + valueBytes)`. */
  readonly valueOffset: number;
  readonly valueBytes: number;
  /** As which the value has to be understood. */
  readonly format: RdbFormat;
}

export interface RestoreOptions {
  /** Keys that have expired by then, in ms since the epoch, are left out and counted. */
  readonly nowMs: number;
  /** Whether a key that exists is overwritten. @default false: it is answered with BUSYKEY */
  readonly replace?: boolean;
  /** @default all */
  readonly databases?: readonly number[];
  /** @default all */
  readonly types?: readonly KeyType[];
  /** Called for each key that the other options let through. */
  readonly accepts?: (key: OfferedKey) => boolean;
  /** Whether function libraries are loaded. @default true */
  readonly libraries?: boolean;
  /** @default {@link MAX_PAYLOAD_BYTES} */
  readonly maxPayloadBytes?: number;
  /** Where an earlier run has got to. The file must be the same. */
  readonly from?: RestoreMark;
  readonly onTooBig?: (refused: TooBig) => void;
}

/** A command whose value lies in the file. */
interface Large extends LargeValue {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly mark: RestoreMark | undefined;
}

const VERSION_BYTES = 2;
const FOOTER_BYTES = VERSION_BYTES + 8;
const NO_COUNTS: RestoreCounts = { emitted: 0, filtered: 0, expired: 0, tooBig: 0, empty: 0, libraries: 0 };

/** Places in the core's report. */
const Reported = { version: 0, isValkey: 1, position: 2, database: 3, outcomes: 4, libraries: 9 } as const;
const CRC_QUOTED = 2;

/**
 * RESTORE commands for the keys of an RDB file, made from the file's own bytes: a value is neither decompressed nor
 * decoded. TTLs are absolute, LRU and LFU hints are passed on, the payload bears the file's version. SELECT and
 * FUNCTION LOAD REPLACE stand where the file says so.
 *
 * Memory is the same for any file: values of up to 4 MiB are held once, of a larger one the range is read again.
 *
 * Iterating throws {@link RdbError} if the bytes are not a sound file. That the checksum is wrong is known at the end
 * only, and each payload is sent with a checksum of its own: so verify a file before it is restored.
 *
 * @example
 * const restores = new RestoreStream(file, { nowMs: Date.now(), types: ['hash'] });
 * for await (const { bytes } of restores) socket.write(bytes);
 * console.log(restores.counts);
 */
export class RestoreStream implements AsyncIterable<RestoreBatch> {
  readonly #source: RangedBytes;
  readonly #options: RestoreOptions;
  #counts: RestoreCounts;
  #pending: (RestoreBatch | Large)[] = [];
  readonly #spares = new SpareMemory();
  /** In the batches up to here. */
  #libraries = 0;

  constructor(source: RangedBytes, options: RestoreOptions) {
    this.#source = source;
    this.#options = options;
    this.#counts = options.from?.counts ?? NO_COUNTS;
  }

  /** Up to where the batches have been taken; runs before {@link RestoreOptions.from} are included. */
  get counts(): RestoreCounts {
    return this.#counts;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RestoreBatch, void, undefined> {
    const core = borrowCore();
    this.#pending = [];
    this.#libraries = 0;
    try {
      this.#begin(core);
      yield* this.#read(core);
      core.calls.flush();
      yield* this.#drain();
      this.#counts = this.#mark(core)?.counts ?? this.#counts;
    } finally {
      returnCore(core);
    }
  }

  #begin(core: Core): void {
    const { nowMs, replace, libraries, accepts, types, maxPayloadBytes, from } = this.#options;
    core.host = this.#host(core);
    core.calls.start(0, 0, this.#source.sizeBytes, DEFAULT_HELD_BYTES);
    core.setExact(0, BigInt(Math.floor(nowMs)));
    core.calls.startRestore(
      replace === true ? 1 : 0,
      libraries === false ? 0 : 1,
      accepts ? 1 : 0,
      typeBits(types ?? KEY_TYPES),
      maxPayloadBytes ?? MAX_PAYLOAD_BYTES,
    );
    if (!from) return;
    core.setExact(0, BigInt(`0x${from.crc64}`));
    core.calls.resumeRestore(from.version, from.flavour === 'valkey' ? 1 : 0, from.database, from.position);
  }

  async *#read(core: Core): AsyncGenerator<RestoreBatch, void, undefined> {
    const { sizeBytes } = this.#source;
    let arrived = this.#options.from?.position ?? 0;
    let isDone = false;
    for await (const chunk of this.#source.read(arrived, sizeBytes)) {
      arrived += chunk.length;
      for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
        const part = chunk.subarray(at, at + CHUNK_BYTES);
        core.bytes.set(part, core.calls.unreadEnd());
        isDone = core.calls.run(part.length) === 1;
        const trailing = core.calls.unread() + chunk.length - at - part.length;
        if (isDone && trailing > 0) throw trailingBytes(core, trailing);
        yield* this.#drain();
      }
    }
    if (isDone && arrived === sizeBytes) return;
    const expected = isDone ? `a file of ${sizeBytes} bytes` : `more of ${readingIn(core)}`;
    throw new RdbError('Truncated', arrived, `expected ${expected}, found the end of the file`);
  }

  async *#drain(): AsyncGenerator<RestoreBatch, void, undefined> {
    const parts = this.#pending;
    if (parts.length === 0) return;
    this.#pending = [];
    for (const part of parts) {
      if (part.mark) this.#counts = part.mark.counts;
      if ('valueOffset' in part) yield* this.#inParts(part);
      else yield part;
    }
  }

  /** A large value, read again and passed on as it arrives. */
  async *#inParts(large: Large): AsyncGenerator<RestoreBatch, void, undefined> {
    const { head, tail, keyOffset, valueOffset, valueBytes, mark } = large;
    if (!mark) throw new Error('a key has been read, so there is a mark');
    const crc = new Crc64('jones');
    crc.updateRange(head, head.length - 1, head.length);
    yield new PartOfCommand(head, undefined);
    let passed = 0;
    for await (const chunk of this.#source.read(valueOffset, valueOffset + valueBytes)) {
      crc.update(chunk);
      passed += chunk.length;
      yield new PartOfCommand(chunk.slice(), undefined);
    }
    if (passed !== valueBytes) {
      const detail = `expected ${valueBytes} bytes again, found ${passed}`;
      throw new RdbError('Truncated', valueOffset + passed, detail);
    }
    const end = new Uint8Array(FOOTER_BYTES + tail.length);
    const view = new DataView(end.buffer);
    view.setUint16(0, mark.version, true);
    crc.updateRange(end, 0, VERSION_BYTES);
    view.setBigUint64(VERSION_BYTES, crc.digest(), true);
    end.set(tail, FOOTER_BYTES);
    const command = describe(head, { database: mark.database, offset: keyOffset }, mark);
    yield new PartOfCommand(end, mark, command);
  }

  #host(core: Core): Host {
    const { databases, accepts, onTooBig } = this.#options;
    return {
      batch: (bytes, commands) => {
        const entries = core.bytes.slice(COMMANDS, COMMANDS + commands * COMMAND_BYTES);
        const loaded = countsIn(core).libraries;
        const libraries = loaded - this.#libraries;
        this.#libraries = loaded;
        const { own, release } = this.#spares.copyOf(bytes);
        const context = { format: formatIn(core), libraries, mark: this.#mark(core), release };
        this.#pending.push(new Batch(own, entries, context));
      },
      large: (head, tail, place) => {
        const mark = this.#mark(core);
        this.#pending.push({ head: head.slice(), tail: tail.slice(), ...place, mark });
      },
      ...(databases ? { takesDatabase: (database: number) => databases.includes(database) } : {}),
      ...(accepts ? { takesKey: offering(accepts) } : {}),
      ...(onTooBig ? tellingTooBig(core, onTooBig) : {}),
    };
  }

  #mark(core: Core): RestoreMark | undefined {
    const { calls } = core;
    calls.reportRestore();
    const position = core.reported(Reported.position);
    if (position === 0) return undefined;
    const counts = sumOf(this.#options.from?.counts ?? NO_COUNTS, countsIn(core));
    return {
      ...formatIn(core),
      position,
      database: core.reported(Reported.database),
      crc64: core.exact(CRC_QUOTED).toString(16).padStart(16, '0'),
      counts,
    };
  }
}

function offering(accepts: (key: OfferedKey) => boolean): NonNullable<Host['takesKey']> {
  return (name, keyType, database, expiry) =>
    accepts({
      name,
      database,
      type: KEY_TYPES[keyType] ?? 'string',
      expiresAtMs: expiry < 0 ? undefined : expiry,
    });
}

function tellingTooBig(core: Core, onTooBig: (refused: TooBig) => void): Pick<Host, 'tooBig'> {
  return {
    tooBig: (name, sizeBytes, { expiresAtMs, ...place }) =>
      onTooBig({
        kind: place.valueOffset === 0 ? 'library' : 'key',
        name: name.slice(),
        sizeBytes,
        expiresAtMs: expiresAtMs < 0 ? undefined : expiresAtMs,
        format: formatIn(core),
        ...place,
      }),
  };
}

function formatIn(core: Core): RdbFormat {
  core.calls.reportRestore();
  return {
    flavour: core.reported(Reported.isValkey) === 1 ? 'valkey' : 'redis',
    version: core.reported(Reported.version),
  };
}

function countsIn(core: Core): RestoreCounts {
  core.calls.reportRestore();
  const [emitted = 0, filtered = 0, expired = 0, tooBig = 0, empty = 0] = [0, 1, 2, 3, 4].map((outcome) =>
    core.reported(Reported.outcomes + outcome),
  );
  return { emitted, filtered, expired, tooBig, empty, libraries: core.reported(Reported.libraries) };
}

function sumOf(a: RestoreCounts, b: RestoreCounts): RestoreCounts {
  return {
    emitted: a.emitted + b.emitted,
    filtered: a.filtered + b.filtered,
    expired: a.expired + b.expired,
    tooBig: a.tooBig + b.tooBig,
    empty: a.empty + b.empty,
    libraries: a.libraries + b.libraries,
  };
}

function trailingBytes(core: Core, trailing: number): RdbError {
  const detail = `expected the end of the file, found ${trailing} bytes or more`;
  return new RdbError('TrailingBytes', core.calls.consumed(), detail);
}
