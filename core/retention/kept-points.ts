import type { RegistryEntry } from '../contracts/recovery-point.ts';
import type { PointAddress } from '../model/keys.ts';
import { isSameLineage, type LineageId } from '../model/lineage.ts';

/** A recovery point that its plan keeps in any case, and of which cache of the name it is. */
export interface KeptPoint extends PointAddress {
  readonly lineage?: LineageId | undefined;
}

/**
 * The points that stay whatever their age: the newest verified ones of the cache that has the name now, and as many of the
 * newest of each earlier one that no person has released. The registry may not remember those any more, so they are taken
 * from the folders of the vault; the newest of a lineage stay whatever their verdict, because no newer ones supersede them.
 */
export function keptInAnyCase(
  { cache, recent, lineage, earlier = [] }: RegistryEntry,
  minimumRedundancy: number,
  admitted: readonly PointAddress[],
): readonly KeptPoint[] {
  const newest = recent
    .filter((point) => point.verdict === 'verified' && isSameLineage(point.lineage, lineage))
    .slice(0, minimumRedundancy)
    .map(({ tier, slot }) => ({ cache, tier, slot, lineage }));
  const newestFirst = admitted.toSorted((one, other) => (one.slot < other.slot ? 1 : -1));
  const before = earlier.flatMap((each, at) => {
    if (each.released !== undefined) return [];
    const since = earlier[at + 1]?.last ?? '';
    const own = newestFirst.filter(({ slot }) => slot > since && slot <= each.last);
    return own.slice(0, minimumRedundancy).map((point) => ({ ...point, lineage: each.lineage }));
  });
  return [...newest, ...before];
}
