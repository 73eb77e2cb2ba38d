import type { RecoveryPoint, ShardFinding, StoredObject } from '../core/contracts/recovery-point.ts';
import type { FoundRecord } from '../core/decide/point-damage.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { pointNameOf } from '../core/model/point-name.ts';
import type { ObjectChecksum, ObjectHead, ObjectStore, ObjectVersion } from '../core/ports.ts';

/** Whether what is about to be used lies in the vault as it was verified. It costs a few requests and reads no file. */

type Address = Pick<RecoveryPoint, 'cache' | 'tier' | 'slot' | 'shards'>;
export type SoundShard = Extract<ShardFinding, { readonly sound: true }>;

/** @throws AppError `UnusablePoint` if the shard's file was never sound, or the record does not know it */
export function soundShard(point: Address, shard: number): SoundShard {
  const finding = point.shards.find((each) => each.shard === shard);
  if (finding?.sound) return finding;
  const why = finding === undefined ? 'is not in its record' : `is not sound: ${finding.problem.message}`;
  throw new AppError('UnusablePoint', `shard ${shard} of ${pointNameOf(point)} ${why}`);
}

/**
 * That S3's own size and checksum of the recorded version of a shard's file are those of the bytes that were verified, and
 * that it is the current version, or has been written back as one. Whoever uses the file then names the recorded version.
 * @throws AppError `VaultFileChanged` that names the shard and what to do
 */
export async function requireVerifiedFile(
  vault: ObjectStore,
  point: Address,
  shard: number,
): Promise<StoredObject> {
  const { file, content } = soundShard(point, shard);
  const key = vaultKeys.shard(point, shard);
  const kept = await vault.checksum(key, { versionId: file.versionId });
  const isVerified = (of: ObjectChecksum | undefined) =>
    of?.bytes === content.bytes && (of.crc64nvme ?? content.crc64nvme) === content.crc64nvme;
  if (!isVerified(kept))
    throw changed(
      point,
      shard,
      `the recorded version ${file.versionId} of ${nameOf(key)} ${kept === undefined ? 'is gone' : 'has other bytes'}`,
    );
  const current = await vault.head(key);
  if (current?.versionId === file.versionId) return file;
  const now = current && (await vault.checksum(key));
  if (isVerified(now) && now?.crc64nvme !== undefined) return file;
  throw changed(point, shard, replaced(key, current, file));
}

/** The same of the digest that a restored cluster is compared with. @throws AppError `VaultFileChanged` */
export async function requireVerifiedDigest(
  vault: ObjectStore,
  point: Address,
  shard: number,
): Promise<void> {
  const { digestFile } = soundShard(point, shard);
  const key = vaultKeys.digest(point, shard);
  const verified = await verifiedDigest(vault, point, shard);
  const current = await vault.head(key);
  if (current?.versionId === digestFile.versionId) return;
  const now = await vault.read(key);
  if (now !== undefined && Buffer.compare(now.body, verified) === 0) return;
  throw changed(point, shard, replaced(key, current, digestFile));
}

/** The bytes of the recorded digest. @throws AppError `VaultFileChanged` */
export async function verifiedDigest(vault: ObjectStore, point: Address, shard: number): Promise<Uint8Array> {
  const { digestFile: recorded } = soundShard(point, shard);
  const key = vaultKeys.digest(point, shard);
  const found = await vault.read(key, { versionId: recorded.versionId });
  if (found?.etag === recorded.etag && found.body.length === recorded.bytes) return found.body;
  throw changed(point, shard, `the recorded version ${recorded.versionId} of ${nameOf(key)} is gone`);
}

/**
 * The shard and digest files of a point whose verified version was written back: their current version is another one with
 * the same bytes. Asks S3 about those files alone whose current version is not the recorded one.
 */
export async function writtenBackOf(
  vault: ObjectStore,
  record: FoundRecord,
  versions: readonly ObjectVersion[],
): Promise<ReadonlySet<string>> {
  if (record.kind !== 'usable') return new Set();
  const { point } = record;
  const isReplaced = (key: string, { versionId }: StoredObject) =>
    versions.some(
      (each) => each.key === key && each.isLatest && !each.isDeleteMarker && each.versionId !== versionId,
    );
  const checks = point.shards
    .filter(({ sound }) => sound)
    .flatMap(({ shard }) => {
      const { file, digestFile } = soundShard(point, shard);
      return [
        { key: vaultKeys.shard(point, shard), stored: file, check: requireVerifiedFile, shard },
        { key: vaultKeys.digest(point, shard), stored: digestFile, check: requireVerifiedDigest, shard },
      ];
    });
  const replacedOnes = checks.filter(({ key, stored }) => isReplaced(key, stored));
  const found = await Promise.all(
    replacedOnes.map(({ key, check, shard }) => check(vault, point, shard).then(() => [key], notWrittenBack)),
  );
  return new Set(found.flat());
}

function notWrittenBack(error: unknown): readonly string[] {
  if (error instanceof AppError && error.code === 'VaultFileChanged') return [];
  throw error;
}

function replaced(key: string, current: ObjectHead | undefined, recorded: StoredObject): string {
  const now =
    current === undefined ? 'is not there' : `was replaced (version ${current.versionId ?? 'null'})`;
  return `${nameOf(key)} ${now}; the version that was verified, ${recorded.versionId}, is kept and can be written back (docs/runbooks/recovery-point-lost.md)`;
}

function changed(point: Address, shard: number, how: string): AppError {
  const { cache } = point;
  return new AppError(
    'VaultFileChanged',
    `shard ${shard} of ${pointNameOf(point)} is not what was verified: ${how}; use another recovery point: npx redrill points ${cache} --explain`,
  );
}

const nameOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
