import type { Comparison } from '../core/contracts/drill.ts';
import { AppError } from '../core/model/errors.ts';
import { type PointAddress, vaultKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, RestoredCluster } from '../core/ports.ts';
import { ContentDigest, compareDigests, type DigestComparison, digestDump } from '../rdb/index.ts';

/** How many mismatches a report names. */
const NAMED_MISMATCHES = 20;

/** What was recorded of a recovery point: the digests of all its shards, merged. */
export async function expectedDigest(
  vault: ObjectStore,
  point: PointAddress,
  shards: readonly number[],
): Promise<ContentDigest> {
  const merged = new ContentDigest();
  for (const shard of shards) {
    const key = vaultKeys.digest(point, shard);
    const found = await vault.read(key);
    if (found === undefined) throw new AppError('NotFound', `the digest ${key} is gone from ${vault.bucket}`);
    merged.merge(ContentDigest.fromBytes(found.body));
  }
  return merged;
}

/** Reads everything that the restored cluster holds and compares it, bucket by bucket and expiry bin by expiry bin. */
export async function compareRestore(
  expected: ContentDigest,
  cluster: RestoredCluster,
  now: Now,
): Promise<Comparison> {
  const startedAt = performance.now();
  const restored = new ContentDigest();
  for await (const batch of cluster.keys()) {
    for (const each of batch) digestDump(restored, each);
  }
  for (const code of await cluster.functions()) restored.addFunction(new TextEncoder().encode(code));
  // Asked after the last key was read: what expired while reading counts as expired.
  const serverTimeMs = await cluster.serverTimeMs();
  const result = compareDigests(expected, restored, serverTimeMs);
  const mismatched = mismatchesOf(result);
  return {
    keysExpected: result.keysExpected,
    keysCompared: result.keysCompared,
    keysExpired: result.keysExpired,
    mismatches: mismatched.length,
    mismatched: mismatched.slice(0, NAMED_MISMATCHES),
    serverTime: new Date(serverTimeMs).toISOString(),
    seconds: (performance.now() - startedAt) / 1000,
    finishedAt: now().toISOString(),
  };
}

function mismatchesOf(result: DigestComparison): readonly string[] {
  const found = [
    ...result.mismatchedBuckets.map((bucket) => `bucket ${bucket}`),
    ...result.mismatchedBins.map(({ fromMs, toMs }) => `keys expiring from ${iso(fromMs)} to ${iso(toMs)}`),
    ...(result.functionsMatch ? [] : ['functions']),
  ];
  return found.length === 0 && !result.matches ? ['number of keys'] : found;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
