import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { Aliases } from '../../../core/contracts/aliases.ts';
import type { CacheFacts } from '../../../core/ports/doctor.ts';
import { statusOf } from '../serverless-caches.ts';
import { type FoundCache, foundCache, topologyOf } from '../source-caches.ts';
import { translating } from '../translate.ts';

const RESERVED_MEMORY = 'reserved-memory-percent';

/** A cache as it is; undefined if there is none of that id or alias. */
export function cacheFacts(
  client: ElastiCacheClient,
  cache: string,
  aliases: Aliases = {},
): Promise<CacheFacts | undefined> {
  return translating(`describe ${cache}`, async () => {
    const found = await foundCache(client, cache, aliases);
    if (found === undefined) return undefined;
    const { refusal } = found;
    const { status, kmsKey, retention } = ofKind(found);
    const topology = await topologyOf(client, found);
    const reserved = topology.parameters[RESERVED_MEMORY];
    return {
      ...(refusal !== undefined && { refusal }),
      status,
      engine: topology.engine,
      engineVersion: topology.engineVersion,
      nodeType: topology.nodeType,
      clusterMode: topology.clusterMode,
      shards: Math.max(1, topology.shards.length),
      dataTiering: topology.dataTiering,
      ...(kmsKey === undefined ? {} : { kmsKey }),
      snapshotRetentionDays: retention ?? 0,
      ...(reserved === undefined ? {} : { reservedMemoryPercent: Number(reserved) }),
    };
  });
}

function ofKind(found: FoundCache) {
  const { KmsKeyId: kmsKey, SnapshotRetentionLimit: retention } =
    found.kind === 'serverless' ? found.serverless : found.group;
  const status = found.kind === 'serverless' ? statusOf(found.serverless) : (found.group.Status ?? 'unknown');
  return { status, kmsKey, retention };
}
