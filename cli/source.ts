import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { RangedBytes } from '@redrill/rdb';
import { openRangedFile } from '../adapters/files/ranged-file.ts';
import { whyUnreadable } from '../adapters/files/why-unreadable.ts';
import type { RecoveryPoint, ShardContent, ShardFinding } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import { POINT_FORM, pointNameOf } from '../core/model/point-name.ts';
import { rangedObject } from '../vault/ranged-object.ts';
import { requireKeptFile, soundShard } from '../vault/verified-files.ts';
import { looksLikeFile } from './file-or-point.ts';
import { usablePointNamed } from './point.ts';
import { openVault, type Vault } from './vault.ts';
import { BEGINNING_BYTES, looksLike } from './verify/look-alikes.ts';

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
export async function openSource(text: string, options: { readonly config?: string }): Promise<Source> {
  if (text === '-')
    throw new AppError(
      'BadInput',
      'standard input cannot be used here, because the file is read more than once; save it to a file first',
    );
  return looksLikeFile(text) ? ofFile(text) : ofPoint(text, options);
}

async function ofFile(path: string): Promise<Source> {
  if (!existsSync(path))
    throw new AppError(
      'UnreadableFile',
      `${path} cannot be read: there is no such file; a recovery point is written ${POINT_FORM}`,
    );
  if (!statSync(path).isFile()) throw new AppError('UnreadableFile', `${path} is not a regular file`);
  const bytes = await openRangedFile(path).catch((cause: Error) => {
    throw new AppError('UnreadableFile', `${path} cannot be read: ${whyUnreadable(cause)}`, { cause });
  });
  await refuseOtherKinds(path, bytes);
  return {
    name: path,
    slug: basename(path),
    files: [{ bytes, recorded: undefined, isVerified: false, name: path }],
    point: undefined,
    warning: undefined,
    close: () => bytes.close(),
  };
}

/** Of gzip, JSON and the like, that it is no RDB file says more than at which byte it is damaged. */
async function refuseOtherKinds(
  path: string,
  bytes: RangedBytes & { close(): Promise<void> },
): Promise<void> {
  // A file of this machine gives so few bytes in one piece.
  const first = await bytes
    .read(0, Math.min(BEGINNING_BYTES, bytes.sizeBytes))
    [Symbol.asyncIterator]()
    .next();
  const what = first.done ? undefined : looksLike(first.value, path, 'keys');
  if (what === undefined) return;
  await bytes.close();
  throw new AppError('NotRdb', `${path} is not an RDB file: ${what}`);
}

async function ofPoint(text: string, options: { readonly config?: string }): Promise<Source> {
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
 * The version of a shard's file that the vault verified, whatever lies above it. S3 computes the checksum of all of an object
 * when it stores it, and keeps it with the version: if that is the recorded one, so are the bytes.
 * @throws AppError `UnusablePoint`, `VaultFileChanged`
 */
async function shardFile(vault: Vault, record: RecoveryPoint, { shard }: ShardFinding): Promise<SourceFile> {
  const { content } = soundShard(record, shard);
  const store = vault.catalogue.vault;
  const { file, hasChecksum } = await requireKeptFile(store, record, shard);
  return {
    bytes: rangedObject(store, file.key, file.recorded),
    recorded: content,
    isVerified: hasChecksum,
    name: `shard ${shard} of ${pointNameOf(record)}`,
  };
}
