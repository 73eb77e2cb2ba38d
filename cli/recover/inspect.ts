import { newestRdbVersion, RdbError, refusalOfTarget } from '@redrill/rdb';
import { AppError } from '../../core/model/errors.ts';
import { SERVERLESS_KEY_NAME_BYTES } from '../../core/model/limits.ts';
import { databasesRefusal } from '../../core/restore/target-databases.ts';
import type { ServerFacts } from '../../live/recover/server-facts.ts';
import {
  type Contents,
  recordedContents,
  type Survey,
  type SurveyOptions,
  survey,
} from '../../live/recover/survey.ts';
import type { TargetCluster } from '../../live/recover/target-cluster.ts';
import type { Selection } from '../../live/recover/write-shard.ts';
import type { Source, SourceFile } from '../source.ts';
import { byteText, counted } from '../terminal/figures.ts';
import type { ProgressBar } from '../terminal/progress.ts';

/** RESTORE takes absolute times to expire from Redis 5 on, which writes RDB 9. */
const FIRST_WITH_ABSOLUTE_EXPIRY = 9;
/** What a key takes of memory, over what it takes in a file, about. */
const MEMORY_PER_FILE_BYTE = 2;

interface Surveying {
  readonly nowMs: number;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
  /** The longest name of a key that the target takes. @default any */
  readonly nameBytes?: number | undefined;
}

interface Into {
  readonly cluster: TargetCluster;
  readonly database: number | undefined;
}

/**
 * Reads every file to its end. @throws AppError `FileNotSound`, `RecoveryPointCorrupt`, `UnreadableFile`
 */
export async function surveyAll(
  source: Source,
  selection: Selection,
  { nowMs, nameBytes, bar, signal }: Surveying,
): Promise<readonly Survey[]> {
  const startedAt = performance.now();
  const sizeBytes = source.files.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0);
  const found: Survey[] = [];
  let before = 0;
  for (const file of source.files) {
    found.push(
      await surveyOne(file, selection, {
        nowMs,
        nameBytes,
        onProgress: (bytes) => {
          signal.throwIfAborted();
          const elapsedMs = performance.now() - startedAt;
          const keys = found.reduce((sum, { counts }) => sum + counts.emitted, 0);
          bar.update(elapsedMs, () => ({
            bytes: before + bytes,
            sizeBytes,
            seconds: elapsedMs / 1000,
            keys,
          }));
        },
      }),
    );
    before += file.bytes.sizeBytes;
  }
  bar.erase();
  return found;
}

async function surveyOne(
  { name, bytes, recorded }: SourceFile,
  selection: Selection,
  options: SurveyOptions,
): Promise<Survey> {
  const found = await survey(bytes, selection, options).catch((cause: unknown) => {
    if (!(cause instanceof RdbError)) throw cause;
    const code = cause.unsupported
      ? 'UnreadableFile'
      : recorded === undefined
        ? 'FileNotSound'
        : 'RecoveryPointCorrupt';
    throw new AppError(code, `${name} cannot be recovered from: ${cause.message}`, { cause });
  });
  if (recorded === undefined || recorded.sha256 === found.sha256) return found;
  const message = `${name} differs from the verified file: its SHA-256 was ${recorded.sha256}, and is ${found.sha256}; choose an older recovery point`;
  throw new AppError('RecoveryPointCorrupt', message);
}

/**
 * What has to be known before anything is written: of files whose bytes the vault has verified what it recorded, of all
 * others what reading them to their ends shows.
 * @throws AppError as {@link surveyAll} and {@link refuseUnfit}
 */
export async function contentsOf(
  source: Source,
  selection: Selection,
  { cluster, database, ...surveying }: Surveying & Into,
): Promise<readonly Contents[]> {
  // Only reading the files shows how long the names of keys are.
  const recorded = surveying.nameBytes === undefined ? await recordedOf(source, selection) : undefined;
  if (recorded !== undefined) {
    refuseVersions(cluster, recorded);
    // A recorded database may have no keys to write any more: only reading the files shows.
    if ((await whyDatabasesDoNotFit(cluster, recorded, database)) === undefined) return recorded;
  }
  const surveys = await surveyAll(source, selection, surveying);
  await refuseUnfit(cluster, surveys, database);
  return surveys;
}

/** @returns undefined unless all files are verified */
async function recordedOf({ files }: Source, selection: Selection): Promise<readonly Contents[] | undefined> {
  const found: Contents[] = [];
  for (const { bytes, recorded, isVerified } of files) {
    if (recorded === undefined || !isVerified) return undefined;
    found.push(await recordedContents(bytes, recorded, selection));
  }
  return found;
}

/** @throws AppError `TargetRefused`, `BadInput` if the target cannot take what the files hold */
export async function refuseUnfit(
  cluster: TargetCluster,
  contents: readonly Survey[],
  database: number | undefined,
): Promise<void> {
  refuseVersions(cluster, contents);
  refuseLongNames(cluster, contents);
  const why = await whyDatabasesDoNotFit(cluster, contents, database);
  if (why !== undefined) throw new AppError('BadInput', why);
}

function refuseLongNames({ name }: TargetCluster, surveys: readonly Survey[]): void {
  const keys = surveys.reduce((sum, { longNames }) => sum + longNames.keys, 0);
  if (keys === 0) return;
  const longest = Math.max(...surveys.map(({ longNames }) => longNames.longestBytes));
  const have = keys === 1 ? 'has a name' : 'have names';
  throw new AppError(
    'TargetRefused',
    `${name} is serverless and takes no names of keys above ${SERVERLESS_KEY_NAME_BYTES / 1024} KiB: ` +
      `${counted(keys, 'key')} ${have} of up to ${counted(longest, 'byte')}; recover into a node-based cache, or choose keys with --match or --type`,
  );
}

function refuseVersions(cluster: TargetCluster, contents: readonly Contents[]): void {
  for (const { facts, name } of cluster.primaries)
    if (facts !== undefined) refuseVersion(name, facts, contents);
}

/** @returns undefined if they do */
async function whyDatabasesDoNotFit(
  cluster: TargetCluster,
  contents: readonly Contents[],
  intoOne: number | undefined,
): Promise<string | undefined> {
  const inFiles = [...new Set(contents.flatMap((found) => found.databases))];
  const absent = await cluster.absentOf(intoOne === undefined ? inFiles : [intoOne]);
  return databasesRefusal({ target: cluster.name, inFiles, intoOne, absent });
}

function refuseVersion(name: string, facts: ServerFacts, contents: readonly Contents[]): void {
  for (const { format } of contents) {
    const refusal = format && refusalOfTarget(format, facts);
    if (refusal !== undefined) throw new AppError('TargetRefused', `${name} cannot take this: ${refusal}`);
  }
  if ((newestRdbVersion(facts) ?? 0) < FIRST_WITH_ABSOLUTE_EXPIRY)
    throw new AppError(
      'TargetRefused',
      `${name} is ${facts.version}, whose RESTORE has no absolute expiry times; use Redis 5 or newer`,
    );
}

/** What does not stop it and should be known. */
export function warningsOf(
  cluster: TargetCluster,
  source: Source,
  {
    mode,
    contents,
    leavesFunctionsOut,
  }: {
    readonly mode: string;
    readonly contents: readonly Contents[];
    /** Because the cache has none. */
    readonly leavesFunctionsOut: boolean;
  },
): readonly string[] {
  const primaries = cluster.primaries.flatMap(({ facts }) => facts ?? []);
  const policies = [...new Set(primaries.flatMap(({ evictionPolicy }) => evictionPolicy ?? []))];
  const evicting = policies.filter((policy) => policy !== 'noeviction');
  return [
    ...(source.warning === undefined ? [] : [source.warning]),
    ...new Set(contents.flatMap(({ warnings }) => warnings)),
    ...(leavesFunctionsOut ? ['the cache has no functions: the function libraries are left out'] : []),
    ...(evicting.length === 0 || mode === 'report'
      ? []
      : [
          `the cache evicts keys when its memory is full (${evicting.join(', ')}): new keys may evict others`,
        ]),
    ...memoryWarning(primaries, source),
  ];
}

function memoryWarning(primaries: readonly ServerFacts[], source: Source): readonly string[] {
  const free = primaries.map(
    ({ maxMemoryBytes, usedBytes = 0 }) => (maxMemoryBytes ?? Number.NaN) - usedBytes,
  );
  const inAll = free.reduce((sum, bytes) => sum + bytes, 0);
  const need = MEMORY_PER_FILE_BYTE * source.files.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0);
  if (Number.isNaN(inAll) || need <= inAll) return [];
  return [`the cache has ${byteText(Math.max(0, inAll))} left, and this may take up to ${byteText(need)}`];
}
