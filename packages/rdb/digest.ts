import { ExpiryBins } from './bins.ts';
import { parseDigest, serialiseDigest } from './digest-bytes.ts';
import { BUCKET_COUNT, hashOf, Seed } from './hashes.ts';
import { add128, hex128, newWord128, type Word128 } from './word128.ts';

const WORDS = 4;

/**
 * What a data set contains, whatever the order, encoding and compression it was written with: sums modulo 2^128 of one
 * hash per key (and per hash field that expires by itself), in buckets by name or, for what expires, in bins by time.
 * Made to detect damage and loss; it is no defence against someone who constructs collisions.
 *
 * The format is specified in docs/digest-format.md.
 */
export class ContentDigest {
  /** Of keys without expiry: per bucket, four words of sum. */
  readonly bucketSums = new Uint32Array(BUCKET_COUNT * WORDS);
  /** Of keys without expiry: how many per bucket. */
  readonly bucketKeys = new Float64Array(BUCKET_COUNT);
  /** Of everything that expires. */
  readonly bins: ExpiryBins;

  readonly #functions = new Map<string, Word128>();
  #keys = 0;
  #volatileFields = 0;

  constructor(bins: ExpiryBins = new ExpiryBins()) {
    this.bins = bins;
    this.#keys = bins.keys;
    this.#volatileFields = bins.volatileFields;
  }

  /** Keys that are items: all but hashes of which every field expires by itself. */
  get keys(): number {
    return this.#keys;
  }

  /** Hash fields that expire by themselves: each is an item. */
  get volatileFields(): number {
    return this.#volatileFields;
  }

  /** The hashes of the function libraries, ascending as hexadecimal text. */
  get functionHashes(): readonly string[] {
    return [...this.#functions.keys()].sort();
  }

  /** The sum of everything, as 32 hexadecimal digits. */
  get total(): string {
    const total = newWord128();
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) add128(total, 0, this.bucketSums, bucket * WORDS);
    this.bins.sumInto(total);
    for (const hash of this.#functions.values()) add128(total, 0, hash);
    return hex128(total);
  }

  /** Adds the item of a key without expiry. */
  addKey(hash: Word128, bucket: number): void {
    this.addBucket(bucket, hash, 1);
  }

  /** Adds the item of a key that expires. */
  addExpiringKey(hash: Word128, expiresAtMs: number): void {
    this.bins.addKey(expiresAtMs, hash);
    this.#keys++;
  }

  /** Adds the item of a hash field that expires by itself, or earlier with its key. */
  addVolatileField(hash: Word128, expiresAtMs: number): void {
    this.bins.addVolatileField(expiresAtMs, hash);
    this.#volatileFields++;
  }

  /** Adds a whole bucket. */
  addBucket(bucket: number, sum: Uint32Array, keys: number): void {
    add128(this.bucketSums, bucket * WORDS, sum);
    this.bucketKeys[bucket] = (this.bucketKeys[bucket] ?? 0) + keys;
    this.#keys += keys;
  }

  /** Adds a function library by its source code, `#!` line included. */
  addFunction(code: Uint8Array): void {
    this.addFunctionHash(hashOf(Seed.function, code));
  }

  /** A set, not a sum: every shard of a cluster carries the same libraries, and shards are merged. */
  addFunctionHash(hash: Word128): void {
    this.#functions.set(hex128(hash), hash);
  }

  /** Adds all of `other`, which holds other keys: another shard of the same cache. */
  merge(other: ContentDigest): void {
    for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
      const sum = other.bucketSums.subarray(bucket * WORDS, (bucket + 1) * WORDS);
      this.addBucket(bucket, sum, other.bucketKeys[bucket] ?? 0);
    }
    this.bins.merge(other.bins);
    // The keys of the buckets are counted by addBucket.
    this.#keys += other.bins.keys;
    this.#volatileFields += other.volatileFields;
    this.addFunctionsOf(other);
  }

  /** Adds the function libraries of `other`, which may be the same. */
  addFunctionsOf(other: ContentDigest): void {
    for (const hash of other.#functions.values()) this.addFunctionHash(hash);
  }

  /** The serialised form. It is the same for the same content. */
  toBytes(): Uint8Array {
    return serialiseDigest(this);
  }

  /** @throws DigestFormatError unless the bytes are a whole, undamaged digest of a known version */
  static fromBytes(bytes: Uint8Array): ContentDigest {
    const parsed = parseDigest(bytes);
    const digest = new ContentDigest(parsed.bins);
    for (const bucket of parsed.buckets) digest.addBucket(bucket.index, bucket.sum, bucket.keys);
    for (const hash of parsed.functions) digest.addFunctionHash(hash);
    return digest;
  }
}
