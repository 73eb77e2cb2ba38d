import type { LiveDigest, NameHash } from '@redrill/rdb';
import { isElastiCacheKey } from './elasticache-key.ts';
import { KeyBatch } from './key-batch.ts';
import { readInPieces } from './read-in-pieces.ts';
import { CommandBatch, encodeCommand, encodeStart } from './resp-command.ts';
import { type RespConnection, StrictReceiver } from './resp-connection.ts';
import { GONE, KeyDescriber } from './value-sizes.ts';

/** What to read of one database, and into what. */
export interface ReadOrder {
  /** Where a scan of the same server process stopped; `0` for the beginning. */
  readonly cursor: string;
  readonly database: number;
  readonly digest: LiveDigest;
  /** Whether a key may have to be read; asked with its name alone. */
  readonly concerns: (name: NameHash) => boolean;
  /** Whether a key is to be read: asked once for each time that the scan returns it, just before. */
  readonly takes: (name: NameHash, expiresAtMs: number | bigint | undefined) => boolean;
  /** Whether to stop at the next place from which a scan can go on. */
  readonly isEnough: () => boolean;
  /** Whether hashes may have fields that expire by themselves, which only DUMP tells. */
  readonly hasFieldExpiry: boolean;
  /** Says of which key a value cannot be read. @default the error of the reader, which does not know */
  readonly unreadable?: (key: Uint8Array, error: unknown) => unknown;
  /** Of what size on a value is read in pieces. @default {@link LARGE_BYTES} */
  readonly largeBytes?: number;
}

export interface DatabaseReading {
  /** Where to go on; `0` at the end. */
  readonly cursor: string;
  /** How many values were read in pieces. */
  readonly inPieces: number;
}

/** Keys per SCAN. */
const SCAN_COUNT = 1_000;
/** What the answers to the DUMPs that are under way may take of the server's memory, bytes, about. */
const WINDOW_BYTES = 8 * 1024 * 1024;
/** A larger value is read in pieces: by then that costs no more, and DUMP would need its size in memory again, bytes. */
export const LARGE_BYTES = 4 * 1024 * 1024;

const DUMP = encodeStart('DUMP');

/**
 * Reads the keys of one database with SCAN, PEXPIRETIME, MEMORY USAGE (or, where that is refused, TYPE and counts) and DUMP. Three batches are under way, so that the
 * server never waits: while one is dumped, the next one is described, and the one after that is looked for.
 */
export async function readDatabase(connection: RespConnection, order: ReadOrder): Promise<DatabaseReading> {
  await connection.call('SELECT', order.database);
  const reader = new DatabaseReader(connection, order);
  let inPieces = 0;
  let current = await reader.scan(order.cursor);
  let described = underWay(reader.describe(current.keys));
  let upcoming = underWay(reader.scanOn(current));
  let dumped: Promise<number> = Promise.resolve(0);
  for (;;) {
    await described;
    const next = await upcoming;
    if (next !== undefined) {
      described = underWay(reader.describe(next.keys));
      upcoming = underWay(reader.scanOn(next));
    }
    inPieces += await dumped;
    dumped = underWay(reader.dump(current.keys));
    if (next === undefined) return { cursor: current.cursor, inPieces: inPieces + (await dumped) };
    current = next;
  }
}

/** A promise that is awaited later: should it fail before, then whatever is awaited first has failed as well. */
function underWay<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

interface Scanned {
  readonly cursor: string;
  readonly keys: KeyBatch;
}

/** Batches that exist at once: three under way, and the one that is looked for meanwhile. */
const BATCHES = 4;

/** The steps of a reading, in memory that is used again for each batch. At most one of each step is under way. */
class DatabaseReader {
  readonly #connection: RespConnection;
  readonly #order: ReadOrder;
  readonly #batches = Array.from({ length: BATCHES }, () => new KeyBatch());
  readonly #describer: KeyDescriber;
  readonly #dumping = new CommandBatch();
  #scans = 0;

  constructor(connection: RespConnection, order: ReadOrder) {
    this.#connection = connection;
    this.#order = order;
    this.#describer = new KeyDescriber(connection);
  }

  async scanOn({ cursor }: Scanned): Promise<Scanned | undefined> {
    return cursor === '0' || this.#order.isEnough() ? undefined : this.scan(cursor);
  }

  async scan(cursor: string): Promise<Scanned> {
    const keys = this.#batches[this.#scans++ % BATCHES] ?? new KeyBatch();
    keys.clear();
    const receiver = new ScanReceiver(this.#order, keys);
    await this.#connection.send(encodeCommand(['SCAN', cursor, 'COUNT', SCAN_COUNT]), receiver);
    return receiver;
  }

  describe(keys: KeyBatch): Promise<void> {
    return this.#describer.describe(keys);
  }

  /** Reads the values of what is to be read. @returns how many were read in pieces */
  async dump(keys: KeyBatch): Promise<number> {
    const large: number[] = [];
    for (let from = 0; from < keys.count; ) {
      this.#dumping.clear();
      const slice = new DumpSlice(this.#order, keys, this.#dumping);
      from = slice.fill(from, large);
      await this.#connection.send(slice.commands, slice);
    }
    let inPieces = 0;
    for (const at of large) if (await readLarge(this.#connection, this.#order, keys, at)) inPieces++;
    return inPieces;
  }
}

/** The cursor, then the keys. */
class ScanReceiver extends StrictReceiver implements Scanned {
  isComplete = false;
  cursor = '';
  readonly keys: KeyBatch;
  readonly #order: ReadOrder;
  readonly #name: NameHash = new Uint32Array(4);
  #left = 0;

  constructor(order: ReadOrder, keys: KeyBatch) {
    super();
    this.#order = order;
    this.keys = keys;
  }

  override array(length: number): void {
    this.#left = length;
    // The array of the keys stands in the one of both.
    this.isComplete = this.cursor !== '' && length === 0;
  }

  override bulk(bytes: Uint8Array, from: number, to: number): void {
    if (this.cursor === '') this.cursor = new TextDecoder().decode(bytes.subarray(from, to));
    else this.#addKey(bytes, from, to);
  }

  #addKey(bytes: Uint8Array, from: number, to: number): void {
    if (!isElastiCacheKey(bytes, this.#order.database, from, to)) this.#addContent(bytes, from, to);
    this.isComplete = --this.#left === 0;
  }

  #addContent(bytes: Uint8Array, from: number, to: number): void {
    const { digest, concerns } = this.#order;
    digest.hashName(bytes, this.#name, from, to);
    if (concerns(this.#name)) this.keys.add(bytes, from, to, this.#name);
  }
}

/** As many DUMPs as fit into the window. */
class DumpSlice extends StrictReceiver {
  readonly #order: ReadOrder;
  readonly #keys: KeyBatch;
  readonly #commands: CommandBatch;
  readonly #taken: number[] = [];
  readonly #name: NameHash = new Uint32Array(4);
  #answered = 0;

  constructor(order: ReadOrder, keys: KeyBatch, commands: CommandBatch) {
    super();
    this.#order = order;
    this.#keys = keys;
    this.#commands = commands;
  }

  get commands(): Uint8Array {
    return this.#commands.bytes;
  }

  get isComplete(): boolean {
    return this.#answered === this.#taken.length;
  }

  /** @param large takes the keys that are too large for it. @returns the key with which the next slice begins */
  fill(from: number, large: number[]): number {
    const keys = this.#keys;
    const { largeBytes = LARGE_BYTES } = this.#order;
    let bytes = 0;
    let at = from;
    for (; at < keys.count && bytes < WINDOW_BYTES; at++) {
      if (!this.#takes(at)) continue;
      if (keys.sizeAt(at) > largeBytes) {
        large.push(at);
        continue;
      }
      this.#commands.add(DUMP, keys.encoded, keys.startOf(at), keys.startOf(at + 1));
      this.#taken.push(at);
      bytes += keys.sizeAt(at);
    }
    return at;
  }

  #takes(at: number): boolean {
    const expiry = this.#keys.expiryAt(at);
    this.#keys.nameAt(at, this.#name);
    return expiry !== GONE && this.#order.takes(this.#name, expiry);
  }

  override bulk(bytes: Uint8Array, from: number, to: number): void {
    const at = this.#taken[this.#answered++] ?? 0;
    this.#keys.nameAt(at, this.#name);
    const live = { database: this.#order.database, name: this.#name, expiresAtMs: this.#keys.expiryAt(at) };
    try {
      this.#order.digest.add(live, bytes, from, to);
    } catch (error) {
      throw readingError(this.#order, this.#keys.keyAt(at), error);
    }
  }

  /** Expired since SCAN: it is gone, and is accounted for as such. */
  override nil(): void {
    this.#answered++;
  }
}

function readingError({ unreadable }: ReadOrder, key: Uint8Array, error: unknown): unknown {
  return unreadable === undefined ? error : unreadable(key, error);
}

/** @returns whether it was read in pieces */
async function readLarge(
  connection: RespConnection,
  order: ReadOrder,
  keys: KeyBatch,
  at: number,
): Promise<boolean> {
  const name: NameHash = new Uint32Array(4);
  keys.nameAt(at, name);
  const key = keys.keyAt(at);
  const live = { database: order.database, name, expiresAtMs: keys.expiryAt(at) };
  if (await readInPieces(connection, { ...order, key, live })) return true;
  const payload = await connection.call('DUMP', key);
  if (!(payload instanceof Uint8Array)) return false;
  try {
    order.digest.add(live, payload);
  } catch (error) {
    throw readingError(order, key, error);
  }
  return false;
}
