import { DescribeReplicationGroupsCommand, type ElastiCacheClient } from '@aws-sdk/client-elasticache';
import type { CacheFacts } from '../../../core/ports/doctor.ts';
import { GROUP_NOT_FOUND } from '../replication-groups.ts';
import { describeTopology } from '../topology.ts';
import { nameOf, translating } from '../translate.ts';

const RESERVED_MEMORY = 'reserved-memory-percent';

/** A cache as it is; undefined if there is none of that id. */
export function cacheFacts(client: ElastiCacheClient, id: string): Promise<CacheFacts | undefined> {
  return translating(`describe ${id}`, async () => {
    try {
      const { ReplicationGroups } = await client.send(
        new DescribeReplicationGroupsCommand({ ReplicationGroupId: id }),
      );
      const group = ReplicationGroups?.[0] ?? {};
      const topology = await describeTopology(client, id);
      const reserved = topology.parameters[RESERVED_MEMORY];
      return {
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
    } catch (error) {
      if (nameOf(error) === GROUP_NOT_FOUND) return undefined;
      throw error;
    }
  });
}
