import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { createCache } from '../../model/elasticache/create-cache.ts';
import { createTagging } from '../../model/tagging.ts';
import { ACCOUNT, availableCache, type Fixture, LONG_MS, REGION, small, startFixture } from './fixture.ts';

const PLACE = { account: ACCOUNT, region: REGION };
const ARN = `arn:aws:elasticache:${REGION}:${ACCOUNT}:cluster:alone`;
const alone = {
  CacheClusterId: 'Alone',
  Engine: 'redis',
  EngineVersion: '7.1',
  CacheNodeType: 'cache.t4g.micro',
  NumCacheNodes: 1,
  Tags: [{ Key: 'redrill:plan', Value: 'gold' }],
};
let fixture: Fixture;
let created: { readonly CacheCluster: object };

beforeAll(async () => {
  fixture = await startFixture();
  created = await fixture.call('CreateCacheCluster', alone);
  const Tags = [{ Key: 'redrill:plan', Value: 'silver' }];
  await availableCache(fixture, { ...small('grouped'), NumCacheClusters: 1, Tags });
});
afterAll(() => fixture.close());

const idsOf = async (input: object) => {
  const { CacheClusters } = await fixture.call('DescribeCacheClusters', input);
  return CacheClusters.map(({ CacheClusterId }: { CacheClusterId: string }) => CacheClusterId);
};
const refused = (input: object) =>
  fixture.call('CreateCacheCluster', { ...alone, CacheClusterId: 'b', ...input });

describe('CreateCacheCluster', () => {
  it('answers as in awscli/examples/elasticache/create-cache-cluster.rst of aws/aws-cli', () => {
    const { CacheCluster } = created;
    expect(CacheCluster).toMatchObject({
      CacheClusterId: 'alone',
      CacheNodeType: 'cache.t4g.micro',
      Engine: 'redis',
      CacheClusterStatus: 'creating',
      NumCacheNodes: 1,
      PendingModifiedValues: {},
      CacheParameterGroup: { CacheParameterGroupName: 'default.redis7', ParameterApplyStatus: 'in-sync' },
      CacheSubnetGroupName: 'default',
      TransitEncryptionEnabled: false,
      AtRestEncryptionEnabled: false,
      ARN,
    });
    expect(CacheCluster).not.toHaveProperty('ReplicationGroupId');
  });

  it.each([
    ['the engine valkey', { Engine: 'valkey' }, 'InvalidParameterValue', 'use CreateReplicationGroup'],
    ['several nodes', { NumCacheNodes: 2 }, 'InvalidParameterValue', 'greater than 1'],
    ['no number of nodes', { NumCacheNodes: undefined }, 'InvalidParameterValue', 'NumCacheNodes'],
    [
      'TLS',
      { TransitEncryptionEnabled: true },
      'InvalidParameterCombination',
      'not supported for engine REDIS',
    ],
    ['an id of 51 characters', { CacheClusterId: 'a'.repeat(51) }, 'InvalidParameterValue', '50 characters'],
    ['an id that a cluster has', { CacheClusterId: 'alone' }, 'CacheClusterAlreadyExists', 'alone'],
    [
      'the id of a group’s node',
      { CacheClusterId: 'grouped-001' },
      'CacheClusterAlreadyExists',
      'grouped-001',
    ],
    ['memcached', { Engine: 'memcached' }, 'NotModelled', 'memcached'],
    ['an AUTH token', { AuthToken: 'a-token-of-16-characters' }, 'NotModelled', 'AuthToken'],
    ['a replication group', { ReplicationGroupId: 'grouped' }, 'NotModelled', 'ReplicationGroupId'],
  ])('refuses %s', async (_, input, code, message) => {
    await expect(refused(input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it('asks for the permission on the cluster, and to tag it', async () => {
    const asked = fixture.authorized.filter(({ resource }) => resource === ARN);
    expect(asked.slice(0, 2).map(({ action }) => action)).toEqual([
      'elasticache:CreateCacheCluster',
      'elasticache:AddTagsToResource',
    ]);
    await expect(
      fixture.call('CreateCacheCluster', alone, { denied: ['elasticache:CreateCacheCluster'] }),
    ).rejects.toMatchObject({ code: 'AccessDenied' });
  });
});

describe('a cluster outside a replication group', () => {
  it('is seen by the operations on clusters alone', async () => {
    expect(await idsOf({})).toEqual(['alone', 'grouped-001']);
    expect(await idsOf({ CacheClusterId: 'ALONE' })).toEqual(['alone']);
    expect(await idsOf({ ShowCacheClustersNotInReplicationGroups: true })).toEqual(['alone']);
    await expect(
      fixture.call('DescribeReplicationGroups', { ReplicationGroupId: 'alone' }),
    ).rejects.toMatchObject({ code: 'ReplicationGroupNotFoundFault' });
  });

  it('has an endpoint, where its server answers', async () => {
    const { CacheClusters } = await fixture.call('DescribeCacheClusters', {
      CacheClusterId: 'alone',
      ShowCacheNodeInfo: true,
    });
    const [node] = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'alone');
    const { host, port } = node?.customer ?? {};
    expect(CacheClusters[0].CacheNodes).toMatchObject([{ Endpoint: { Address: host, Port: port } }]);
    expect(fixture.elasticache.statusOf(ACCOUNT, REGION, 'alone')).toBe('available');
    expect(fixture.elasticache.groupIds).toContain('alone');
  });

  it('has tags of its own; the clusters of a group have the group’s', async () => {
    const tagging = createTagging(fixture.elasticache.taggingSources);
    const resources = await tagging.operations.GetResources?.(
      { ResourceTypeFilters: ['elasticache:cluster'], TagFilters: [{ Key: 'redrill:plan' }] },
      fixture.makeCall('GetResources', {}),
    );
    expect(resources).toMatchObject({
      ResourceTagMappingList: [
        { ResourceARN: ARN, Tags: [{ Key: 'redrill:plan', Value: 'gold' }] },
        { ResourceARN: expect.stringMatching(/:cluster:grouped-001$/), Tags: [{ Value: 'silver' }] },
      ],
    });
    await fixture.call('AddTagsToResource', { ResourceName: ARN, Tags: [{ Key: 'team', Value: 'web' }] });
    const { TagList } = await fixture.call('ListTagsForResource', { ResourceName: ARN });
    expect(TagList).toEqual([
      { Key: 'redrill:plan', Value: 'gold' },
      { Key: 'team', Value: 'web' },
    ]);
  });

  it('is snapshotted by its id, and the snapshot names no group', async () => {
    const snapshot = { SnapshotName: 'of-alone', CacheClusterId: 'alone' };
    await fixture.call('CreateSnapshot', snapshot);
    await fixture.pass(LONG_MS);
    const { Snapshots } = await fixture.call('DescribeSnapshots', { CacheClusterId: 'alone' });
    expect(Snapshots).toMatchObject([{ ...snapshot, SnapshotStatus: 'available', NumCacheNodes: 1 }]);
    expect(Snapshots[0]).not.toHaveProperty('ReplicationGroupId');
    const { Events } = await fixture.call('DescribeEvents', {
      SourceType: 'cache-cluster',
      SourceIdentifier: 'alone',
      Duration: 120,
    });
    expect(Events.map(({ Message }: { Message: string }) => Message)).toEqual([
      'Cache cluster created',
      expect.stringContaining('succeeded'),
    ]);
  });

  it('may have the id of a replication group', async () => {
    await createCache(fabric(), { ...PLACE, id: 'grouped', standalone: true });
    await fixture.pass(LONG_MS);
    expect(await idsOf({})).toEqual(['alone', 'grouped', 'grouped-001']);
    await fixture.call('DeleteCacheCluster', { CacheClusterId: 'grouped' });
    await fixture.pass(LONG_MS);
    expect(await idsOf({})).toEqual(['alone', 'grouped-001']);
  });
});

describe('DeleteCacheCluster', () => {
  it.each([
    ['no such cluster', { CacheClusterId: 'none' }, 'CacheClusterNotFound'],
    ['a node of a group', { CacheClusterId: 'grouped-001' }, 'NotModelled'],
    ['a final snapshot', { CacheClusterId: 'alone', FinalSnapshotIdentifier: 'last' }, 'NotModelled'],
  ])('refuses %s', async (_, input, code) => {
    await expect(fixture.call('DeleteCacheCluster', input)).rejects.toMatchObject({ code });
  });

  it('refuses a cluster that is being created', async () => {
    await createCache(fabric(), { ...PLACE, id: 'young', standalone: true });
    await expect(fixture.call('DeleteCacheCluster', { CacheClusterId: 'young' })).rejects.toMatchObject({
      code: 'InvalidCacheClusterState',
    });
  });

  it('ends the server, and the id is free again', async () => {
    const { CacheCluster } = await fixture.call('DeleteCacheCluster', { CacheClusterId: 'alone' });
    expect(CacheCluster.CacheClusterStatus).toBe('deleting');
    await fixture.pass(LONG_MS);
    expect(fixture.elasticache.nodesOf(ACCOUNT, REGION, 'alone')).toEqual([]);
    await expect(idsOf({ CacheClusterId: 'alone' })).rejects.toMatchObject({ code: 'CacheClusterNotFound' });
  });
});

test('createCache refuses what such a cluster cannot have', async () => {
  await expect(createCache(fabric(), { ...PLACE, id: 'c', standalone: true, replicas: 1 })).rejects.toThrow(
    'c is standalone',
  );
});

/** A fabric reduced to the call that createCache makes. */
function fabric(): Parameters<typeof createCache>[0] {
  return { call: ({ operation, input }) => fixture.call(operation, input) };
}
