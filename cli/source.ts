import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { openRangedFile } from '../adapters/ranged-file.ts';
import { rangedObject } from '../adapters/ranged-object.ts';
import type { RecoveryPoint, ShardContent, ShardFinding } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { POINT_FORM, pointNameOf } from '../core/model/point-name.ts';
import type { ObjectChecksum } from '../core/ports.ts';
import type { RangedBytes } from '../rdb/index.ts';
import { looksLikeFile } from './file-or-point.ts';
import { usablePointNamed } from './point.ts';
import { openVault, type Vault } from './vault.ts';

/** One shard's file. */
export interface SourceFile {
  readonly bytes: RangedBytes;
  /** What the vault recorded when it verified the file; undefined of a file on this machine. */
  readonly recorded: ShardContent | undefined;
  /** Whether these bytes are known to be the ones that the vault verified, so that they need not be verified again. */
  readonly isVerified: boolean;
  /** For people. */
  readonly name: string;
}

/** A recovery point, or a file, that keys are read from. */
export interface Source {
  readonly name: string;
  /** For names of files about it. */
  readonly slug: string;
  readonly files: readonly SourceFile[];
  readonly point: { readonly record: RecoveryPoint; readonly vault: Vault } | undefined;
  /** What must be seen before it is used. */
  readonly warning: string | undefined;
  close(): Promise<void>;
}

/** @throws AppError `UnreadableFile`, and of a point `BadPointName`, `UnknownCache`, `UnknownPoint`, `UnusablePoint` */
export async function openSource(text: string, options: { readonly config: string }): Promise<Source> {
  return looksLikeFile(text) ? ofFile(text) : ofPoint(text, options);
}

async function ofFile(path: string): Promise<Source> {
  if (!existsSync(path))
    throw new AppError(
      'UnreadableFile',
      `${path} cannot be read: there is no such file; a recovery point is written ${POINT_FORM}`,
    );
  if (!statSync(path).isFile()) throw new AppError('UnreadableFile', `${path} is no plain file`);
  const bytes = await openRangedFile(path).catch((cause: Error) => {
    throw new AppError('UnreadableFile', `${path} cannot be read: ${cause.message}`, { cause });
  });
  return {
    name: path,
    slug: basename(path),
    files: [{ bytes, recorded: undefined, isVerified: false, name: path }],
    point: undefined,
    warning: undefined,
    close: () => bytes.close(),
  };
}

async function ofPoint(text: string, options: { readonly config: string }): Promise<Source> {
  const vault = await openVault(options);
  const { point: record, warning } = await usablePointNamed(vault, text);
  const name = pointNameOf(record);
  const files = await Promise.all(record.shards.map((finding) => shardFile(vault, record, finding)));
  return {
    name,
    slug: name.replace('/', '-'),
    files,
    point: { record, vault },
    warning,
    close: async () => undefined,
  };
}

/**
 * The version of a shard's file that the vault verified. S3 computes the checksum of all of an object when it stores
 * it, and keeps it with the version: if that is the recorded one, so are the bytes.
 * @throws AppError `UnusablePoint`, `RecoveryPointCorrupt`
 */
async function shardFile(vault: Vault, record: RecoveryPoint, finding: ShardFinding): Promise<SourceFile> {
  const name = `shard ${finding.shard} of ${pointNameOf(record)}`;
  if (!finding.sound) throw new AppError('UnusablePoint', `${name} is not sound: ${finding.problem.message}`);
  const { file, content } = finding;
  const key = vaultKeys.shard(record, finding.shard);
  const store = vault.catalogue.vault;
  const kept = await store.checksum(key, { versionId: file.versionId });
  const found = differenceFrom(content, kept);
  if (found !== undefined)
    throw new AppError(
      'RecoveryPointCorrupt',
      `${name} is not what was verified: S3 has ${found} for version ${file.versionId} of ${store.bucket}/${key}; choose an older recovery point`,
    );
  const isVerified = kept?.crc64nvme !== undefined;
  return { bytes: rangedObject(store, key, file), recorded: content, isVerified, name };
}

/** In words what S3 keeps instead of what was recorded. A version without a checksum of the whole has to be read. */
function differenceFrom(recorded: ShardContent, kept: ObjectChecksum | undefined): string | undefined {
  if (kept === undefined) return 'nothing';
  if (kept.bytes !== recorded.bytes) return `${kept.bytes} bytes instead of ${recorded.bytes}`;
  if (kept.crc64nvme === undefined || kept.crc64nvme === recorded.crc64nvme) return undefined;
  return `CRC64NVME ${kept.crc64nvme} instead of ${recorded.crc64nvme}`;
}
