import type { CacheCluster, NodeGroup, NodeGroupMember, ReplicationGroup } from '@aws-sdk/client-elasticache';
import type { Readings } from '../../readings.ts';
import { formatSlots } from '../../redis/slots.ts';
import { arnOf } from './names.ts';
import type { Group, GroupStatus, Member, Shard } from './state.ts';

/** ElastiCache numbers the nodes within a cluster; Valkey and Redis OSS clusters have one. */
export const ONLY_NODE_ID = '0001';

/** The status that is shown of a group, and of its nodes unless they say more. */
export function shownStatus({ status }: Group, readings: Readings): GroupStatus {
  return status === 'snapshotting' ? readings['snapshotting-status'] : status;
}

/** A group as DescribeReplicationGroups shows it. */
export function groupView(group: Group, readings: Readings): ReplicationGroup {
  const members = group.shards.flatMap((shard) => shard.members);
  const effective = group.durability === 'default' ? 'disabled' : group.durability;
  return {
    ReplicationGroupId: group.id,
    Description: group.description,
    Status: shownStatus(group, readings),
    PendingModifiedValues: {},
    MemberClusters: members.map(({ cacheClusterId }) => cacheClusterId),
    NodeGroups: group.shards.map((shard) => shardView(group, shard)),
    AutomaticFailover: group.automaticFailover ? 'enabled' : 'disabled',
    MultiAZ: group.multiAz ? 'enabled' : 'disabled',
    ...configurationEndpoint(group),
    SnapshotRetentionLimit: group.snapshotRetentionLimit,
    SnapshotWindow: group.snapshotWindow,
    ...(group.snapshottingClusterId === undefined
      ? {}
      : { SnapshottingClusterId: group.snapshottingClusterId }),
    ClusterEnabled: group.clusterMode === 'on',
    CacheNodeType: group.nodeType,
    ...securityView(group),
    ...(group.tls ? { TransitEncryptionMode: 'required' } : {}),
    ...(group.kmsKeyId === undefined ? {} : { KmsKeyId: group.kmsKeyId }),
    ARN: group.arn,
    ReplicationGroupCreateTime: new Date(group.createdAt),
    DataTiering: 'disabled',
    AutoMinorVersionUpgrade: group.autoMinorVersionUpgrade,
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
    ClusterMode: group.clusterMode === 'on' ? 'enabled' : 'disabled',
    Engine: group.engine.engine,
    Durability: group.durability,
    EffectiveDurability: effective,
    LogDeliveryConfigurations: [],
    UserGroupIds: [],
  };
}

function securityView(group: Group) {
  return {
    AuthTokenEnabled: group.authToken !== undefined,
    TransitEncryptionEnabled: group.tls,
    AtRestEncryptionEnabled: group.atRestEncryption,
  };
}

/** Endpoints appear once the nodes are up; each node has a port of its own, where AWS has an address of its own. */
function hasEndpoints({ status, showsEndpoints }: Group): boolean {
  if (!showsEndpoints) return false;
  return status === 'available' || status === 'snapshotting' || status === 'modifying';
}

function configurationEndpoint(group: Group): Pick<ReplicationGroup, 'ConfigurationEndpoint'> {
  const node = group.shards[0]?.members[0]?.node;
  if (group.clusterMode === 'off' || !hasEndpoints(group) || node === undefined) return {};
  return { ConfigurationEndpoint: { Address: node.host, Port: node.port } };
}

function shardView(group: Group, shard: Shard): NodeGroup {
  const [primary, ...replicas] = shard.members;
  const reader = replicas[0] ?? primary;
  const off = group.clusterMode === 'off' && hasEndpoints(group);
  return {
    NodeGroupId: shard.id,
    Status: group.status === 'snapshotting' ? 'available' : group.status,
    ...(group.clusterMode === 'on' ? { Slots: formatSlots(shard.slots) } : {}),
    ...(off && primary?.node ? { PrimaryEndpoint: endpointOf(primary) } : {}),
    ...(off && reader?.node ? { ReaderEndpoint: endpointOf(reader) } : {}),
    NodeGroupMembers: shard.members.map((member, index) => memberView(group, member, index)),
  };
}

function memberView(group: Group, member: Member, index: number): NodeGroupMember {
  const off = group.clusterMode === 'off';
  return {
    CacheClusterId: member.cacheClusterId,
    CacheNodeId: ONLY_NODE_ID,
    PreferredAvailabilityZone: member.availabilityZone,
    ...(off && hasEndpoints(group) && member.node ? { ReadEndpoint: endpointOf(member) } : {}),
    ...(off ? { CurrentRole: index === 0 ? 'primary' : 'replica' } : {}),
  };
}

function endpointOf({ node }: Member) {
  return node === undefined ? {} : { Address: node.host, Port: node.port };
}

/** A node as DescribeCacheClusters shows it. */
export function clusterView(
  group: Group,
  member: Member,
  { withNodes, readings }: { readonly withNodes: boolean; readonly readings: Readings },
): CacheCluster {
  const status = group.status === 'create-failed' ? group.nodesFailed : shownStatus(group, readings);
  return {
    CacheClusterId: member.cacheClusterId,
    CacheNodeType: group.nodeType,
    Engine: group.engine.engine,
    EngineVersion: group.engine.reported,
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CacheCluster.html
    CacheClusterStatus: status,
    NumCacheNodes: 1,
    PreferredAvailabilityZone: member.availabilityZone,
    CacheClusterCreateTime: new Date(group.createdAt),
    PreferredMaintenanceWindow: group.maintenanceWindow,
    PendingModifiedValues: {},
    CacheSecurityGroups: [],
    CacheParameterGroup: {
      CacheParameterGroupName: group.parameterGroupName,
      ParameterApplyStatus: 'in-sync',
      CacheNodeIdsToReboot: [],
    },
    CacheSubnetGroupName: group.subnetGroupName,
    AutoMinorVersionUpgrade: group.autoMinorVersionUpgrade,
    SecurityGroups: group.securityGroupIds.map((id) => ({ SecurityGroupId: id, Status: 'active' })),
    ...(group.isStandalone ? {} : { ReplicationGroupId: group.id }),
    SnapshotRetentionLimit: group.snapshotRetentionLimit,
    SnapshotWindow: group.snapshotWindow,
    ...securityView(group),
    ...(group.tls ? { TransitEncryptionMode: 'required' } : {}),
    ARN: arnOf(group, 'cluster', member.cacheClusterId),
    ReplicationGroupLogDeliveryEnabled: false,
    LogDeliveryConfigurations: [],
    NetworkType: 'ipv4',
    IpDiscovery: 'ipv4',
    ...(withNodes ? { CacheNodes: [nodeView(group, member, status)] } : {}),
  };
}

function nodeView(group: Group, member: Member, status: string) {
  return {
    CacheNodeId: ONLY_NODE_ID,
    CacheNodeStatus: status,
    CacheNodeCreateTime: new Date(group.createdAt),
    ParameterGroupStatus: 'in-sync',
    CustomerAvailabilityZone: member.availabilityZone,
    ...(hasEndpoints(group) && member.node ? { Endpoint: endpointOf(member) } : {}),
  };
}
