import { cachePrefixOf, snapshotNameOf } from '../../../core/model/names.ts';
import { REHEARSAL_CACHE as cache, REHEARSAL_NODE } from '../../../core/model/rehearsal.ts';
import type { Slot } from '../../../core/model/slot.ts';
import type { SnapshotView, SourceElastiCache } from '../../../core/ports.ts';

/** Snapshots that rehearsals have taken and that still exist. @param slot any: names differ from slot to slot at the end only */
export async function rehearsalSnapshots(
  elasticache: Pick<SourceElastiCache, 'listSnapshots'>,
  slot: Slot,
): Promise<readonly SnapshotView[]> {
  const own = cachePrefixOf(snapshotNameOf(cache, slot));
  const nodes = [{ id: REHEARSAL_NODE, role: 'primary' as const }];
  const found = await elasticache.listSnapshots({
    id: cache,
    kind: 'replication-group',
    clusterMode: false,
    nodes,
  });
  return found.filter(({ name, status }) => name.startsWith(own) && status !== 'deleted');
}
