import { type CallRow, callsOf, type Row } from '../row.ts';

/*
 * Serverless caches: the examples of the API reference, with the subnets and the security group left to the defaults,
 * and what others met on AWS.
 */

const anywhere = callsOf('elasticache');
const call = (...row: Parameters<typeof anywhere>): CallRow => ({ ...anywhere(...row), region: 'us-east-1' });

const LIMITS = { DataStorage: { Maximum: 10, Unit: 'GB' }, ECPUPerSecond: { Maximum: 50_000 } };
const CACHE = 'my-serverless-cache';
const SNAPSHOT = 'my-serverless-cache-snapshot';
const arnOf = (type: string, name: string) =>
  new RegExp(`^arn:aws:elasticache:us-east-1:\\d{12}:${type}:${name}$`);
const ARN = 'arn:aws:elasticache:us-east-1:111122223333:serverlesscache:my-serverless-cache';

const shown = (status: string, DailySnapshotTime: string) => ({
  ServerlessCacheName: CACHE,
  Description: 'A serverless cache.',
  Status: status,
  Engine: 'redis',
  MajorEngineVersion: '7',
  // "7.0" in the examples, which are older than ElastiCache's Redis OSS 7.1.
  FullEngineVersion: /^7\.\d$/,
  CacheUsageLimits: LIMITS,
  SubnetIds: [/^subnet-/, /^subnet-/, /^subnet-/],
  SecurityGroupIds: [/^sg-/],
  ARN: arnOf('serverlesscache', CACHE),
  SnapshotRetentionLimit: 10,
  DailySnapshotTime,
  NetworkType: 'ipv4',
});
const shownSnapshot = (name: string) => ({
  ServerlessCacheSnapshotName: name,
  ARN: arnOf('serverlesscachesnapshot', name),
  SnapshotType: 'manual',
  Status: 'creating',
  ServerlessCacheConfiguration: { ServerlessCacheName: CACHE, Engine: 'redis', MajorEngineVersion: '7' },
});
const ENDPOINT = { Endpoint: { Address: /./, Port: /^\d+$/ } };

const NOT_AVAILABLE = {
  code: 'InvalidServerlessCacheStateFault',
  message: 'Serverless cache is not in an available state to perform the requested action.',
};
const MET_BY_NUKE = 'https://github.com/ekristen/aws-nuke/pull/256';
const creation = {
  ServerlessCacheName: CACHE,
  Description: 'A serverless cache.',
  Engine: 'redis',
  MajorEngineVersion: '7',
  CacheUsageLimits: LIMITS,
  SnapshotRetentionLimit: 10,
  DailySnapshotTime: '09:00',
  NetworkType: 'ipv4',
};
const modify = (changes: object) => ({ ServerlessCacheName: CACHE, ...changes });

export const SERVERLESS: readonly Row[] = [
  call('DescribeServerlessCaches', {}, { fields: { ServerlessCaches: [] } }),
  call(
    'DescribeServerlessCaches',
    { ServerlessCacheName: CACHE },
    { code: 'ServerlessCacheNotFoundFault', status: 404 },
  ),
  call(
    'CreateServerlessCache',
    { ...creation, CacheUsageLimits: { ECPUPerSecond: { Maximum: 5 } } },
    {
      code: 'InvalidParameterValue',
      message:
        'Invalid value for ECPUPerSecond limit. Must be between 1000 and 15000000. You can set the value to zero to remove the limit.',
    },
    'https://github.com/hashicorp/terraform-provider-aws/issues/35648',
  ),
  call(
    'CreateServerlessCache',
    { ...creation, UserGroupId: 'none' },
    { code: 'UserGroupNotFound', status: 404 },
  ),
  call('CreateServerlessCache', creation, { fields: { ServerlessCache: shown('creating', '09:00') } }),
  call('CreateServerlessCache', creation, { code: 'ServerlessCacheAlreadyExistsFault' }),
  call('ListTagsForResource', { ResourceName: ARN }, NOT_AVAILABLE, MET_BY_NUKE),
  { minutes: 15 },
  call(
    'DescribeServerlessCaches',
    {},
    { fields: { ServerlessCaches: [{ ...shown('available', '09:00'), ...ENDPOINT }] } },
  ),
  call(
    'ModifyServerlessCache',
    modify({ Engine: 'redis', MajorEngineVersion: '7' }),
    {
      code: 'InvalidParameterValue',
      message: 'This API supports only cross-engine upgrades to Valkey engine currently',
    },
    'https://github.com/hashicorp/terraform-provider-aws/issues/39711',
  ),
  call(
    'ModifyServerlessCache',
    modify({ Description: 'a', SnapshotRetentionLimit: 0 }),
    {
      code: 'InvalidParameterCombination',
      message: 'Serverless Cache modifications only support modifying one field per request.',
    },
    'https://github.com/hashicorp/terraform-provider-aws/issues/37499',
  ),
  call(
    'ModifyServerlessCache',
    modify({}),
    { code: 'InvalidParameterCombination', message: 'No modifications were requested' },
    'https://github.com/hashicorp/terraform-provider-aws/issues/44746',
  ),
  call('ModifyServerlessCache', modify({ DailySnapshotTime: '11:00' }), {
    fields: { ServerlessCache: { ServerlessCacheName: CACHE, DailySnapshotTime: '11:00' } },
  }),
  call('ListTagsForResource', { ResourceName: ARN }, { fields: { TagList: [] } }, MET_BY_NUKE),
  { minutes: 15 },
  call(
    'CreateServerlessCacheSnapshot',
    { ServerlessCacheSnapshotName: SNAPSHOT, ServerlessCacheName: CACHE },
    { fields: { ServerlessCacheSnapshot: shownSnapshot(SNAPSHOT) } },
  ),
  { minutes: 15 },
  call(
    'CopyServerlessCacheSnapshot',
    {
      SourceServerlessCacheSnapshotName: SNAPSHOT,
      TargetServerlessCacheSnapshotName: `${SNAPSHOT}-copy`,
    },
    { fields: { ServerlessCacheSnapshot: shownSnapshot(`${SNAPSHOT}-copy`) } },
  ),
  call(
    'DeleteServerlessCacheSnapshot',
    { ServerlessCacheSnapshotName: `${SNAPSHOT}-copy` },
    { code: 'InvalidServerlessCacheSnapshotStateFault' },
  ),
  call('DescribeServerlessCacheSnapshots', { MaxResults: 51 }, { code: 'InvalidParameterValue' }),
  call(
    'DescribeServerlessCacheSnapshots',
    { ServerlessCacheSnapshotName: 'none' },
    { code: 'ServerlessCacheSnapshotNotFoundFault', status: 404 },
  ),
  call(
    'ExportServerlessCacheSnapshot',
    { ServerlessCacheSnapshotName: SNAPSHOT, S3BucketName: 'elsewhere' },
    { code: 'InvalidParameterValue', message: 'is outside of the region' },
    'https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups-exporting.html',
  ),
  call(
    'DeleteServerlessCache',
    { ServerlessCacheName: CACHE },
    {
      fields: { ServerlessCache: { ...shown('deleting', '11:00'), ...ENDPOINT } },
    },
  ),
  call('ListTagsForResource', { ResourceName: ARN }, NOT_AVAILABLE, MET_BY_NUKE),
  { minutes: 15 },
  call(
    'DeleteServerlessCache',
    { ServerlessCacheName: CACHE },
    { code: 'ServerlessCacheNotFoundFault', status: 404 },
  ),
];
