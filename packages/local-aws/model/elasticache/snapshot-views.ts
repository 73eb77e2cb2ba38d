import type { NodeSnapshot, Snapshot } from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import { formatSlots } from '../../redis/slots.ts';
import { ONLY_NODE_ID } from './group-views.ts';
import type { NodeSnapshotRecord, SnapshotRecord } from './state.ts';

export interface SnapshotViewing {
  readonly withNodeGroups: boolean;
  readonly vpcId: string;
  readonly readings: Readings;
}

const MEBIBYTE = 1_048_576;

/** A snapshot as DescribeSnapshots shows it; the shards' configuration only when it is asked for. */
export function snapshotView(
  snapshot: SnapshotRecord,
  { withNodeGroups, vpcId, readings }: SnapshotViewing,
): Snapshot {
  const { source } = snapshot;
  return {
    SnapshotName: snapshot.name,
    ...sourceOf(snapshot, readings),
    SnapshotStatus: snapshot.status === 'exporting' ? readings['exporting-status'] : snapshot.status,
    SnapshotSource: snapshot.kind,
    CacheNodeType: source.nodeType,
    Engine: source.engine.engine,
    EngineVersion: source.engine.reported,
    PreferredMaintenanceWindow: source.maintenanceWindow,
    Port: source.port,
    CacheParameterGroupName: source.parameterGroupName,
    CacheSubnetGroupName: source.subnetGroupName,
    VpcId: vpcId,
    AutoMinorVersionUpgrade: source.autoMinorVersionUpgrade,
    SnapshotRetentionLimit: source.snapshotRetentionLimit,
    SnapshotWindow: source.snapshotWindow,
    NumNodeGroups: snapshot.nodes.length,
    AutomaticFailover: source.automaticFailover ? 'enabled' : 'disabled',
    NodeSnapshots: snapshot.nodes.map((node) => nodeView(snapshot, node, withNodeGroups)),
    ...(snapshot.kmsKeyId === undefined ? {} : { KmsKeyId: snapshot.kmsKeyId }),
    ARN: snapshot.arn,
    DataTiering: 'disabled',
    Durability: source.durability,
  };
}

/** A snapshot of cluster mode off is one of a node, and says which. */
function sourceOf(
  { source, cacheClusterId, sourceCreatedAt }: SnapshotRecord,
  readings: Readings,
): Partial<Snapshot> {
  const group = { ReplicationGroupId: source.id, ReplicationGroupDescription: source.description };
  if (cacheClusterId === undefined) return group;
  return {
    ...(readings['snapshot-membership'] === 'both' && !source.isStandalone ? group : {}),
    CacheClusterId: cacheClusterId,
    CacheClusterCreateTime: new Date(sourceCreatedAt),
    NumCacheNodes: 1,
  };
}

function nodeView(
  { source, sourceCreatedAt }: SnapshotRecord,
  node: NodeSnapshotRecord,
  withNodeGroups: boolean,
): NodeSnapshot {
  return {
    CacheClusterId: node.cacheClusterId,
    ...(source.clusterMode === 'on' ? { NodeGroupId: node.shardId } : { CacheNodeId: ONLY_NODE_ID }),
    CacheSize: node.saved === undefined ? '' : `${Math.ceil(node.saved.usedBytes / MEBIBYTE)} MB`,
    CacheNodeCreateTime: new Date(sourceCreatedAt),
    ...(node.saved === undefined ? {} : { SnapshotCreateTime: new Date(node.saved.at) }),
    ...(withNodeGroups
      ? {
          NodeGroupConfiguration: {
            NodeGroupId: node.shardId,
            ReplicaCount: node.replicas,
            ...(source.clusterMode === 'on' ? { Slots: formatSlots(node.slots) } : {}),
          },
        }
      : {}),
  };
}
