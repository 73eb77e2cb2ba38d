import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { openRangedFile } from '../adapters/ranged-file.ts';
import { openRangedObject } from '../adapters/ranged-object.ts';
import type { RecoveryPoint } from '../core/contracts/recovery-point.ts';
import { AppError } from '../core/model/errors.ts';
import { vaultKeys } from '../core/model/keys.ts';
import { POINT_FORM, pointNameOf } from '../core/model/point-name.ts';
import type { RangedBytes } from '../rdb/index.ts';
import { looksLikeFile } from './file-or-point.ts';
import { usablePointNamed } from './point.ts';
import { openVault, type Vault } from './vault.ts';

/** One shard's file. */
export interface SourceFile {
  readonly bytes: RangedBytes;
  /** As it was recorded when it was verified. */
  readonly sha256: string | undefined;
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
    files: [{ bytes, sha256: undefined, name: path }],
    point: undefined,
    warning: undefined,
    close: () => bytes.close(),
  };
}

async function ofPoint(text: string, options: { readonly config: string }): Promise<Source> {
  const vault = await openVault(options);
  const { point: record, warning } = await usablePointNamed(vault, text);
  const name = pointNameOf(record);
  const files = await Promise.all(
    record.shards.map(async (finding) => {
      const key = vaultKeys.shard(record, finding.shard);
      if (!finding.sound)
        throw new AppError(
          'UnusablePoint',
          `shard ${finding.shard} of ${name} is not sound: ${finding.problem.message}`,
        );
      const bytes = await openRangedObject(vault.catalogue.vault, key);
      return { bytes, sha256: finding.content.sha256, name: `shard ${finding.shard} of ${name}` };
    }),
  );
  return {
    name,
    slug: name.replace('/', '-'),
    files,
    point: { record, vault },
    warning,
    close: async () => undefined,
  };
}
