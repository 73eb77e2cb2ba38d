import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import { vaultKeys } from '../model/keys.ts';
import type { ObjectHead } from '../ports.ts';

/** What a recovery point needs to be restored and compared, and what of it the vault does not hold; in words. */
export function missingParts(
  point: RecoveryPoint,
  objects: readonly Pick<ObjectHead, 'key' | 'bytes'>[],
): readonly string[] {
  const bytesOf = new Map(objects.map(({ key, bytes }) => [key, bytes]));
  return point.shards.flatMap((finding) => {
    const key = vaultKeys.shard(point, finding.shard);
    const bytes = bytesOf.get(key);
    if (bytes === undefined) return [`${fileOf(key)} is not there`];
    if (!finding.sound) return [];
    if (bytes !== finding.content.bytes)
      return [`${fileOf(key)} has ${bytes} bytes, and ${finding.content.bytes} were verified`];
    const digest = vaultKeys.digest(point, finding.shard);
    return bytesOf.has(digest) ? [] : [`${fileOf(digest)} is not there`];
  });
}

const fileOf = (key: string) => key.slice(key.lastIndexOf('/') + 1);
