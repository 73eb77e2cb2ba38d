import { callsOf, type Row } from '../row.ts';

const call = callsOf('elasticache');
const GROUP = 'arn:aws:elasticache:eu-west-1:111122223333:replicationgroup:cache';
const NO_GROUP = { code: 'ReplicationGroupNotFoundFault', status: 404 };
const NO_SNAPSHOT = { code: 'SnapshotNotFoundFault', status: 404 };
const INVALID = { code: 'InvalidParameterValue' };
const COMBINATION = { code: 'InvalidParameterCombination' };
const BOTH_TO_TURN_ON = 'https://github.com/aws/aws-cdk/issues/6256';

const group = (members: object) => ({
  ReplicationGroupId: 'cache',
  ReplicationGroupDescription: 'of the table',
  Engine: 'valkey',
  EngineVersion: '8.0',
  CacheNodeType: 'cache.t4g.small',
  NumCacheClusters: 1,
  ...members,
});
const sharded = (members: object) => ({
  ReplicationGroupId: 'sharded',
  ReplicationGroupDescription: 'of the table',
  Engine: 'valkey',
  CacheNodeType: 'cache.t4g.small',
  NumNodeGroups: 1,
  AutomaticFailoverEnabled: true,
  ClusterMode: 'enabled',
  ...members,
});
const shard = (id: string) =>
  sharded({ NodeGroupConfiguration: [{ NodeGroupId: id, Slots: '0-16383', ReplicaCount: 0 }] });

const refused: readonly Row[] = [
  call('CreateReplicationGroup', group({ ReplicationGroupId: '1cache' }), INVALID),
  call('CreateReplicationGroup', group({ ReplicationGroupId: 'cache-' }), INVALID),
  call('CreateReplicationGroup', group({ ReplicationGroupId: 'ca--che' }), INVALID),
  call('CreateReplicationGroup', group({ ReplicationGroupId: 'c'.repeat(41) }), INVALID),
  call('CreateReplicationGroup', group({ Port: 0 }), INVALID),
  call('CreateReplicationGroup', group({ Port: 65_536 }), INVALID),
  call('CreateReplicationGroup', group({ Port: -1 }), INVALID),
  call('CreateReplicationGroup', group({ AutomaticFailoverEnabled: true }), COMBINATION),
  call('CreateReplicationGroup', group({ NumCacheClusters: 7 }), INVALID),
  call(
    'CreateReplicationGroup',
    group({ AuthToken: 'short', TransitEncryptionEnabled: true }),
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html',
  ),
  call(
    'CreateReplicationGroup',
    group({ AuthToken: 'sixteen-characters', TransitEncryptionEnabled: false }),
    COMBINATION,
    'https://github.com/hashicorp/terraform-provider-aws/issues/5006',
  ),
  call('CreateReplicationGroup', group({ CacheSubnetGroupName: 'none' }), {
    code: 'CacheSubnetGroupNotFoundFault',
  }),
  call('CreateReplicationGroup', group({ CacheParameterGroupName: 'none' }), {
    code: 'CacheParameterGroupNotFound',
    status: 404,
  }),
  call(
    'CreateReplicationGroup',
    group({ Tags: [{ Key: 'aws:plan', Value: 'x' }] }),
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Tagging-Resources.html',
  ),
  call('CreateReplicationGroup', group({ SnapshotWindow: 'noon' }), INVALID),
  call('CreateReplicationGroup', group({ PreferredMaintenanceWindow: 'sunday' }), INVALID),
  call(
    'CreateReplicationGroup',
    shard('00001'),
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html',
  ),
  call(
    'CreateReplicationGroup',
    shard('one'),
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_NodeGroupConfiguration.html',
  ),
  call('CreateReplicationGroup', sharded({ AutomaticFailoverEnabled: false }), COMBINATION),
  call('CreateReplicationGroup', sharded({ NodeGroupConfiguration: [{ Slots: '0-100' }] }), INVALID),
  call(
    'CreateReplicationGroup',
    sharded({ SnapshotArns: ['arn:aws:s3:::plain/a.rdb'] }),
    COMBINATION,
    'https://github.com/pulumi/pulumi-aws/issues/2343',
  ),
  call(
    'CreateReplicationGroup',
    group({ SnapshotArns: ['arn:aws:s3:::none/a.rdb'] }),
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-seeding-redis.html',
  ),
];

const lists: readonly Row[] = [
  call('DescribeReplicationGroups', { ReplicationGroupId: 'none' }, NO_GROUP),
  call('DescribeReplicationGroups', {}, { fields: { ReplicationGroups: [] } }),
  call('DescribeReplicationGroups', { MaxRecords: 19 }, INVALID),
  call('DescribeCacheClusters', { CacheClusterId: 'none' }, { code: 'CacheClusterNotFound', status: 404 }),
  call('DescribeSnapshots', { SnapshotName: 'none' }, NO_SNAPSHOT),
  call('DescribeSnapshots', { MaxRecords: 51 }, INVALID),
  call('DescribeSnapshots', { SnapshotSource: 'manual' }, INVALID),
  call('DescribeEvents', { SourceType: 'replication-groups' }, INVALID),
  call('DescribeEvents', { SourceType: 'cache-cluster', Duration: 60 }, { fields: { Events: [] } }),
  call('DescribeEvents', { SourceType: 'user-group' }, { fields: { Events: [] } }),
  call('DescribeEvents', { SourceIdentifier: 'cache' }, COMBINATION),
  call(
    'DescribeCacheSubnetGroups',
    { CacheSubnetGroupName: 'none' },
    { code: 'CacheSubnetGroupNotFoundFault' },
  ),
  call(
    'DescribeCacheSubnetGroups',
    {},
    { fields: { CacheSubnetGroups: [{ CacheSubnetGroupName: 'default' }] } },
  ),
  call(
    'DescribeCacheParameterGroups',
    { CacheParameterGroupName: 'none' },
    { code: 'CacheParameterGroupNotFound', status: 404 },
  ),
  call(
    'DescribeCacheParameterGroups',
    { CacheParameterGroupName: 'default.valkey8' },
    { fields: { CacheParameterGroups: [{ CacheParameterGroupFamily: 'valkey8' }] } },
  ),
  call('DescribeUserGroups', { UserGroupId: 'none' }, { code: 'UserGroupNotFound', status: 404 }),
  call(
    'DescribeCacheEngineVersions',
    { Engine: 'valkey', DefaultOnly: true },
    { fields: { CacheEngineVersions: [{ Engine: 'valkey' }] } },
  ),
  call('ListTagsForResource', { ResourceName: GROUP }, NO_GROUP),
  call('ListTagsForResource', { ResourceName: 'cache' }, { code: 'InvalidARN' }),
];

const life: readonly Row[] = [
  call(
    'CreateReplicationGroup',
    group({ Port: 6380, Tags: [{ Key: 'redrill:plan', Value: 'session-store' }] }),
    { fields: { ReplicationGroup: { Status: 'creating', ARN: GROUP } } },
  ),
  call('CreateReplicationGroup', group({}), { code: 'ReplicationGroupAlreadyExists' }),
  call('DeleteReplicationGroup', { ReplicationGroupId: 'cache' }, { code: 'InvalidReplicationGroupState' }),
  call(
    'ModifyReplicationGroup',
    {
      ReplicationGroupId: 'cache',
      SnapshotRetentionLimit: 7,
      SnapshottingClusterId: 'cache-001',
      ApplyImmediately: true,
    },
    { code: 'InvalidReplicationGroupState' },
  ),
  call(
    'CreateSnapshot',
    { SnapshotName: 'first', CacheClusterId: 'cache-001' },
    { code: 'InvalidCacheClusterState' },
  ),
  { minutes: 15 },
  call(
    'DescribeReplicationGroups',
    { ReplicationGroupId: 'CACHE' },
    {
      fields: {
        ReplicationGroups: [{ Status: 'available', ClusterEnabled: false, SnapshotRetentionLimit: 0 }],
      },
    },
  ),
  call(
    'DescribeCacheClusters',
    { CacheClusterId: 'cache-001', ShowCacheNodeInfo: true },
    {
      fields: {
        CacheClusters: [
          { CacheClusterStatus: 'available', EngineVersion: /^8\.0/, CacheNodes: [{ CacheNodeId: '0001' }] },
        ],
      },
    },
  ),
  call(
    'ListTagsForResource',
    { ResourceName: GROUP },
    { fields: { TagList: [{ Key: 'redrill:plan', Value: 'session-store' }] } },
  ),
  call(
    'AddTagsToResource',
    { ResourceName: GROUP, Tags: [{ Key: 'team', Value: 'shop' }] },
    { fields: { TagList: [{ Key: 'redrill:plan' }, { Key: 'team', Value: 'shop' }] } },
  ),
  call(
    'RemoveTagsFromResource',
    { ResourceName: GROUP, TagKeys: ['none'] },
    { code: 'TagNotFound', status: 404 },
  ),
  call(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'none', ApplyImmediately: true, SnapshotRetentionLimit: 1 },
    NO_GROUP,
  ),
  call(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'cache', SnapshotRetentionLimit: 7, ApplyImmediately: true },
    { ...COMBINATION, message: 'Must specify both SnapshotRetentionLimit and SnapshottingClusterId' },
    BOTH_TO_TURN_ON,
  ),
  call(
    'ModifyReplicationGroup',
    {
      ReplicationGroupId: 'cache',
      SnapshottingClusterId: 'cache-002',
      SnapshotRetentionLimit: 7,
      ApplyImmediately: true,
    },
    { code: 'CacheClusterNotFound', status: 404 },
  ),
  call(
    'ModifyReplicationGroup',
    {
      ReplicationGroupId: 'cache',
      SnapshottingClusterId: 'cache-001',
      SnapshotRetentionLimit: 36,
      ApplyImmediately: true,
    },
    INVALID,
  ),
  call(
    'ModifyReplicationGroup',
    {
      ReplicationGroupId: 'cache',
      SnapshottingClusterId: 'cache-001',
      SnapshotRetentionLimit: 7,
      ApplyImmediately: true,
    },
    {
      fields: {
        ReplicationGroup: {
          ReplicationGroupId: 'cache',
          SnapshotRetentionLimit: 7,
          SnapshottingClusterId: 'cache-001',
        },
      },
    },
  ),
  call(
    'DescribeReplicationGroups',
    { ReplicationGroupId: 'cache' },
    { fields: { ReplicationGroups: [{ SnapshotRetentionLimit: 7 }] } },
  ),
];

const snapshots: readonly Row[] = [
  call('CreateSnapshot', { SnapshotName: 'first' }, COMBINATION),
  call(
    'CreateSnapshot',
    { SnapshotName: 'first', CacheClusterId: 'none' },
    { code: 'CacheClusterNotFound', status: 404 },
  ),
  call('CreateSnapshot', { SnapshotName: 'first', ReplicationGroupId: 'none' }, NO_GROUP),
  call('CreateSnapshot', { SnapshotName: 'first_one', CacheClusterId: 'cache-001' }, INVALID),
  call(
    'CreateSnapshot',
    { SnapshotName: 'first', CacheClusterId: 'cache-001' },
    { fields: { Snapshot: { SnapshotStatus: 'creating', SnapshotSource: 'manual' } } },
  ),
  call(
    'CopySnapshot',
    { SourceSnapshotName: 'first', TargetSnapshotName: 'second' },
    { code: 'InvalidSnapshotState' },
  ),
  { minutes: 15 },
  call(
    'CreateSnapshot',
    { SnapshotName: 'first', CacheClusterId: 'cache-001' },
    { code: 'SnapshotAlreadyExistsFault' },
  ),
  call(
    'DescribeSnapshots',
    { SnapshotSource: 'user' },
    {
      fields: {
        Snapshots: [{ SnapshotName: 'first', SnapshotStatus: 'available', CacheClusterId: 'cache-001' }],
      },
    },
  ),
  call('CopySnapshot', { SourceSnapshotName: 'none', TargetSnapshotName: 'second' }, NO_SNAPSHOT),
  call(
    'CopySnapshot',
    { SourceSnapshotName: 'first', TargetSnapshotName: 'first' },
    { code: 'SnapshotAlreadyExistsFault' },
  ),
  call(
    'CopySnapshot',
    { SourceSnapshotName: 'first', TargetSnapshotName: 'second', TargetBucket: 'none' },
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html',
  ),
  call(
    'CopySnapshot',
    { SourceSnapshotName: 'first', TargetSnapshotName: 'second', TargetBucket: 'elsewhere' },
    INVALID,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html',
  ),
  call('DeleteSnapshot', { SnapshotName: 'none' }, NO_SNAPSHOT),
  call('DeleteSnapshot', { SnapshotName: 'first' }, { fields: { Snapshot: { SnapshotStatus: 'deleting' } } }),
  call('DeleteReplicationGroup', { ReplicationGroupId: 'none' }, NO_GROUP),
  call(
    'DeleteReplicationGroup',
    { ReplicationGroupId: 'cache' },
    { fields: { ReplicationGroup: { Status: 'deleting' } } },
  ),
];

const clusterMode: readonly Row[] = [
  call('CreateReplicationGroup', shard('1'), {
    fields: { ReplicationGroup: { Status: 'creating', ClusterEnabled: true } },
  }),
  { minutes: 15 },
  call(
    'CreateSnapshot',
    { SnapshotName: 'whole', CacheClusterId: 'sharded-0001-001' },
    COMBINATION,
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-manual.html',
  ),
  call(
    'ModifyReplicationGroup',
    {
      ReplicationGroupId: 'sharded',
      SnapshottingClusterId: 'sharded-0001-001',
      SnapshotRetentionLimit: 7,
      ApplyImmediately: true,
    },
    { ...COMBINATION, message: 'Cannot set snapshotting cluster for cluster mode enabled' },
    'https://github.com/hashicorp/terraform/issues/19336',
  ),
  call(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'sharded', SnapshotRetentionLimit: 7, ApplyImmediately: true },
    { fields: { ReplicationGroup: { SnapshotRetentionLimit: 7 } } },
  ),
  call(
    'ModifyReplicationGroup',
    { ReplicationGroupId: 'sharded', SnapshotWindow: '25:00-26:00', ApplyImmediately: true },
    INVALID,
  ),
];

export const ELASTICACHE: readonly Row[] = [...refused, ...lists, ...life, ...snapshots, ...clusterMode];
