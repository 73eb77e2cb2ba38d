import { AppError } from '../../core/model/errors.ts';
import type { LiveDigest, LiveKey, NameHash } from '../../rdb/index.ts';
import { isElastiCacheKey } from './elasticache-key.ts';
import { KeyBatch } from './key-batch.ts';
import { CommandBatch, encodeCommand, encodeStart } from './resp-command.ts';
import { type RespConnection, StrictReceiver } from './resp-connection.ts';
import { readInPieces } from './value-in-pieces.ts';

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
const EXPIRY = encodeStart('PEXPIRETIME');
const SIZE = encodeStart('MEMORY', 'USAGE');

/** What PEXPIRETIME answers when there is no such key. */
const GONE = -2;

/**
 * Reads the keys of one database with SCAN, PEXPIRETIME, MEMORY USAGE and DUMP. Three batches are under way, so that the
 * server never waits: while one is dumped, the next one is described, and the one after that is looked for.
 */
export async function readDatabase(connection: RespConnection, order: ReadOrder): Promise<DatabaseReading> {
  await connection.call('SELECT', order.database);
  let inPieces = 0;
  let current = await scan(connection, order, order.cursor);
  let described = underWay(describe(connection, current.keys));
  let upcoming = underWay(scanOn(connection, order, current));
  let dumped: Promise<number> = Promise.resolve(0);
  for (;;) {
    await described;
    const next = await upcoming;
    if (next !== undefined) {
      described = underWay(describe(connection, next.keys));
      upcoming = underWay(scanOn(connection, order, next));
    }
    inPieces += await dumped;
    dumped = underWay(dump(connection, order, current.keys));
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

async function scanOn(
  connection: RespConnection,
  order: ReadOrder,
  last: Scanned,
): Promise<Scanned | undefined> {
  if (last.cursor === '0' || order.isEnough()) return undefined;
  return scan(connection, order, last.cursor);
}

async function scan(connection: RespConnection, order: ReadOrder, cursor: string): Promise<Scanned> {
  const receiver = new ScanReceiver(order);
  await connection.send(encodeCommand(['SCAN', cursor, 'COUNT', SCAN_COUNT]), receiver);
  return receiver;
}

/** The cursor, then the keys. */
class ScanReceiver extends StrictReceiver implements Scanned {
  isComplete = false;
  cursor = '';
  readonly keys = new KeyBatch();
  readonly #order: ReadOrder;
  readonly #name: NameHash = new Uint32Array(4);
  #left = 0;

  constructor(order: ReadOrder) {
    super();
    this.#order = order;
  }

  override array(length: number): void {
    this.#left = length;
    // The array of the keys stands in the one of both.
    this.isComplete = this.cursor !== '' && length === 0;
  }

  override bulk(bytes: Uint8Array | undefined): void {
    if (bytes === undefined) throw new AppError('RestoreUnreachable', 'SCAN has answered with nil');
    if (this.cursor === '') this.cursor = new TextDecoder().decode(bytes);
    else this.#addKey(bytes);
  }

  #addKey(key: Uint8Array): void {
    if (!isElastiCacheKey(key, this.#order.database)) this.#addContent(key);
    this.isComplete = --this.#left === 0;
  }

  #addContent(key: Uint8Array): void {
    const { digest, concerns } = this.#order;
    digest.hashName(key, this.#name);
    if (concerns(this.#name)) this.keys.add(key, this.#name);
  }
}

/** Asks for expiry and size of every key. */
async function describe(connection: RespConnection, keys: KeyBatch): Promise<void> {
  const commands = new CommandBatch();
  for (let at = 0; at < keys.count; at++) {
    commands.add(EXPIRY, keys.bytes, keys.startOf(at), keys.startOf(at + 1));
    commands.add(SIZE, keys.bytes, keys.startOf(at), keys.startOf(at + 1));
  }
  await connection.send(commands.bytes, new DescribeReceiver(keys));
}

class DescribeReceiver extends StrictReceiver {
  readonly #keys: KeyBatch;
  #at = 0;
  #expiry: number | bigint | undefined;

  constructor(keys: KeyBatch) {
    super();
    this.#keys = keys;
  }

  get isComplete(): boolean {
    return this.#at === this.#keys.count;
  }

  override integer(value: number | bigint): void {
    if (this.#expiry === undefined) this.#expiry = value;
    else this.#describe(this.#expiry, Number(value));
  }

  /** MEMORY USAGE of a key that is gone. */
  override bulk(): void {
    this.#describe(GONE, 0);
  }

  #describe(expiry: number | bigint, sizeBytes: number): void {
    this.#keys.describe(this.#at++, expiry, sizeBytes);
    this.#expiry = undefined;
  }
}

/** Reads the values of what is to be read. @returns how many were read in pieces */
async function dump(connection: RespConnection, order: ReadOrder, keys: KeyBatch): Promise<number> {
  const large: number[] = [];
  for (let from = 0; from < keys.count; ) {
    const slice = new DumpSlice(order, keys);
    from = slice.fill(from, large);
    await connection.send(slice.commands, slice);
  }
  let inPieces = 0;
  for (const at of large) if (await readLarge(connection, order, keys, at)) inPieces++;
  return inPieces;
}

/** As many DUMPs as fit into the window. */
class DumpSlice extends StrictReceiver {
  readonly #order: ReadOrder;
  readonly #keys: KeyBatch;
  readonly #commands = new CommandBatch();
  readonly #taken: number[] = [];
  readonly #name: NameHash = new Uint32Array(4);
  #answered = 0;

  constructor(order: ReadOrder, keys: KeyBatch) {
    super();
    this.#order = order;
    this.#keys = keys;
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
      this.#commands.add(DUMP, keys.bytes, keys.startOf(at), keys.startOf(at + 1));
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

  override bulk(payload: Uint8Array | undefined): void {
    const at = this.#taken[this.#answered++] ?? 0;
    // Expired since SCAN: it is gone, and is accounted for as such.
    if (payload === undefined) return;
    this.#keys.nameAt(at, this.#name);
    const live = { database: this.#order.database, name: this.#name, expiresAtMs: this.#keys.expiryAt(at) };
    addPayload(this.#order, live, payload, this.#keys, at);
  }
}

function addPayload(
  { digest, unreadable }: ReadOrder,
  live: LiveKey,
  payload: Uint8Array,
  keys: KeyBatch,
  at: number,
): void {
  try {
    digest.add(live, payload);
  } catch (error) {
    throw unreadable === undefined ? error : unreadable(keys.keyAt(at), error);
  }
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
  if (payload instanceof Uint8Array) addPayload(order, live, payload, keys, at);
  return false;
}
