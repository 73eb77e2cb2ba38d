import { readFileSync } from 'node:fs';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { arnOf } from '../../model/elasticache/names.ts';
import {
  ACCOUNT,
  availableCache,
  describeGroup,
  describeSnapshot,
  type Fixture,
  LONG_MS,
  REGION,
  small,
  startFixture,
} from './fixture.ts';

const TOKEN = 'a-token-of-at-least-16';

describe('a cache with cluster mode, TLS and AUTH, from backup to restore', { shuffle: false }, () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture();
    fixture.s3.addBucket('landing');
  });
  afterAll(() => fixture.close());

  it('serves ioredis over TLS and AUTH, and no one without the token', async () => {
    const created = await fixture.call('CreateReplicationGroup', {
      ...small('Orders'),
      ClusterMode: 'enabled',
      NumNodeGroups: 2,
      ReplicasPerNodeGroup: 1,
      AutomaticFailoverEnabled: true,
      TransitEncryptionEnabled: true,
      AuthToken: TOKEN,
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    expect(created.ReplicationGroup).toMatchObject({ ReplicationGroupId: 'orders', Status: 'creating' });
    expect(created.ReplicationGroup.ConfigurationEndpoint).toBeUndefined();
    await fixture.pass(LONG_MS);
    const group = await describeGroup(fixture, 'orders');
    expect(group).toMatchObject({
      Status: 'available',
      ClusterEnabled: true,
      AuthTokenEnabled: true,
      TransitEncryptionEnabled: true,
      MemberClusters: ['orders-0001-001', 'orders-0001-002', 'orders-0002-001', 'orders-0002-002'],
      NodeGroups: [{ Slots: '0-8191' }, { Slots: '8192-16383' }],
    });
    const redis = await connect(group, TOKEN);
    for (let key = 0; key < 100; key++) await redis.set(`key-${key}`, `the value of key number ${key}`);
    await expect(redis.nodes()[0]?.config('GET', '*')).rejects.toThrow(/NOPERM/);
    redis.disconnect();
    await expect(connect(group, 'a-wrong-token-of-any-kind')).rejects.toThrow();
  });

  it('snapshots every shard from a replica, and is snapshotting meanwhile', async () => {
    await fixture.call('CreateSnapshot', { ReplicationGroupId: 'orders', SnapshotName: 'Nightly' });
    expect((await describeGroup(fixture, 'orders')).Status).toBe('snapshotting');
    await expect(
      fixture.call('CreateSnapshot', { ReplicationGroupId: 'orders', SnapshotName: 'again' }),
    ).rejects.toMatchObject({ code: 'InvalidReplicationGroupState' });
    await expect(
      fixture.call('ListTagsForResource', { ResourceName: arnOf(place, 'replicationgroup', 'orders') }),
    ).rejects.toMatchObject({ code: 'CacheClusterNotFound', status: 404 });
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'orders')).Status).toBe('available');
    expect(await describeSnapshot(fixture, 'nightly')).toMatchObject({
      SnapshotStatus: 'available',
      NumNodeGroups: 2,
      ReplicationGroupId: 'orders',
      EngineVersion: '8.0.1',
      NodeSnapshots: [
        {
          CacheClusterId: 'orders-0001-002',
          NodeGroupConfiguration: { Slots: '0-8191', ReplicaCount: 1 },
          CacheSize: expect.stringMatching(/^\d+ MB$/),
        },
        { CacheClusterId: 'orders-0002-002', NodeGroupConfiguration: { Slots: '8192-16383' } },
      ],
    });
  });

  it('exports one RDB file per shard that says the virtual time it was taken at', async () => {
    await fixture.call('CopySnapshot', {
      SourceSnapshotName: 'nightly',
      TargetSnapshotName: 'nightly',
      TargetBucket: 'landing',
    });
    expect((await describeSnapshot(fixture, 'nightly')).SnapshotStatus).toBe('exporting');
    expect(fixture.s3.keys()).toEqual([]);
    await fixture.pass(LONG_MS);
    const snapshot = await describeSnapshot(fixture, 'nightly');
    expect(snapshot.SnapshotStatus).toBe('available');
    expect(fixture.s3.keys()).toEqual(['landing/nightly-0001.rdb', 'landing/nightly-0002.rdb']);
    const bytes = readFileSync(fixture.s3.fileOf('landing', 'nightly-0001.rdb'));
    const field = bytes.indexOf('ctime');
    const taken = Math.floor(snapshot.NodeSnapshots[0].SnapshotCreateTime.getTime() / 1_000);
    expect(bytes.readInt32LE(field + 6)).toBe(taken);
  });

  it('restores them, in any order, into a new cache with the same slots', async () => {
    const group = await availableCache(fixture, {
      ...restoreOf('drill-1'),
      SnapshotArns: ['arn:aws:s3:::landing/nightly-0002.rdb', 'arn:aws:s3:::landing/nightly-0001.rdb'],
    });
    expect(group.Status).toBe('available');
    const redis = await connect(group);
    expect(await redis.get('key-42')).toBe('the value of key number 42');
    const sizes = await Promise.all(redis.nodes('master').map((node) => node.dbsize()));
    // The hundred keys, and the one that ElastiCache writes itself.
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(101);
    redis.disconnect();
  });

  it('deals the keys of the files to shards of other slots', async () => {
    await fixture.call('CreateReplicationGroup', {
      ...restoreOf('drill-2'),
      NodeGroupConfiguration: [{ Slots: '0-3999' }, { Slots: '4000-16383' }],
      SnapshotArns: ['arn:aws:s3:::landing/nightly-0001.rdb', 'arn:aws:s3:::landing/nightly-0002.rdb'],
    });
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'drill-2')).Status).toBe('available');
    const keysOf = async (id: string) => {
      const nodes = fixture.elasticache.nodesOf(ACCOUNT, REGION, id);
      const sizes = nodes.map(({ server }) => server.control((redis) => redis.dbsize()));
      return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    };
    expect(await keysOf('drill-2')).toBe(await keysOf('drill-1'));
    expect(await keysOf('drill-2')).toBeGreaterThan(0);
    await fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'drill-2' });
  });

  it('deletes a cache with its processes', async () => {
    const nodes = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'drill-1');
    expect(nodes).toHaveLength(2);
    await fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'drill-1' });
    expect((await describeGroup(fixture, 'drill-1')).Status).toBe('deleting');
    await fixture.pass(LONG_MS);
    await expect(describeGroup(fixture, 'drill-1')).rejects.toMatchObject({
      code: 'ReplicationGroupNotFoundFault',
    });
    expect(nodes.map(({ server }) => server.running)).toEqual([false, false]);
  });

  const place = { account: ACCOUNT, region: REGION };

  const restoreOf = (id: string) => ({
    ...small(id),
    AutomaticFailoverEnabled: true,
    CacheParameterGroupName: 'default.valkey8.cluster.on',
    TransitEncryptionEnabled: true,
    NodeGroupConfiguration: [{ Slots: '0-8191' }, { Slots: '8192-16383' }],
  });

  // biome-ignore lint/suspicious/noExplicitAny: a ReplicationGroup as DescribeReplicationGroups gave it
  async function connect(group: any, password?: string): Promise<Cluster> {
    const { Address, Port } = group.ConfigurationEndpoint;
    const ca = (await fixture.elasticache.tls()).ca;
    const redis = new Cluster([{ host: Address, port: Port }], {
      lazyConnect: true,
      clusterRetryStrategy: () => null,
      redisOptions: { tls: { ca }, ...(password === undefined ? {} : { password }) },
    });
    redis.on('error', () => undefined);
    await redis.connect();
    return redis;
  }
});
