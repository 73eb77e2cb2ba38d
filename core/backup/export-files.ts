import type { CacheKind } from '../contracts/fields.ts';
import type { ObjectHead, SnapshotView } from '../ports.ts';

/**
 * The files of a snapshot's export, in the order of their names. The documentation shows `<snapshot>-0001.rdb` and does not
 * say how those of further shards are numbered, so any number is taken: node group ids have gaps after a resharding, and
 * owners may choose them. Of a serverless cache it says nothing, so any key that the snapshot's name begins is taken.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html (checked 2026-11-23)
 */
export function exportFiles(
  { name, kind }: { readonly name: string; readonly kind: CacheKind },
  objects: readonly ObjectHead[],
): readonly ObjectHead[] {
  const separators = kind === 'serverless' ? ['-', '.', '/'] : ['-'];
  return objects
    .filter(({ key }) => key.endsWith('.rdb') && separators.some((each) => key.startsWith(`${name}${each}`)))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** The shortest time without a new file after which an export of unknown length counts as finished. */
const QUIET_MS = 5 * 60_000;

/** Files that come one after another come as often as the first one has: a half longer than until the last one is waited. */
const QUIET_SHARE = 1.5;

/**
 * Whether nothing of the export is missing. A snapshot of a replication group has a file for each shard. How many files one
 * of a serverless cache has is not documented, nor what tells that it is finished: no new file must have come for a while.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ExportServerlessCacheSnapshot.html (checked 2026-11-25)
 */
export function isExported(
  { kind, status, shards }: SnapshotView,
  files: readonly ObjectHead[],
  { requestedAt, now }: { readonly requestedAt: string; readonly now: Date },
): boolean {
  if (status !== 'available') return false;
  if (kind !== 'serverless') return files.length === shards.length;
  const newest = Math.max(...files.map(({ modifiedAt }) => modifiedAt.getTime()));
  const quietMs = Math.max(QUIET_MS, QUIET_SHARE * (newest - Date.parse(requestedAt)));
  return files.length > 0 && now.getTime() - newest >= quietMs;
}
