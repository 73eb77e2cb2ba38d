import type { Bin } from './bins.ts';
import type { ContentDigest } from './digest.ts';
import { BUCKET_COUNT } from './hashes.ts';
import { equal128 } from './word128.ts';

/** A stretch of expiry times: from `fromMs` (included) to `toMs` (not included), ms since the epoch. */
export interface ExpirySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface DigestComparison {
  /** Whether the restored data is what was expected, but for what has expired meanwhile. */
  readonly matches: boolean;
  readonly keysExpected: number;
  /** Keys found in the restored data. */
  readonly keysCompared: number;
  /** Keys that are missing and had expired by the server's time. */
  readonly keysExpired: number;
  readonly volatileFieldsExpected: number;
  readonly volatileFieldsCompared: number;
  readonly volatileFieldsExpired: number;
  /** Buckets of keys without expiry that differ. `bucketOf` finds the keys behind them. */
  readonly mismatchedBuckets: readonly number[];
  /** Spans of expiry times within which keys or fields differ in a way that expiring does not explain. */
  readonly mismatchedBins: readonly ExpirySpan[];
  readonly functionsMatch: boolean;
}

const NONE = { keys: 0, volatileFields: 0, sum: new Uint32Array(4) };

/**
 * Compares a restored data set with what was recorded.
 *
 * @param serverTimeMs the restored server's own TIME in ms, taken **after** its last key was read: whatever expired
 *   while it was being read then counts as expired. Bins that begin after that instant must be equal; in earlier ones
 *   items may be missing, but none may be added, and if none is missing they must be equal.
 */
export function compareDigests(
  expected: ContentDigest,
  restored: ContentDigest,
  serverTimeMs: number,
): DigestComparison {
  const bins = compareBins(expected, restored, serverTimeMs);
  const mismatchedBuckets = compareBuckets(expected, restored);
  const functionsMatch = expected.functionHashes.join() === restored.functionHashes.join();
  const keysAddUp = restored.keys + bins.keysExpired === expected.keys;
  const fieldsAddUp = restored.volatileFields + bins.volatileFieldsExpired === expected.volatileFields;
  const nothingDiffers = mismatchedBuckets.length === 0 && bins.mismatchedBins.length === 0;
  return {
    matches: nothingDiffers && functionsMatch && keysAddUp && fieldsAddUp,
    keysExpected: expected.keys,
    keysCompared: restored.keys,
    volatileFieldsExpected: expected.volatileFields,
    volatileFieldsCompared: restored.volatileFields,
    mismatchedBuckets,
    functionsMatch,
    ...bins,
  };
}

function compareBuckets(expected: ContentDigest, restored: ContentDigest): readonly number[] {
  return Array.from({ length: BUCKET_COUNT }, (_, bucket) => bucket).filter(
    (bucket) =>
      expected.bucketKeys[bucket] !== restored.bucketKeys[bucket] ||
      !equal128(expected.bucketSums, bucket * 4, restored.bucketSums, bucket * 4),
  );
}

function compareBins(expected: ContentDigest, restored: ContentDigest, serverTimeMs: number) {
  const widthSeconds = Math.max(expected.bins.widthSeconds, restored.bins.widthSeconds);
  const before = expected.bins.coarsened(widthSeconds);
  const after = restored.bins.coarsened(widthSeconds);
  const mismatchedBins: ExpirySpan[] = [];
  let keysExpired = 0;
  let volatileFieldsExpired = 0;
  for (const index of before.differingFrom(after)) {
    const was = before.get(index) ?? NONE;
    const is = after.get(index) ?? NONE;
    const span = { fromMs: index * before.widthMs, toMs: (index + 1) * before.widthMs };
    if (isExplained(was, is, span.fromMs <= serverTimeMs)) {
      keysExpired += was.keys - is.keys;
      volatileFieldsExpired += was.volatileFields - is.volatileFields;
    } else {
      mismatchedBins.push(span);
    }
  }
  return { mismatchedBins, keysExpired, volatileFieldsExpired };
}

type Items = Pick<Bin, 'keys' | 'volatileFields' | 'sum'>;

function isExplained(was: Items, is: Items, mayHaveExpired: boolean): boolean {
  if (was.keys === is.keys && was.volatileFields === is.volatileFields)
    return equal128(was.sum, 0, is.sum, 0);
  return mayHaveExpired && is.keys <= was.keys && is.volatileFields <= was.volatileFields;
}
