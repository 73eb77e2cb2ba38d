import { Crc64 } from './crc64.ts';
import type { ContentDigest } from './digest.ts';
import { RdbError } from './errors.ts';
import {
  checkVersion,
  flavourOfPayload,
  type KeyType,
  type RdbFlavour,
  type RdbFormat,
  typeOf,
} from './format.ts';
import { BUCKET_COUNT, Seed } from './hashes.ts';
import { CHUNK_BYTES } from './wasm/assembly/layout.ts';
import { type Core, sharedCore } from './wasm/core.ts';
import { add128, hex128, newWord128, type Word128 } from './word128.ts';

/** RDB version and CRC-64, after type and value. */
const VERSION_BYTES = 2;
export const FOOTER_BYTES = VERSION_BYTES + 8;

/** The core's kinds of items. */
const EXPIRING_KEY = 1;
const VOLATILE_FIELD = 2;

/** A key as DUMP and PEXPIRETIME describe it. */
export interface DumpedKey {
  readonly database: number;
  readonly key: Uint8Array;
  /** What DUMP answered. */
  readonly payload: Uint8Array;
  /** Absolute, in ms since the epoch; `undefined` for none. Beyond 2^53 only a bigint is exact. */
  readonly expiresAtMs: number | bigint | undefined;
}

/** What takes the items of a key. */
type ItemSums = Pick<ContentDigest, 'addKey' | 'addExpiringKey' | 'addVolatileField'>;

export interface DumpOptions {
  /**
   * Whose type numbers the payload uses.
   * @default by its RDB version: 80 is Valkey's, 12 Redis's, and up to 11 both agree
   */
  readonly engine?: RdbFlavour;
}

/**
 * Checks the payload that DUMP answered for a key, decodes it, and adds the key to the digest, which thereby becomes
 * comparable with the digest of an RDB file.
 * @throws RdbError if the payload is damaged, or of a version or type that is not known
 */
export function digestDump(digest: ContentDigest, item: DumpedKey, options: DumpOptions = {}): void {
  addItems(digest, item, options);
}

function addItems(digest: ItemSums, item: DumpedKey, options: DumpOptions): void {
  const { payload } = item;
  const format = checkFooter(payload, options.engine);
  const described = typeOf(payload[0] ?? 0, format, 0);
  const end = payload.length - FOOTER_BYTES;
  const core = sharedCore();
  const bucket = begin(core, item, format);
  core.host = { item: itemsInto(core, digest, bucket) };
  try {
    const left = feed(core, payload);
    if (left < 0) throw new RdbError('Truncated', end, `expected more of a ${described.name}, found its end`);
    if (left > 0) throw new RdbError('TrailingBytes', end - left, `expected the footer, found ${left} bytes`);
    core.calls.endPayload();
  } finally {
    core.host = {};
  }
}

/**
 * One hash over all that a digest holds of a key: two keys with the same one have the same name, type, value and expiry.
 * @returns 32 hexadecimal digits
 * @throws RdbError as {@link digestDump}
 */
export function hashOfDump(item: DumpedKey, options: DumpOptions = {}): string {
  const sum = newWord128();
  const add = (hash: Word128) => add128(sum, 0, hash);
  addItems({ addKey: add, addExpiringKey: add, addVolatileField: add }, item, options);
  return hex128(sum);
}

/** The type of the value in what DUMP answered. @throws RdbError if the payload is damaged */
export function typeOfDump(payload: Uint8Array): KeyType {
  return typeOf(payload[0] ?? 0, checkFooter(payload, undefined), 0).keyType;
}

/** Has the value read. @returns how many bytes are left after it, −1 if it has not ended */
function feed(core: Core, payload: Uint8Array): number {
  const end = payload.length - FOOTER_BYTES;
  for (let from = 1; from < end; from += CHUNK_BYTES) {
    const to = Math.min(end, from + CHUNK_BYTES);
    core.bytes.set(payload.subarray(from, to), core.calls.unreadEnd());
    if (core.calls.run(to - from) === 1) return end - core.calls.consumed();
  }
  return -1;
}

/** Prepares the core for the value. @returns the key's bucket */
function begin(core: Core, item: DumpedKey, format: RdbFormat): number {
  core.calls.beginMessage(Seed.key);
  core.eachWindow(item.key, (size) => core.calls.addToMessage(size));
  core.calls.endMessage();
  const bucket = ((core.words(0)[0] ?? 0) & (BUCKET_COUNT - 1)) >>> 0;
  const expiry = exactMs(item.expiresAtMs);
  core.setExact(2, expiry ?? -1n);
  const isValkey = format.flavour === 'valkey' ? 1 : 0;
  const hasExpiry = expiry === undefined ? 0 : 1;
  core.calls.startPayload(item.payload[0] ?? 0, format.version, isValkey, item.database, hasExpiry);
  return bucket;
}

/** Sums the items that the core finds into the digest. */
function itemsInto(core: Core, digest: ItemSums, bucket: number) {
  return (kind: number, expiresAtMs: number): void => {
    const hash: Word128 = core.words(0);
    if (kind === VOLATILE_FIELD) digest.addVolatileField(hash, expiresAtMs);
    else if (kind === EXPIRING_KEY) digest.addExpiringKey(hash, expiresAtMs);
    else digest.addKey(hash, bucket);
  };
}

function exactMs(expiresAtMs: number | bigint | undefined): bigint | undefined {
  if (expiresAtMs === undefined) return undefined;
  const exact = BigInt(expiresAtMs);
  if (exact < 0n) throw new RdbError('BadExpiry', 0, 'expected an expiry since 1970, found a negative one');
  return exact;
}

/** @throws RdbError unless the payload ends as it should */
export function checkFooter(payload: Uint8Array, engine: RdbFlavour | undefined): RdbFormat {
  const footer = payload.length - FOOTER_BYTES;
  if (footer < 2) {
    const detail = `expected at least ${FOOTER_BYTES + 2} bytes, found ${payload.length}`;
    throw new RdbError('Truncated', payload.length, detail);
  }
  const view = new DataView(payload.buffer, payload.byteOffset + footer, FOOTER_BYTES);
  const crc = new Crc64('jones');
  crc.updateRange(payload, 0, footer + VERSION_BYTES);
  const stored = view.getBigUint64(VERSION_BYTES, true);
  if (stored !== crc.digest()) {
    const detail = `expected CRC-64 ${crc.digest().toString(16)}, found ${stored.toString(16)}`;
    throw new RdbError('BadChecksum', footer + VERSION_BYTES, detail);
  }
  const version = view.getUint16(0, true);
  const format = { version, flavour: flavourOfPayload(version, engine) };
  checkVersion(format, footer);
  return format;
}
