import {
  type ContentDigest,
  compareDigests,
  type DigestComparison,
  type RangedBytes,
  Sample,
} from '@redrill/rdb';
import { libraryNameOf } from '../recover/libraries.ts';
import type { TargetCluster } from '../recover/target-cluster.ts';
import { RestoreReading } from '../restore-reading.ts';
import { librariesInFile } from './file-keys.ts';
import { librariesIn, liveCluster } from './live-cluster.ts';
import { type Named, nameDifferences, noDifferences } from './name-differences.ts';
import { Suspects } from './suspects.ts';

export interface CompareOrder {
  /** What the files hold. */
  readonly expected: ContentDigest;
  /** Among them hashes of which all fields expire, which the digest holds as fields only. */
  readonly keysExpected: number;
  readonly sources: readonly RangedBytes[];
  readonly cluster: TargetCluster;
  readonly limit: number;
  readonly onKey: () => void;
  /** For tests. @default that of suspects.ts */
  readonly keysPerPass?: number;
}

/** Function libraries that differ, by name. */
export interface LibraryDifferences {
  readonly missing: readonly string[];
  readonly added: readonly string[];
  readonly different: readonly string[];
  /** The cache has no commands to list them, so that they were not compared. */
  readonly areUnknown?: true;
}

export interface CompareResult extends Named {
  readonly keysExpected: number;
  readonly keysCompared: number;
  readonly libraries: LibraryDifferences;
}

const noneOf = ({ limit }: CompareOrder): Named => ({ found: noDifferences(limit), expired: 0 });
const NO_LIBRARIES: LibraryDifferences = { missing: [], added: [], different: [] };

/**
 * Compares what files hold with what a cache holds now: first digests, in which nothing has a name; then, only if they
 * differ, the keys of the parts that do.
 */
export async function compareWithCache(order: CompareOrder): Promise<CompareResult> {
  const { expected, keysPerPass } = order;
  const { live, comparison, keysRead, hasFunctions } = await compareAll(order);
  const unknown = !hasFunctions && expected.functionHashes.length > 0;
  const libraries = comparison.functionsMatch ? NO_LIBRARIES : await libraryDifferences(order);
  const suspects = new Suspects(expected, live, comparison, keysPerPass);
  const named = suspects.areNone ? noneOf(order) : await nameDifferences({ ...order, suspects });
  return {
    ...named,
    expired: named.expired + comparison.keysExpired,
    keysExpected: order.keysExpected,
    // One that goes between its name and its value is read and not compared.
    keysCompared: expected.volatileFields + live.volatileFields > 0 ? keysRead : comparison.keysCompared,
    libraries: unknown ? { ...libraries, areUnknown: true } : libraries,
  };
}

interface Compared {
  readonly live: ContentDigest;
  readonly comparison: DigestComparison;
  readonly keysRead: number;
  /** Whether the cache has commands to list functions. */
  readonly hasFunctions: boolean;
}

async function compareAll({ expected, cluster, onKey }: CompareOrder): Promise<Compared> {
  let keysRead = 0;
  const servers = liveCluster(cluster, () => {
    keysRead++;
    onKey();
  });
  const options = { cluster: servers, sample: new Sample(expected, 1, 0), isEnough: () => false };
  const reading = await RestoreReading.begin(options, undefined);
  await reading.read();
  const functions = await servers.functions();
  for (const code of functions ?? []) reading.digest.addFunction(Buffer.from(code));
  if (functions === undefined) reading.digest.addFunctionsOf(expected);
  // Asked after the last key was read: what expired while reading counts as expired.
  const comparison = compareDigests(expected, reading.digest, await servers.serverTimeMs());
  return { live: reading.digest, comparison, keysRead, hasFunctions: functions !== undefined };
}

async function libraryDifferences({ sources, cluster }: CompareOrder): Promise<LibraryDifferences> {
  const inFile = await Promise.all(sources.map(librariesInFile));
  const before = byName(inFile.flatMap((codes) => [...codes]));
  const now = byName([...((await librariesIn(cluster)) ?? [])]);
  const names = (from: ReadonlyMap<string, string>) => [...from.keys()].sort();
  return {
    missing: names(before).filter((name) => !now.has(name)),
    added: names(now).filter((name) => !before.has(name)),
    different: names(before).filter((name) => now.has(name) && now.get(name) !== before.get(name)),
  };
}

const byName = (codes: readonly string[]): ReadonlyMap<string, string> =>
  new Map(codes.map((code) => [libraryNameOf(Buffer.from(code)), code]));
