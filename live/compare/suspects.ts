import { bucketOfName, type ContentDigest, type DigestComparison, type NameHash } from '@redrill/rdb';

/** Keys that are looked at together: some 200 bytes each. */
const KEYS_PER_PASS = 500_000;
const MS_PER_SECOND = 1000;

/** Which keys can be behind a difference of two digests: those of a bucket or expiry bin that differs. */
export class Suspects {
  /** How often both sides have to be read so that memory stays small. */
  readonly passes: number;
  readonly #buckets: ReadonlySet<number>;
  readonly #bins: ReadonlySet<number>;
  readonly #binWidthMs: number;
  readonly #all: boolean;

  constructor(
    expected: ContentDigest,
    live: ContentDigest,
    { mismatchedBuckets, mismatchedBins }: DigestComparison,
    keysPerPass = KEYS_PER_PASS,
  ) {
    this.#binWidthMs = Math.max(expected.bins.widthSeconds, live.bins.widthSeconds) * MS_PER_SECOND;
    this.#buckets = new Set(mismatchedBuckets);
    this.#bins = new Set(mismatchedBins.map(({ fromMs }) => fromMs / this.#binWidthMs));
    // Fields that expire are items of their own: their hash may be anywhere.
    this.#all = expected.volatileFields + live.volatileFields > 0 && mismatchedBins.length > 0;
    const keys = [expected, live].reduce((sum, digest) => sum + this.#keysIn(digest), 0);
    this.passes = Math.max(1, Math.ceil(keys / keysPerPass));
  }

  get areNone(): boolean {
    return !this.#all && this.#buckets.size === 0 && this.#bins.size === 0;
  }

  includes(name: NameHash, expiresAtMs: number | undefined): boolean {
    if (this.#all) return true;
    if (expiresAtMs === undefined) return this.#buckets.has(bucketOfName(name));
    return this.#bins.has(Math.floor(expiresAtMs / this.#binWidthMs));
  }

  /** In which pass a key is looked at. */
  passOf(name: NameHash): number {
    return (name[1] ?? 0) % this.passes;
  }

  #keysIn(digest: ContentDigest): number {
    if (this.#all) return digest.keys;
    const bins = digest.bins.coarsened(this.#binWidthMs / MS_PER_SECOND);
    const inBuckets = [...this.#buckets].reduce((sum, bucket) => sum + (digest.bucketKeys[bucket] ?? 0), 0);
    return [...this.#bins].reduce((sum, bin) => sum + (bins.get(bin)?.keys ?? 0), inBuckets);
  }
}
