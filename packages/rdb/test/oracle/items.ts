/** The items of docs/digest-format.md. */
import type { ContentDigest } from '../../index.ts';
import type { KeyEntry } from './entries.ts';
import { H, name as hashOfName, item, SEED, TYPE, u32, u64, u128 } from './hashes.ts';

const BUCKETS = 4096;
/** Bins are computed from doubles: what expires later is counted with this. */
const MAX_BIN_MS = 2n ** 53n - 1n;

/** The 128-bit numbers of a digest are four words each. */
const wordsOf = (hash: bigint): Uint32Array => new Uint32Array(Uint8Array.from(u128(hash)).buffer);
const binMs = (...instants: readonly bigint[]): number =>
  Number(instants.reduce((earliest, ms) => (ms < earliest ? ms : earliest), MAX_BIN_MS));

export type Key = Pick<KeyEntry, 'type' | 'database' | 'name' | 'value' | 'expiresAtMs'>;

/** Adds a key, which is not empty. @throws Refusal */
export function addItems(digest: ContentDigest, { type, database, name, value, expiresAtMs }: Key): void {
  const { body, elements, volatileFields = [] } = value.content();
  const expiry = expiresAtMs ?? -1n;
  const hashed = hashOfName(name.bytes());
  for (const field of volatileFields) {
    const ofKey = [hashed, u64(expiry), u32(database), u32(0)];
    const hash = H(SEED.field, ...ofKey, u64(field.expiresAtMs), u128(field.hash));
    digest.addVolatileField(wordsOf(hash), binMs(field.expiresAtMs, expiresAtMs ?? MAX_BIN_MS));
  }
  if (volatileFields.length > 0 && elements === 0) return;
  const hash = wordsOf(item(name.bytes(), TYPE[type.keyType], body, { expiry, database }));
  if (expiresAtMs === undefined) digest.addKey(hash, hashed.readUInt32LE() % BUCKETS);
  else digest.addExpiringKey(hash, binMs(expiresAtMs));
}

export const addLibrary = (digest: ContentDigest, code: Buffer): void =>
  digest.addFunctionHash(wordsOf(H(SEED.library, code)));
