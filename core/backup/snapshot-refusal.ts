import { AppError } from '../model/errors.ts';
import type { SourceCache } from '../ports.ts';

/**
 * @param kmsKeys ARNs of the keys that the roles of the backup may have ElastiCache use
 * @throws AppError `SnapshotUnsupported`, `SourceKeyUnusable` if a snapshot of this cache cannot be taken or exported
 */
export function refuseUnlessSnapshottable(
  { cache, dataTiering, kmsKey, refusal }: Pick<SourceCache, 'cache' | 'dataTiering' | 'kmsKey' | 'refusal'>,
  kmsKeys: readonly string[],
): void {
  if (refusal !== undefined) throw new AppError('SnapshotUnsupported', refusal);
  if (dataTiering)
    throw new AppError(
      'SnapshotUnsupported',
      `${cache} uses data tiering, and ElastiCache cannot export its snapshots`,
    );
  if (kmsKey === undefined || isListed(kmsKey, kmsKeys)) return;
  throw new AppError(
    'SourceKeyUnusable',
    `${cache} is encrypted with the KMS key ${kmsKey}, which source.kmsKeys in the configuration does not list`,
  );
}

/** The ARN of a key ends with its id. ElastiCache returns the one or the other. */
function idOf(key: string): string {
  return key.split('/').at(-1) ?? key;
}

/** Which key an alias stands for, only KMS knows: ElastiCache asks it. */
function isAlias(key: string): boolean {
  return /(?:^|:)alias\//.test(key);
}

/** Whether a cache's key is among the listed ones, or named by an alias, of which that cannot be said. */
export function isListed(kmsKey: string, kmsKeys: readonly string[]): boolean {
  return isAlias(kmsKey) || kmsKeys.some((arn) => idOf(arn) === idOf(kmsKey));
}
