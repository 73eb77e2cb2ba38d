import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { CacheFacts } from '../../../core/ports/doctor.ts';
import { foundCache } from '../source-caches.ts';
import { topologyOf } from '../topology.ts';
import { translating } from '../translate.ts';

const RESERVED_MEMORY = 'reserved-memory-percent';

/** A cache as it is; undefined if there is none of that id. */
export function cacheFacts(client: ElastiCacheClient, id: string): Promise<CacheFacts | undefined> {
  return translating(`describe ${id}`, async () => {
    const found = await foundCache(client, id);
    if (found === undefined) return undefined;
    const { group, refusal } = found;
    const topology = await topologyOf(client, group);
    const reserved = topology.parameters[RESERVED_MEMORY];
    return {
      ...(refusal !== undefined && { refusal }),
      status: group.Status ?? 'unknown',
      engine: topology.engine,
      engineVersion: topology.engineVersion,
      nodeType: topology.nodeType,
      clusterMode: topology.clusterMode,
      shards: topology.shards.length,
      dataTiering: topology.dataTiering,
      ...(group.KmsKeyId === undefined ? {} : { kmsKey: group.KmsKeyId }),
      snapshotRetentionDays: group.SnapshotRetentionLimit ?? 0,
      ...(reserved === undefined ? {} : { reservedMemoryPercent: Number(reserved) }),
    };
  });
}
