import type { ContentDigest } from '../../digest.ts';
import { RdbError } from '../../errors.ts';
import { KEY_TYPES, type KeyType } from '../../format.ts';
import { BUCKET_COUNT, Seed } from '../../hashes.ts';
import { add128, hex128, newWord128, type Word128 } from '../../word128.ts';
import { Murmur3 } from './murmur3.ts';

/** Expiry times beyond this many ms (the year 287396) are counted in the bin of this one. */
const MAX_BIN_MS = Number.MAX_SAFE_INTEGER;
/** The latest expiry of a field: the server keeps 48 bits. One more stands for none, in the earliest of a hash. */
export const MAX_FIELD_EXPIRY_MS = 2 ** 48 - 1;

/** An instant in ms since the epoch, exactly: 64 bits in halves. */
export interface ExactMs {
  readonly low: number;
  readonly high: number;
}

/** As the bytes of a signed 64-bit integer, −1: what the messages carry for "never". */
const NEVER: ExactMs = { low: -1, high: -1 };

/** @throws BadExpiry if it is before 1970, which no server writes */
export function instantOf(low: number, high: number, offset: number): ExactMs {
  if ((high | 0) < 0)
    throw new RdbError('BadExpiry', offset, 'expected an expiry since 1970, found a negative one');
  return { low: low | 0, high: high | 0 };
}

/** The instant as a number that bins are computed from. */
export const binMsOf = (instant: ExactMs): number =>
  Math.min((instant.high >>> 0) * 0x1_0000_0000 + (instant.low >>> 0), MAX_BIN_MS);

const hasher = new Murmur3();

/** The hash of a key's name. */
export const hashKey = (bytes: Uint8Array, from: number, to: number, result: Word128): Word128 =>
  hasher.reset(Seed.key).bytes(bytes, from, to).finish(result);

const bucketOfHash = (hash: Word128): number => (hash[0] as number) & (BUCKET_COUNT - 1);

/**
 * One key on its way into the digest. What the value is made of goes into {@link body} (in order) or, element by
 * element, into a sum (whatever the order); {@link finish} adds the outcome to the digest.
 */
export class KeyItem {
  readonly keyHash: Word128 = newWord128();
  readonly body = new Murmur3();
  readonly element = new Murmur3();

  elements = 0;
  volatileFields = 0;
  /** What of the value came twice, if anything did. */
  twice: string | undefined;

  readonly #seen = new Map<string, Set<string>>();
  readonly #digest: () => ContentDigest;
  readonly #sum = newWord128();
  readonly #hash = newWord128();
  #type: KeyType = 'string';
  #database = 0;
  #expiry: ExactMs | undefined;

  /** @param digest what to add to, asked for at each addition */
  constructor(digest: () => ContentDigest) {
    this.#digest = digest;
  }

  get bucket(): number {
    return bucketOfHash(this.keyHash);
  }

  /** The hash of the last item as 32 hexadecimal digits. */
  get hash(): string {
    return hex128(this.#hash);
  }

  /** Whether nothing is in it: a server loads no key from that. */
  get isEmpty(): boolean {
    const canBeEmpty = this.#type === 'string' || this.#type === 'stream' || this.#type === 'module';
    return !canBeEmpty && this.elements + this.volatileFields === 0;
  }

  /** Begins the item of the key whose {@link keyHash} has been set. */
  begin(type: KeyType, database: number, expiry: ExactMs | undefined): void {
    this.elements = 0;
    this.volatileFields = 0;
    this.twice = undefined;
    this.#seen.clear();
    this.#sum.fill(0);
    this.#type = type;
    this.#database = database;
    this.#expiry = expiry;
    const { low, high } = expiry ?? NEVER;
    this.body
      .reset(Seed.item)
      .word128(this.keyHash)
      .u64(low, high)
      .u32(database)
      .u32(KEY_TYPES.indexOf(type));
  }

  /** Forgets those of a kind, of which others come now. */
  forget(what: string): void {
    this.#seen.delete(what);
  }

  /** Notes whether what the message holds so far, the name of one of a kind, was there before. */
  see(what: string, message: Murmur3): void {
    const name = hex128(message.peek(this.#hash));
    const seen = this.#seen.get(what) ?? new Set();
    if (seen.has(name)) this.twice = what;
    this.#seen.set(what, seen.add(name));
  }

  /** Begins the message of one member or field. */
  startElement(): Murmur3 {
    return this.element.reset(Seed.element);
  }

  /** Ends the message of one member or field, which stays as long as the key does. */
  addElement(): void {
    add128(this.#sum, 0, this.element.finish(this.#hash));
    this.elements++;
  }

  /** Puts what the elements come to into the body. */
  addSum(): void {
    this.body.word128(this.#sum).count(this.elements);
  }

  /** Ends the message of a field that expires by itself: an item of its own. */
  addVolatileField(expiry: ExactMs): void {
    const element = this.element.finish(this.#hash);
    const ofKey = this.#expiry ?? NEVER;
    this.element
      .reset(Seed.volatileField)
      .word128(this.keyHash)
      .u64(ofKey.low, ofKey.high)
      .u32(this.#database)
      .u32(0);
    this.element.u64(expiry.low, expiry.high).word128(element).finish(this.#hash);
    const goneAtMs = Math.min(binMsOf(expiry), this.#expiry ? binMsOf(this.#expiry) : MAX_BIN_MS);
    this.#digest().addVolatileField(this.#hash, goneAtMs);
    this.volatileFields++;
  }

  /** Adds the key to the digest, unless it consists of volatile fields alone, which have been added already. */
  finish(): void {
    switch (this.#type) {
      case 'list':
        this.body.count(this.elements);
        break;
      case 'set':
      case 'zset':
      case 'hash':
        this.addSum();
        break;
    }
    this.body.finish(this.#hash);
    if (this.volatileFields > 0 && this.elements === 0) return;
    if (this.#expiry) this.#digest().addExpiringKey(this.#hash, binMsOf(this.#expiry));
    else this.#digest().addKey(this.#hash, this.bucket);
  }
}
