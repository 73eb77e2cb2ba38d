import type { RecoveryPoint, ShardContent, ShardFinding, StoredObject } from '../contracts/recovery-point.ts';
import { type PointAddress, vaultKeys } from '../model/keys.ts';
import type { ObjectVersion } from '../ports.ts';

/** What lies at the place of a point's record. */
export type FoundRecord =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'usable';
      readonly point: RecoveryPoint;
      readonly etag: string;
      /** Whether the digest that binds it is there. */
      readonly isBound: boolean;
    }
  | { readonly kind: 'unusable'; readonly problem: string };

export interface PointEvidence {
  readonly address: PointAddress;
  readonly record: FoundRecord;
  /** Every version of every object below the point, delete markers included. */
  readonly versions: readonly ObjectVersion[];
  /** Keys whose current version is another one than the recorded and was seen to hold the same bytes. */
  readonly writtenBack: ReadonlySet<string>;
}

export type SoundShard = Extract<ShardFinding, { readonly sound: true }>;

/** A file that every use of a recovery point depends on, and the version of it that was verified. */
export interface RecordedFile {
  readonly key: string;
  readonly recorded: StoredObject;
  /** Of a shard's RDB file; absent of its digest. */
  readonly content?: ShardContent;
}

export function recordedFile(address: PointAddress, { shard, file, content }: SoundShard): RecordedFile {
  return { key: vaultKeys.shard(address, shard), recorded: file, content };
}

export function recordedDigest(address: PointAddress, { shard, digestFile }: SoundShard): RecordedFile {
  return { key: vaultKeys.digest(address, shard), recorded: digestFile };
}

/** What S3 has at the key of a recorded file. */
export interface Sighting {
  /** Absent if there is no current version, or a delete marker is. */
  readonly current?: Pick<StoredObject, 'versionId' | 'bytes'> | undefined;
  /** Whether the version that was verified can still be read by its id. */
  readonly isKept: boolean;
}

/** What a listing of all object versions shows of a file. */
export function sightingIn(versions: readonly ObjectVersion[], { key, recorded }: RecordedFile): Sighting {
  const ofKey = versions.filter((version) => version.key === key && !version.isDeleteMarker);
  const isKept = ofKey.some(
    ({ versionId, etag, bytes }) =>
      versionId === recorded.versionId && etag === recorded.etag && bytes === recorded.bytes,
  );
  return { current: ofKey.find(({ isLatest }) => isLatest), isKept };
}

/** Whether only a comparison of bytes shows that a file was written back: nothing else costs a request. */
export function mayBeWrittenBack({ recorded }: RecordedFile, { current, isKept }: Sighting): boolean {
  if (!isKept || current === undefined) return false;
  return current.versionId !== recorded.versionId && current.bytes === recorded.bytes;
}

/**
 * The one rule for whether the file that was verified is what a key leads to: the version that was verified is kept, and
 * it, or another version with the same bytes, is the current one.
 */
export function standingOf(
  { recorded }: RecordedFile,
  { current, isKept }: Sighting,
  isWrittenBack: boolean,
): 'verified' | 'absent' | 'replaced' {
  if (current === undefined) return 'absent';
  if (isKept && (current.versionId === recorded.versionId || isWrittenBack)) return 'verified';
  return 'replaced';
}

/** All files of a record's sound shards. */
export function recordedFiles(address: PointAddress, { shards }: RecoveryPoint): readonly RecordedFile[] {
  return shards.flatMap((finding) =>
    finding.sound ? [recordedFile(address, finding), recordedDigest(address, finding)] : [],
  );
}

/**
 * What is wrong with a point, in words: of its record, and of every file that a restore or a drill of it reads. Empty if the
 * vault holds it as it was admitted.
 */
export function damageOf({ address, record, versions, writtenBack }: PointEvidence): readonly string[] {
  const of = (key: string) => versions.filter((version) => version.key === key);
  if (record.kind === 'absent') return [lostRecord(versions, of(vaultKeys.record(address)))];
  if (record.kind === 'unusable') return [`its record cannot be used: ${record.problem}`];
  return [
    ...(record.isBound ? [] : [`${fileNameOf(vaultKeys.recordDigest(address))} is missing`]),
    ...unsoundFiles(address, record.point).flatMap((key) => presence(key, of(key)) ?? []),
    ...recordedFiles(address, record.point).flatMap(
      (file) => drift(file, sightingIn(versions, file), writtenBack.has(file.key)) ?? [],
    ),
  ];
}

function lostRecord(all: readonly ObjectVersion[], record: readonly ObjectVersion[]): string {
  if (!all.some(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker) && record.length === 0)
    return 'all of its objects are gone';
  const kept = record.some(({ isDeleteMarker }) => !isDeleteMarker)
    ? '; S3 still has an earlier version of it'
    : '';
  return `its recovery-point.json is gone, which every restore needs${kept}`;
}

/** What copy-shard found in place of a file that it could copy: there has never been one in the vault. */
const NEVER_COPIED: ReadonlySet<string> = new Set(['ShardMissing', 'ExportChanged']);

function unsoundFiles(address: PointAddress, { shards }: RecoveryPoint): readonly string[] {
  return shards.flatMap((finding) =>
    finding.sound || NEVER_COPIED.has(finding.problem.code) ? [] : [vaultKeys.shard(address, finding.shard)],
  );
}

function presence(key: string, versions: readonly ObjectVersion[]): string | undefined {
  const isThere = versions.some(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker);
  return isThere ? undefined : `${fileNameOf(key)} is missing`;
}

/** Of an object whose recorded version can still be read by its id. */
export const KEPT_BELOW = ', but S3 still has the verified version';

function drift(file: RecordedFile, sighting: Sighting, isWrittenBack: boolean): string | undefined {
  const standing = standingOf(file, sighting, isWrittenBack);
  if (standing === 'verified') return undefined;
  const was = standing === 'absent' ? 'is missing' : 'was replaced';
  return `${fileNameOf(file.key)} ${was}${sighting.isKept ? KEPT_BELOW : ''}`;
}

/** Without its folder, which names the point. */
export const fileNameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
