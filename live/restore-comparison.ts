import {
  ContentDigest,
  compareDigests,
  type DigestComparison,
  DigestFormatError,
  Sample,
} from '@redrill/rdb';
import type { RestoredCluster } from '../adapters/redis/restored-cluster.ts';
import type { Comparison } from '../core/contracts/drill.ts';
import type { RecoveryPoint } from '../core/contracts/recovery-point.ts';
import type { Compared } from '../core/contracts/steps.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import type { Now, ObjectStore, TimeLeft } from '../core/ports.ts';
import { verifiedDigest } from '../vault/verified-files.ts';
import type { ProgressStore } from './comparison-progress.ts';
import { type ReadingOptions, RestoreReading } from './restore-reading.ts';

/** How many mismatches a report names. */
const NAMED_MISMATCHES = 20;
/**
 * Left of an invocation when reading stops, ms: what is under way (8 MiB, or one value of any size) has to arrive, and
 * up to 200 MB of progress to be saved.
 */
const SAVING_MS = 90_000;

/**
 * What was recorded of a recovery point: the digests of all its shards, merged.
 * @throws AppError `VaultFileChanged` if one is not the digest that was recorded, `NewerFormat`
 */
export async function expectedDigest(
  vault: ObjectStore,
  point: RecoveryPoint,
  shards: readonly number[],
): Promise<ContentDigest> {
  const merged = new ContentDigest();
  for (const shard of shards)
    merged.merge(digestIn(await verifiedDigest(vault, point, shard), vaultKeys.digest(point, shard)));
  return merged;
}

function digestIn(bytes: Uint8Array, key: string): ContentDigest {
  try {
    return ContentDigest.fromBytes(bytes);
  } catch (cause) {
    if (!(cause instanceof DigestFormatError && cause.isNewer)) throw cause;
    throw new AppError('NewerFormat', `${key} ${cause.message}: upgrade redrill`, { cause });
  }
}

export interface ComparisonOrder {
  readonly expected: ContentDigest;
  readonly cluster: RestoredCluster;
  /** Which of how many parts to compare. @default everything */
  readonly part?: { readonly groups: number; readonly group: number };
  readonly progress: ProgressStore;
  readonly timeLeftMs: TimeLeft;
  readonly now: Now;
  /** For tests: what else it takes millions of keys, or very large ones, to get to. */
  readonly limits?: Pick<ReadingOptions, 'keysPerPass' | 'largeBytes'>;
}

/**
 * Reads what the restored cluster holds and compares it, bucket by bucket and expiry bin by expiry bin. When time gets
 * short it saves how far it has come, and goes on from there when it is called again.
 */
export async function compareRestore(order: ComparisonOrder): Promise<Compared> {
  const { expected, cluster, part = { groups: 1, group: 0 }, progress, timeLeftMs } = order;
  const startedAt = performance.now();
  const saved = await progress.load();
  const sample = new Sample(expected, part.groups, part.group);
  const isEnough = () => timeLeftMs() < SAVING_MS;
  const options = { cluster, sample, isEnough, ...order.limits };
  const reading = await RestoreReading.begin(options, saved);
  const isRead = await reading.read();
  const effort = () => ({
    seconds: (saved?.seconds ?? 0) + (performance.now() - startedAt) / 1000,
    invocations: (saved?.invocations ?? 0) + 1,
  });
  if (!isRead) {
    await progress.save({ ...effort(), ...reading.position });
    return { done: false };
  }
  const functions = await cluster.functions();
  if (functions === undefined) reading.digest.addFunctionsOf(expected);
  for (const code of functions ?? []) reading.digest.addFunction(new TextEncoder().encode(code));
  // Asked after the last key was read: what expired while reading counts as expired.
  const serverTimeMs = await cluster.serverTimeMs();
  const result = compareDigests(sample.expected, reading.digest, serverTimeMs);
  return {
    done: true,
    comparison: {
      ...described(result, serverTimeMs),
      ...how(reading, sample),
      ...(functions === undefined && expected.functionHashes.length > 0 && NO_FUNCTIONS),
      ...effort(),
      finishedAt: order.now().toISOString(),
    },
  };
}

const NO_FUNCTIONS = { functions: 'not-compared' } as const;

function how(reading: RestoreReading, sample: Sample): Pick<Comparison, 'method' | 'share'> {
  return { method: reading.inPieces > 0 ? 'typed' : 'dump', share: sample.share };
}

function described(result: DigestComparison, serverTimeMs: number) {
  const mismatched = mismatchesOf(result);
  return {
    keysExpected: result.keysExpected,
    keysCompared: result.keysCompared,
    keysExpired: result.keysExpired,
    mismatches: mismatched.length,
    mismatched: mismatched.slice(0, NAMED_MISMATCHES),
    serverTime: iso(serverTimeMs),
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
