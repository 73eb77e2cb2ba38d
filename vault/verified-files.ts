import type { RecoveryPoint, ShardContent, StoredObject } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import type { PointAddress } from '../core/model/keys.ts';
import { pointNameOf } from '../core/model/point-name.ts';
import type { ObjectChecksum, ObjectStore, ObjectVersion } from '../core/ports.ts';
import {
  type FoundRecord,
  fileNameOf,
  mayBeWrittenBack,
  type PointEvidence,
  type RecordedFile,
  recordedDigest,
  recordedFile,
  recordedFiles,
  type Sighting,
  type SoundShard,
  sightingIn,
  standingOf,
} from '../core/watch/point-damage.ts';

/**
 * What S3 has of the files of a recovery point, for the one rule of `standingOf`: the watch, status and show see them in a
 * listing, and verify, restores, recover and drills ask for them one by one. No RDB file is read.
 */

type Address = Pick<RecoveryPoint, 'cache' | 'tier' | 'slot' | 'shards'>;

/** @throws AppError `UnusablePoint` if the shard's file was never sound, or the record does not know it */
export function soundShard(point: Address, shard: number): SoundShard {
  const finding = point.shards.find((each) => each.shard === shard);
  if (finding?.sound) return finding;
  const why = finding === undefined ? 'is not in its record' : `is not sound: ${finding.problem.message}`;
  throw new AppError('UnusablePoint', `shard ${shard} of ${pointNameOf(point)} ${why}`);
}

/**
 * Everything that says whether a point is in the vault as it was admitted. Asks S3 only about files whose current version is
 * another one than the recorded, of the same size: for a shard's file its checksum, for a digest both versions.
 * @param versions of the point's folder
 */
export async function evidenceOf(
  vault: ObjectStore,
  address: PointAddress,
  { record, versions }: { readonly record: FoundRecord; readonly versions: readonly ObjectVersion[] },
): Promise<PointEvidence> {
  const files = record.kind === 'usable' ? recordedFiles(address, record.point) : [];
  const inQuestion = files.filter((file) => mayBeWrittenBack(file, sightingIn(versions, file)));
  const found = await Promise.all(
    inQuestion.map(async (file) => ((await hasVerifiedBytes(vault, file)) ? [file.key] : [])),
  );
  return { address, record, versions, writtenBack: new Set(found.flat()) };
}

/**
 * That a shard's file is the one that was verified, by S3's own size and checksum of its recorded version. Whoever uses the
 * file then names that version.
 * @throws AppError `VaultFileChanged` that names the shard and what to do
 */
export async function requireVerifiedFile(
  vault: ObjectStore,
  point: Address,
  shard: number,
): Promise<StoredObject> {
  const { file } = await requireKeptFile(vault, point, shard);
  await requireCurrent({ vault, point, shard }, file);
  return file.recorded;
}

/** The same of the digest that a restored cluster is compared with. @throws AppError `VaultFileChanged` */
export async function requireVerifiedDigest(
  vault: ObjectStore,
  point: Address,
  shard: number,
): Promise<void> {
  const file = recordedDigest(point, soundShard(point, shard));
  const { key, recorded } = file;
  const kept = await vault.head(key, { versionId: recorded.versionId });
  if (kept?.etag !== recorded.etag || kept.bytes !== recorded.bytes) throw digestGone(point, shard, file);
  await requireCurrent({ vault, point, shard }, file);
}

interface Asked {
  readonly vault: ObjectStore;
  readonly point: Address;
  readonly shard: number;
}

/** Of a file whose verified version is kept. @throws AppError `VaultFileChanged` */
async function requireCurrent({ vault, point, shard }: Asked, file: RecordedFile): Promise<void> {
  const { key, recorded } = file;
  const head = await vault.head(key);
  const current = head && { versionId: head.versionId ?? 'null', bytes: head.bytes };
  const sighting: Sighting = { current, isKept: true };
  const isWrittenBack = mayBeWrittenBack(file, sighting) && (await hasVerifiedBytes(vault, file));
  const standing = standingOf(file, sighting, isWrittenBack);
  if (standing === 'verified') return;
  const now = standing === 'absent' ? 'is missing' : `was replaced (version ${current?.versionId})`;
  throw changed(
    point,
    shard,
    `${fileNameOf(key)} ${now}; S3 still has the verified version, ${recorded.versionId}, which can be written back (npx redrill open recovery-point-lost)`,
  );
}

/** Whether the current version of a file has the bytes of the one that was verified, which is kept. */
async function hasVerifiedBytes(
  vault: ObjectStore,
  { key, recorded, content }: RecordedFile,
): Promise<boolean> {
  if (content !== undefined) {
    const now = await vault.checksum(key);
    return now?.bytes === content.bytes && now.crc64nvme === content.crc64nvme;
  }
  const [verified, now] = await Promise.all([
    vault.read(key, { versionId: recorded.versionId }),
    vault.read(key),
  ]);
  return verified !== undefined && now !== undefined && Buffer.compare(verified.body, now.body) === 0;
}

/** What S3 keeps of the version of a shard's file that was verified. */
export interface KeptFile {
  readonly file: RecordedFile;
  /** Whether S3 computed the recorded checksum of the whole file when it stored it; if not, its size alone is known. */
  readonly hasChecksum: boolean;
}

/** @throws AppError `VaultFileChanged` if that version is gone or has other bytes, `UnusablePoint` */
export async function requireKeptFile(vault: ObjectStore, point: Address, shard: number): Promise<KeptFile> {
  const finding = soundShard(point, shard);
  const file = recordedFile(point, finding);
  const { versionId } = file.recorded;
  const kept = await vault.checksum(file.key, { versionId });
  const flaw = flawOf(kept, finding.content);
  if (flaw === undefined) return { file, hasChecksum: kept?.crc64nvme !== undefined };
  throw changed(point, shard, `the recorded version ${versionId} of ${fileNameOf(file.key)} ${flaw}`);
}

function flawOf(kept: ObjectChecksum | undefined, { bytes, crc64nvme }: ShardContent): string | undefined {
  if (kept === undefined) return 'is gone';
  if (kept.bytes !== bytes) return `has other bytes: S3 has ${kept.bytes} instead of ${bytes}`;
  if (kept.crc64nvme === undefined || kept.crc64nvme === crc64nvme) return undefined;
  return `has other bytes: S3 has CRC64NVME ${kept.crc64nvme} instead of ${crc64nvme}`;
}

/** The bytes of the recorded digest. @throws AppError `VaultFileChanged` */
export async function verifiedDigest(vault: ObjectStore, point: Address, shard: number): Promise<Uint8Array> {
  const file = recordedDigest(point, soundShard(point, shard));
  const { key, recorded } = file;
  const found = await vault.read(key, { versionId: recorded.versionId });
  if (found?.etag === recorded.etag && found.body.length === recorded.bytes) return found.body;
  throw digestGone(point, shard, file);
}

function digestGone(point: Address, shard: number, { key, recorded }: RecordedFile): AppError {
  return changed(point, shard, `the recorded version ${recorded.versionId} of ${fileNameOf(key)} is gone`);
}

function changed(point: Address, shard: number, how: string): AppError {
  const { cache } = point;
  return new AppError(
    'VaultFileChanged',
    `shard ${shard} of ${pointNameOf(point)} is not what was verified: ${how}; use another recovery point: npx redrill points ${cache} --explain`,
  );
}
