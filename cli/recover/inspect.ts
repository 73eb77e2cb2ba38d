import type { ServerFacts } from '../../adapters/recover/server-facts.ts';
import type { Selection } from '../../adapters/recover/shard-writing.ts';
import { type Survey, survey } from '../../adapters/recover/survey.ts';
import type { TargetCluster } from '../../adapters/recover/target-cluster.ts';
import { AppError } from '../../core/model/errors.ts';
import { newestRdbVersion, RdbError, refusalOfTarget } from '../../rdb/index.ts';
import { byteText } from '../figures.ts';
import type { Source, SourceFile } from '../source.ts';
import type { ProgressBar } from '../verify/progress.ts';

/** RESTORE takes absolute times to expire from Redis 5 on, which writes RDB 9. */
const FIRST_WITH_ABSOLUTE_EXPIRY = 9;
/** What a key takes of memory, over what it takes in a file, about. */
const MEMORY_PER_FILE_BYTE = 2;

interface Surveying {
  readonly nowMs: number;
  readonly bar: ProgressBar;
  readonly signal: AbortSignal;
}

/**
 * Reads every file to its end. @throws AppError `FileNotSound`, `RecoveryPointCorrupt`, `UnreadableFile`
 */
export async function surveyAll(
  source: Source,
  selection: Selection,
  { nowMs, bar, signal }: Surveying,
): Promise<readonly Survey[]> {
  const startedAt = performance.now();
  const sizeBytes = source.files.reduce((sum, { bytes }) => sum + bytes.sizeBytes, 0);
  const found: Survey[] = [];
  let before = 0;
  for (const file of source.files) {
    found.push(
      await surveyOne(file, selection, nowMs, (bytes) => {
        signal.throwIfAborted();
        const elapsedMs = performance.now() - startedAt;
        const keys = found.reduce((sum, { counts }) => sum + counts.emitted, 0);
        bar.update(elapsedMs, () => ({ bytes: before + bytes, sizeBytes, seconds: elapsedMs / 1000, keys }));
      }),
    );
    before += file.bytes.sizeBytes;
  }
  bar.erase();
  return found;
}

async function surveyOne(
  { name, bytes, sha256 }: SourceFile,
  selection: Selection,
  nowMs: number,
  onProgress: (bytes: number) => void,
): Promise<Survey> {
  const found = await survey(bytes, selection, nowMs, onProgress).catch((cause: unknown) => {
    if (!(cause instanceof RdbError)) throw cause;
    const code = cause.unsupported
      ? 'UnreadableFile'
      : sha256 === undefined
        ? 'FileNotSound'
        : 'RecoveryPointCorrupt';
    throw new AppError(code, `${name} cannot be recovered from: ${cause.message}`, { cause });
  });
  if (sha256 === undefined || sha256 === found.sha256) return found;
  const message = `${name} is not what was verified: its SHA-256 was ${sha256}, and is ${found.sha256}; choose an older recovery point`;
  throw new AppError('RecoveryPointCorrupt', message);
}

/** @throws AppError `TargetRefused`, `BadInput` if the target cannot take what the files hold */
export function refuseUnfit(
  cluster: TargetCluster,
  surveys: readonly Survey[],
  database: number | undefined,
): void {
  for (const { facts, name } of cluster.primaries)
    if (facts !== undefined) refuseVersion(name, facts, surveys);
  const databases = [...new Set(surveys.flatMap((found) => found.databases))];
  if (cluster.isCluster && (database ?? 0) !== 0)
    throw new AppError(
      'BadInput',
      `${cluster.name} is a cluster, which has database 0 only; leave /${database} away`,
    );
  if (cluster.isCluster && database === undefined && databases.some((number) => number !== 0))
    throw new AppError(
      'BadInput',
      `${cluster.name} is a cluster, which has database 0 only, and there are keys of databases ${databases.join(', ')}; choose one with --db, and /0 in the URL if they are to go there`,
    );
  if (database !== undefined && databases.length > 1)
    throw new AppError(
      'BadInput',
      `the URL names database ${database}, and there are keys of databases ${databases.join(', ')}; choose one with --db, or leave /${database} away`,
    );
}

function refuseVersion(name: string, facts: ServerFacts, surveys: readonly Survey[]): void {
  for (const { format } of surveys) {
    const refusal = format && refusalOfTarget(format, facts);
    if (refusal !== undefined) throw new AppError('TargetRefused', `${name} cannot take this: ${refusal}`);
  }
  if ((newestRdbVersion(facts) ?? 0) < FIRST_WITH_ABSOLUTE_EXPIRY)
    throw new AppError(
      'TargetRefused',
      `${name} is ${facts.version}, whose RESTORE takes no absolute times to expire; Redis 5 is the first that does`,
    );
}

/** What does not stop it and should be known. */
export function warningsOf(cluster: TargetCluster, source: Source, mode: string): readonly string[] {
  const primaries = cluster.primaries.flatMap(({ facts }) => facts ?? []);
  const policies = [...new Set(primaries.flatMap(({ evictionPolicy }) => evictionPolicy ?? []))];
  const evicting = policies.filter((policy) => policy !== 'noeviction');
  return [
    ...(source.warning === undefined ? [] : [source.warning]),
    ...(evicting.length === 0 || mode === 'report'
      ? []
      : [
          `the cache evicts keys when its memory is full (${evicting.join(', ')}): what is written may push others out`,
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
