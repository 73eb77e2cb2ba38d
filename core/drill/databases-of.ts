import type { RecoveryPoint } from '../contracts/recovery-point.ts';

/** The databases that there are keys of, in any of the files. */
export function databasesOf(shards: RecoveryPoint['shards']): readonly string[] {
  const used = shards.flatMap((shard) =>
    shard.sound ? Object.entries(shard.content.byDatabase).filter(([, keys]) => keys > 0) : [],
  );
  return [...new Set(used.map(([database]) => database))].sort();
}
