import { ExpiryBins } from './bins.ts';
import { ContentDigest } from './digest.ts';
import { BUCKET_COUNT } from './hashes.ts';
import { bucketOfName, type NameHash } from './live-digest.ts';

/** A number of buckets divides evenly into groups of a power of two only; other groups differ by one bucket. */
const MAX_GROUPS = BUCKET_COUNT;

/**
 * A part of a data set that can be compared for itself: every n-th bucket of keys without expiry, and every n-th expiry
 * bin. What belongs to them belongs to them whole, so within the part nothing can be missing or too many unnoticed.
 */
export class Sample {
  readonly groups: number;
  readonly group: number;
  readonly #binWidthMs: number;
  readonly #wholeDigest: ContentDigest;

  /**
   * @param groups of how many parts this is one; 1 for everything
   * @param group which one, modulo `groups`
   */
  constructor(expected: ContentDigest, groups: number, group: number) {
    // Which bins the fields of a hash are in is known only when it has been read: then nothing can be left out.
    const isWhole = expected.volatileFields > 0;
    this.groups = isWhole ? 1 : Math.max(1, Math.min(MAX_GROUPS, Math.floor(groups)));
    this.group = group % this.groups;
    this.#binWidthMs = expected.bins.widthMs;
    this.#wholeDigest = expected;
  }

  get buckets(): number {
    return Math.ceil((BUCKET_COUNT - this.group) / this.groups);
  }

  /** Of the buckets, 0 to 1. */
  get share(): number {
    return this.buckets / BUCKET_COUNT;
  }

  /** Whether a key is part of it. */
  includes(name: NameHash, expiresAtMs: number | bigint | undefined): boolean {
    if (this.groups === 1) return true;
    if (expiresAtMs === undefined) return this.#takes(bucketOfName(name));
    const ms = Math.min(Number(expiresAtMs), Number.MAX_SAFE_INTEGER);
    return this.#takes(Math.floor(ms / this.#binWidthMs));
  }

  /** What was expected of the part. */
  get expected(): ContentDigest {
    const whole = this.#wholeDigest;
    if (this.groups === 1) return whole;
    const bins = new ExpiryBins(whole.bins.widthSeconds);
    for (const bin of whole.bins.sorted()) if (this.#takes(bin.index)) bins.addBin(bin);
    const part = new ContentDigest(bins);
    whole.bucketKeys.forEach((keys, bucket) => {
      if (keys > 0 && this.#takes(bucket))
        part.addBucket(bucket, whole.bucketSums.subarray(bucket * 4, bucket * 4 + 4), keys);
    });
    part.addFunctionsOf(whole);
    return part;
  }

  #takes(index: number): boolean {
    return index % this.groups === this.group;
  }
}
