import type { RdbFlavour, RdbFormat } from './format.ts';

/** A server that is to be written into. */
export interface TargetServer {
  readonly engine: RdbFlavour;
  /** For example `8.1.0`. Of Valkey that is `valkey_version` of INFO, for it goes on calling itself Redis 7.2.4. */
  readonly version: string;
}

interface Release {
  /** The first version (major, minor) that writes this RDB version. */
  readonly since: readonly [major: number, minor: number];
  readonly rdbVersion: number;
}

/**
 * Which RDB version each release writes: RESTORE takes payloads up to it. The releases' `RDB_VERSION` in `src/rdb.h` and
 * `verifyDumpPayload` in `src/cluster.c`: https://github.com/redis/redis, https://github.com/valkey-io/valkey
 * (checked 2026-11-21). ElastiCache's Redis OSS 7.1 writes what 7.0 writes.
 */
const RELEASES: Readonly<Record<RdbFlavour, readonly Release[]>> = {
  redis: [
    { since: [2, 6], rdbVersion: 6 },
    { since: [3, 2], rdbVersion: 7 },
    { since: [4, 0], rdbVersion: 8 },
    { since: [5, 0], rdbVersion: 9 },
    { since: [7, 0], rdbVersion: 10 },
    { since: [7, 2], rdbVersion: 11 },
    { since: [7, 4], rdbVersion: 12 },
    { since: [8, 6], rdbVersion: 13 },
    { since: [8, 8], rdbVersion: 14 },
  ],
  valkey: [
    { since: [7, 2], rdbVersion: 11 },
    { since: [9, 0], rdbVersion: 80 },
    { since: [9, 2], rdbVersion: 81 },
  ],
};

/**
 * The RDB versions between the common past and Valkey's own, which Valkey refuses as foreign (`RDB_FOREIGN_VERSION_MIN`
 * and `…_MAX` in its `src/rdb.h`) unless `rdb-version-check` is `relaxed`, which no ElastiCache parameter group offers.
 */
const FOREIGN_TO_VALKEY = { from: 12, to: 79 } as const;

/** The newest RDB version that the server takes; undefined if its version is none that is known. */
export function newestRdbVersion({ engine, version }: TargetServer): number | undefined {
  const [, major = Number.NaN, minor = Number.NaN] = (/^(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  const isOut = ({ since }: Release) => since[0] < major || (since[0] === major && since[1] <= minor);
  return RELEASES[engine].findLast(isOut)?.rdbVersion;
}

/**
 * Why the server would refuse every payload of a file in this format, in words; undefined if it takes them.
 *
 * @example
 * refusalOfTarget({ flavour: 'redis', version: 12 }, { engine: 'valkey', version: '8.1.0' });
 * // 'Valkey 8.1.0 takes RDB 11 and older; this file is RDB 12 of Redis. Write into Redis 7.4 or newer.'
 */
export function refusalOfTarget(format: RdbFormat, target: TargetServer): string | undefined {
  const newest = newestRdbVersion(target);
  const server = `${nameOf(target.engine)} ${target.version}`;
  if (newest === undefined) return `${server} is no version whose RESTORE is known.`;
  const isForeign =
    target.engine === 'valkey' &&
    format.version >= FOREIGN_TO_VALKEY.from &&
    format.version <= FOREIGN_TO_VALKEY.to;
  if (format.version <= newest && !isForeign) return undefined;
  const takes =
    isForeign && newest > FOREIGN_TO_VALKEY.to
      ? `RDB ${ownOf(newest)}, and 11 and older`
      : `RDB ${newest} and older`;
  const file = `this file is RDB ${format.version} of ${nameOf(format.flavour)}`;
  return `${server} takes ${takes}; ${file}. ${adviceFor(format)}`;
}

/** Valkey's own versions. */
function ownOf(newest: number): string {
  const first = FOREIGN_TO_VALKEY.to + 1;
  return newest === first ? `${first}` : `${first} to ${newest}`;
}

function adviceFor(format: RdbFormat): string {
  const release = RELEASES[format.flavour].find(({ rdbVersion }) => rdbVersion >= format.version);
  if (!release) return 'No known server takes it.';
  return `Write into ${nameOf(format.flavour)} ${release.since.join('.')} or newer.`;
}

function nameOf(engine: RdbFlavour): string {
  return engine === 'valkey' ? 'Valkey' : 'Redis';
}
