import { KEY_TYPES } from '../contracts/fields.ts';
import type { ContentTotals, RecoveryPoint } from '../contracts/recovery-point.ts';
import type { PointAddress } from '../model/keys.ts';
import { pointNameOf } from '../model/point-name.ts';
import { totalsOf } from './assess-content.ts';

/**
 * What contradicts itself in a record, or its place; undefined if nothing does. A record that somebody has changed, or copied
 * from another point, must not pass for what the vault has admitted.
 */
export function contradictionIn(point: RecoveryPoint, place: PointAddress): string | undefined {
  const { cache, slot, tier, verdict, shards, topology } = point;
  if (cache !== place.cache || slot !== place.slot || tier !== place.tier)
    return `it is the record of ${pointNameOf(point)} (${tier})`;
  const differing = differingTotal(point.totals, totalsOf(shards));
  if (differing !== undefined) return differing;
  if (verdict !== 'verified') return undefined;
  const unsound = shards.find(({ sound }) => !sound);
  if (unsound !== undefined) return `it says verified, and shard ${unsound.shard} is not sound`;
  const recorded = new Set(shards.map(({ shard }) => shard));
  const missing = topology.shards.find(({ shard }) => !recorded.has(shard));
  return missing && `it says verified, and has nothing of shard ${missing.shard}`;
}

function differingTotal(totals: ContentTotals, shards: ContentTotals): string | undefined {
  const counts = [
    ['keys', totals.keys, shards.keys],
    ['bytes', totals.bytes, shards.bytes],
    ['keys with an expiry', totals.withExpiry, shards.withExpiry],
    ...KEY_TYPES.map((type) => [`keys of type ${type}`, totals.byType[type], shards.byType[type]] as const),
  ] as const;
  const found = counts.find(([, total, sum]) => total !== sum);
  return found && `its totals say ${found[1]} ${found[0]}, and its shards have ${found[2]}`;
}
