import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCache } from '../../model/elasticache/create-cache.ts';
import { arnOf } from '../../model/elasticache/names.ts';
import { createTagging } from '../../model/tagging.ts';
import {
  ACCOUNT,
  availableCache,
  describeGroup,
  type Fixture,
  LONG_MS,
  REGION,
  small,
  startFixture,
} from './fixture.ts';

const place = { account: ACCOUNT, region: REGION };
const stack = { name: 'source', ...place };
let fixture: Fixture;
let securityGroup = '';

beforeAll(async () => {
  fixture = await startFixture();
  securityGroup = await declareNetwork(fixture);
});
afterAll(() => fixture.close());

const declaration = (type: string, logicalId: string, properties: object) => ({
  type,
  logicalId,
  properties,
  stack,
  generatedName: `source-${logicalId}-1A2B`,
  generatedId: logicalId,
  asset: () => '',
});

async function declareNetwork({ ec2Handlers, elasticache }: Fixture): Promise<string> {
  const create = async (type: string, logicalId: string, properties: object) => {
    const handler = [...ec2Handlers, ...elasticache.resourceHandlers].find((one) => one.type === type);
    if (handler === undefined) throw new Error(type);
    return (await handler.create(declaration(type, logicalId, properties))).ref;
  };
  const VpcId = await create('AWS::EC2::VPC', 'Vpc', { CidrBlock: '10.0.0.0/16' });
  const subnet = { VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'eu-west-1b' };
  const SubnetIds = [await create('AWS::EC2::Subnet', 'Subnet', subnet)];
  const group = { Description: 'isolated', SubnetIds, CacheSubnetGroupName: 'Isolated' };
  await create('AWS::ElastiCache::SubnetGroup', 'Subnets', group);
  await create('AWS::ElastiCache::ParameterGroup', 'Parameters', {
    CacheParameterGroupFamily: 'valkey8',
    Description: 'ours',
    CacheParameterGroupName: 'ours',
    Properties: { 'maxmemory-policy': 'noeviction' },
  });
  return create('AWS::EC2::SecurityGroup', 'Caches', { VpcId, GroupDescription: 'caches' });
}

describe('CreateReplicationGroup', () => {
  it.each([
    [{ AuthToken: 'a-token-of-at-least-16' }, 'InvalidParameterCombination', /in-transit/],
    [{ AuthToken: 'short', TransitEncryptionEnabled: true }, 'InvalidParameterValue', /16 to 128/],
    [{ ClusterMode: 'enabled', NumNodeGroups: 2 }, 'InvalidParameterCombination', /Automatic failover/],
    [{ AutomaticFailoverEnabled: true }, 'InvalidParameterCombination', /at least one replica/],
    [{ MultiAZEnabled: true, NumCacheClusters: 2 }, 'InvalidParameterCombination', /Multi-AZ/],
    [{ EngineVersion: '8.0.1' }, 'InvalidParameterCombination', /please use '8.0'/],
    [{ EngineVersion: '6.6' }, 'InvalidParameterCombination', /Cannot find version 6.6 for valkey/],
    [{ CacheParameterGroupName: 'default.redis7' }, 'InvalidParameterCombination', /family/],
    [{ CacheParameterGroupName: 'unknown' }, 'CacheParameterGroupNotFound', /unknown/],
    [{ CacheSubnetGroupName: 'unknown' }, 'CacheSubnetGroupNotFoundFault', /unknown/],
    [{ SecurityGroupIds: ['sg-unknown'] }, 'InvalidParameterValue', /sg-unknown/],
    [{ SnapshotArns: ['not-an-arn'] }, 'InvalidParameterValue', /not-an-arn/],
    [{ NumCacheClusters: 7 }, 'InvalidParameterValue', /replicas/],
    [{ Durability: 'sync' }, 'InvalidParameterCombination', /Valkey 9/],
    [{ ReplicationGroupId: 'a--b' }, 'InvalidParameterValue', /identifier/],
    [{ UserGroupIds: ['people'] }, 'NotModelled', /UserGroupIds/],
    [{ DataTieringEnabled: true }, 'NotModelled', /DataTieringEnabled/],
    [{ SnapshotRetentionLimit: 1 }, 'NotModelled', /SnapshotRetentionLimit/],
    [{ SnapshotName: 'nightly' }, 'NotModelled', /SnapshotName/],
    [{ CacheNodeType: 'cache.r6gd.xlarge' }, 'NotModelled', /r6gd/],
  ])('refuses %j with %s', async (extra, code, message) => {
    const attempt = fixture.call('CreateReplicationGroup', { ...small('refused'), ...extra });
    await expect(attempt).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses slots that overlap or leave gaps, and seeds without slots', async () => {
    const clustered = { ...small('c'), ClusterMode: 'enabled', AutomaticFailoverEnabled: true };
    const slots = (...Slots: string[]) => ({
      NodeGroupConfiguration: Slots.map((range) => ({ Slots: range })),
    });
    for (const bad of [slots('0-8191', '8190-16383'), slots('0-100', '200-16383'), slots('0-16384')]) {
      await expect(fixture.call('CreateReplicationGroup', { ...clustered, ...bad })).rejects.toMatchObject({
        code: 'InvalidParameterValue',
      });
    }
    const seed = { ...clustered, NumNodeGroups: 1, SnapshotArns: ['arn:aws:s3:::b/k.rdb'] };
    await expect(fixture.call('CreateReplicationGroup', seed)).rejects.toThrow(
      /NodeGroupConfiguration with Slots/,
    );
  });

  it('asks IAM for the group with its conditions, for its surroundings, and for tagging', async () => {
    const asked = fixture.authorized.length;
    const input = {
      ...small('asking'),
      CacheSubnetGroupName: 'isolated',
      CacheParameterGroupName: 'ours',
      SecurityGroupIds: [securityGroup],
      Tags: [{ Key: 'redrill:drill', Value: 'd1' }],
    };
    const refused = fixture.call('CreateReplicationGroup', input, {
      denied: ['elasticache:AddTagsToResource'],
    });
    await expect(refused).rejects.toMatchObject({ code: 'AccessDenied' });
    const requests = fixture.authorized.slice(asked);
    expect(requests.map(({ action, resource }) => [action.split(':')[1], resource])).toEqual([
      ['CreateReplicationGroup', arnOf(place, 'replicationgroup', 'asking')],
      ['CreateReplicationGroup', arnOf(place, 'parametergroup', 'ours')],
      ['CreateReplicationGroup', arnOf(place, 'subnetgroup', 'isolated')],
      ['AddTagsToResource', arnOf(place, 'replicationgroup', 'asking')],
    ]);
    expect(requests[0]?.conditions).toMatchObject({
      'elasticache:CacheNodeType': 'cache.t4g.micro',
      'aws:RequestTag/redrill:drill': 'd1',
      'aws:TagKeys': ['redrill:drill'],
    });
    await expect(describeGroup(fixture, 'asking')).rejects.toMatchObject({
      code: 'ReplicationGroupNotFoundFault',
    });
  });
});

describe('a cache in an isolated network with a parameter group of its own', { shuffle: false }, () => {
  beforeAll(async () => {
    await availableCache(fixture, {
      ...small('audit'),
      CacheSubnetGroupName: 'isolated',
      CacheParameterGroupName: 'ours',
      SecurityGroupIds: [securityGroup],
      Tags: [
        { Key: 'redrill:plan', Value: 'gold' },
        { Key: 'team', Value: 'risk' },
      ],
    });
  });

  it('is described with what it was made of', async () => {
    const { CacheClusters } = await fixture.call('DescribeCacheClusters', { ShowCacheNodeInfo: true });
    expect(CacheClusters).toMatchObject([
      {
        CacheClusterId: 'audit-001',
        EngineVersion: '8.0.1',
        CacheClusterStatus: 'available',
        CacheSubnetGroupName: 'isolated',
        SecurityGroups: [{ SecurityGroupId: securityGroup }],
        CacheParameterGroup: { CacheParameterGroupName: 'ours' },
        PreferredAvailabilityZone: 'eu-west-1b',
        CacheNodes: [{ CacheNodeId: '0001', Endpoint: { Address: '127.0.0.1' } }],
      },
    ]);
    const [node] = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'audit');
    const policy = await node?.server.control((redis) =>
      redis.config('GET', 'maxmemory', 'maxmemory-policy'),
    );
    expect(policy).toEqual(expect.arrayContaining(['536870912', 'noeviction']));
  });

  it('tells the parameters that somebody set', async () => {
    const of = (CacheParameterGroupName: string) =>
      fixture.call('DescribeCacheParameters', { CacheParameterGroupName, Source: 'user' });
    expect((await of('ours')).Parameters).toMatchObject([
      { ParameterName: 'maxmemory-policy', ParameterValue: 'noeviction', Source: 'user' },
    ]);
    expect((await of('default.valkey8')).Parameters).toEqual([]);
    const { CacheParameterGroups } = await fixture.call('DescribeCacheParameterGroups', {
      CacheParameterGroupName: 'ours',
    });
    expect(CacheParameterGroups).toMatchObject([{ CacheParameterGroupFamily: 'valkey8' }]);
    const { CacheSubnetGroups } = await fixture.call('DescribeCacheSubnetGroups', {});
    expect(
      CacheSubnetGroups.map((group: { CacheSubnetGroupName: string }) => group.CacheSubnetGroupName),
    ).toEqual(['default', 'isolated']);
  });

  it('is found by its tags, in its own region and account only', async () => {
    const tagging = createTagging(fixture.elasticache.taggingSources);
    const find = async (input: object, options = {}) => {
      const found = await tagging.operations.GetResources?.(input, fixture.makeCall('GetResources', options));
      return JSON.parse(JSON.stringify(found));
    };
    const planned = {
      TagFilters: [{ Key: 'redrill:plan' }],
      ResourceTypeFilters: ['elasticache:replicationgroup'],
    };
    const [found, ...others] = (await find(planned)).ResourceTagMappingList;
    expect(found.ResourceARN).toBe(arnOf(place, 'replicationgroup', 'audit'));
    expect(others).toEqual([]);
    expect(
      (await find({ TagFilters: [{ Key: 'redrill:plan', Values: ['silver'] }] })).ResourceTagMappingList,
    ).toEqual([]);
    expect((await find(planned, { region: 'eu-central-1' })).ResourceTagMappingList).toEqual([]);
    expect((await find(planned, { account: '999988887777' })).ResourceTagMappingList).toEqual([]);
    await expect(find({ ResourceTypeFilters: ['ec2:instance'] })).rejects.toMatchObject({
      code: 'NotModelled',
    });
    await createCache(caller, { ...place, id: 'second', tags: { 'redrill:plan': 'gold' } });
    const first = await find({ ...planned, ResourcesPerPage: 1 });
    const second = await find({ ...planned, ResourcesPerPage: 1, PaginationToken: first.PaginationToken });
    expect([first, second].map((page) => page.ResourceTagMappingList[0].ResourceARN)).toEqual([
      arnOf(place, 'replicationgroup', 'audit'),
      arnOf(place, 'replicationgroup', 'second'),
    ]);
    expect(second.PaginationToken).toBe('');
    await fixture.pass(LONG_MS);
  });

  it('has its tags listed, changed and put to IAM', async () => {
    const ResourceName = arnOf(place, 'replicationgroup', 'audit');
    await fixture.call('AddTagsToResource', { ResourceName, Tags: [{ Key: 'extra', Value: '1' }] });
    expect(fixture.authorized.at(-1)?.conditions).toMatchObject({
      'aws:ResourceTag/redrill:plan': 'gold',
      'aws:RequestTag/extra': '1',
    });
    await fixture.call('RemoveTagsFromResource', { ResourceName, TagKeys: ['team'] });
    const { TagList } = await fixture.call('ListTagsForResource', { ResourceName });
    expect(TagList.map(({ Key }: { Key: string }) => Key)).toEqual(['redrill:plan', 'extra']);
    await expect(
      fixture.call('ListTagsForResource', { ResourceName: 'arn:aws:s3:::bucket' }),
    ).rejects.toMatchObject({ code: 'InvalidARN' });
  });

  it('is deleted under the conditions of its tags, and only while available', async () => {
    const refused = fixture.call(
      'DeleteReplicationGroup',
      { ReplicationGroupId: 'audit' },
      { denied: ['elasticache:DeleteReplicationGroup'] },
    );
    await expect(refused).rejects.toMatchObject({ code: 'AccessDenied' });
    expect(fixture.authorized.at(-1)?.conditions).toMatchObject({ 'aws:ResourceTag/redrill:plan': 'gold' });
    const final = { ReplicationGroupId: 'audit', FinalSnapshotIdentifier: 'last' };
    await expect(fixture.call('DeleteReplicationGroup', final)).rejects.toMatchObject({
      code: 'NotModelled',
    });
    await fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'AUDIT' });
    await expect(
      fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'audit' }),
    ).rejects.toMatchObject({
      code: 'InvalidReplicationGroupState',
    });
  });
});

describe('a group that a fault freezes', () => {
  it('never becomes available and cannot be deleted, until it is thawed', async () => {
    fixture.faults.arm({
      kind: 'freeze',
      service: 'elasticache',
      operation: 'CreateReplicationGroup',
      resource: 'stuck',
    });
    const group = await availableCache(fixture, small('stuck'));
    expect(group.Status).toBe('creating');
    await expect(
      fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'stuck' }),
    ).rejects.toMatchObject({
      code: 'InvalidReplicationGroupState',
    });
    expect(fixture.elasticache.thaw({ ...place, name: 'stuck' })).toBe(true);
    await fixture.pass(1_000);
    expect((await describeGroup(fixture, 'stuck')).Status).toBe('available');
    const { Events } = await fixture.call('DescribeEvents', {
      SourceType: 'replication-group',
      Duration: 60,
    });
    expect(Events.map(({ Message }: { Message: string }) => Message)).toContain(
      'Replication group stuck created',
    );
  });
});

describe('what is simple', () => {
  it('knows engine versions, and no user groups', async () => {
    const { CacheEngineVersions } = await fixture.call('DescribeCacheEngineVersions', {
      Engine: 'valkey',
      DefaultOnly: true,
    });
    expect(CacheEngineVersions).toMatchObject([
      { EngineVersion: '8.0', CacheParameterGroupFamily: 'valkey8' },
    ]);
    expect((await fixture.call('DescribeUserGroups', {})).UserGroups).toEqual([]);
  });
});

/** A fabric reduced to the call that createCache makes. */
const caller = {
  // biome-ignore lint/suspicious/noExplicitAny: as Fabric declares it
  call: async ({ operation, input, region }: { operation: string; input: any; region: string }) =>
    fixture.call(operation, input, { region }),
};
