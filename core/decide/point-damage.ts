import type { RecoveryPoint, StoredObject } from '../contracts/recovery-point.ts';
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
  /** Objects whose current version is another one than the recorded and was seen to hold the same bytes. @default none */
  readonly writtenBack?: ReadonlySet<string>;
}

/**
 * What is wrong with a point, in words: of its record, and of every file that a restore or a drill of it reads, against the
 * object versions that the record names. Empty if the vault holds it as it was admitted.
 */
export function damageOf({ address, record, versions, writtenBack }: PointEvidence): readonly string[] {
  const byKey = Map.groupBy(versions, ({ key }) => key);
  const of = (key: string) => byKey.get(key) ?? [];
  if (record.kind === 'absent') return [lostRecord(versions, of(vaultKeys.record(address)))];
  if (record.kind === 'unusable') return [`its record cannot be used: ${record.problem}`];
  return [
    ...(record.isBound ? [] : [`${fileOf(vaultKeys.recordDigest(address))} is not there`]),
    ...record.point.shards.flatMap((finding) => {
      const file = vaultKeys.shard(address, finding.shard);
      if (!finding.sound) return NEVER_COPIED.has(finding.problem.code) ? [] : [presence(file, of(file))];
      const digest = vaultKeys.digest(address, finding.shard);
      return [
        writtenBack?.has(file) ? undefined : drift(file, finding.file, of(file)),
        writtenBack?.has(digest) ? undefined : drift(digest, finding.digestFile, of(digest)),
      ];
    }),
  ].flatMap((each) => each ?? []);
}

function lostRecord(all: readonly ObjectVersion[], record: readonly ObjectVersion[]): string {
  if (!all.some(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker) && record.length === 0)
    return 'nothing is left of it';
  const kept = record.some(({ isDeleteMarker }) => !isDeleteMarker)
    ? '; an earlier version of it is kept'
    : '';
  return `its recovery-point.json is gone, without which nothing can restore it${kept}`;
}

/** What copy-shard found in place of a file that it could copy: there has never been one in the vault. */
const NEVER_COPIED: ReadonlySet<string> = new Set(['ShardMissing', 'ExportChanged']);

const current = (versions: readonly ObjectVersion[]) =>
  versions.find(({ isLatest, isDeleteMarker }) => isLatest && !isDeleteMarker);

function presence(key: string, versions: readonly ObjectVersion[]): string | undefined {
  return current(versions) === undefined ? `${fileOf(key)} is not there` : undefined;
}

/** Of an object whose recorded version can still be read by its id. */
export const KEPT_BELOW = ', and the version that was verified is kept below it';

/** How an object differs from the version that was recorded of it. */
function drift(key: string, recorded: StoredObject, versions: readonly ObjectVersion[]): string | undefined {
  const isRecorded = ({ versionId, etag, bytes, isDeleteMarker }: ObjectVersion) =>
    !isDeleteMarker && versionId === recorded.versionId && etag === recorded.etag && bytes === recorded.bytes;
  const now = current(versions);
  if (now !== undefined && isRecorded(now)) return undefined;
  const was = now === undefined ? 'is not there' : 'was replaced';
  const kept = versions.some(isRecorded);
  return `${fileOf(key)} ${was}${kept ? KEPT_BELOW : ''}`;
}

const fileOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
