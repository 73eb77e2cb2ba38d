import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
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

describe('a cache whose only node fails', { shuffle: false }, () => {
  let fixture: Fixture;
  const place = { account: ACCOUNT, region: REGION };
  const node = () => fixture.elasticache.nodesOf(ACCOUNT, REGION, 'jobs')[0]?.server;

  beforeAll(async () => {
    fixture = await startFixture();
    await availableCache(fixture, small('jobs'));
  });
  afterAll(() => fixture.close());

  it('is gone at once, and cannot be snapshotted', async () => {
    await node()?.control((redis) => redis.set('key', 'value'));
    await fixture.elasticache.failNode({ ...place, name: 'jobs' });
    expect(node()?.running).toBe(false);
    expect((await describeGroup(fixture, 'jobs')).Status).toBe('modifying');
    await expect(
      fixture.call('CreateSnapshot', { CacheClusterId: 'jobs-001', SnapshotName: 'now' }),
    ).rejects.toThrow('Cluster jobs-001 is modifying, not available.');
  });

  it('comes back some minutes later at the same address, empty', async () => {
    const before = node()?.port;
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'jobs')).Status).toBe('available');
    expect(node()).toMatchObject({ port: before, running: true });
    expect(await node()?.control((redis) => redis.dbsize())).toBe(0);
    const { Events } = await fixture.call('DescribeEvents', { SourceType: 'cache-cluster' });
    expect(Events.map(({ Message }: { Message: string }) => Message)).toEqual([
      'Recovering cache nodes 0001',
      'Finished recovery for cache nodes 0001',
    ]);
  });

  it('is noticed when somebody kills its process', async () => {
    process.kill(node()?.pid ?? 0, 'SIGKILL');
    await vi.waitFor(async () => expect((await describeGroup(fixture, 'jobs')).Status).toBe('modifying'), {
      timeout: 120_000,
    });
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'jobs')).Status).toBe('available');
    expect(node()?.running).toBe(true);
  });

  it('is refused by the name of a node that it does not have', async () => {
    await expect(fixture.elasticache.failNode({ ...place, name: 'jobs' }, 'jobs-002')).rejects.toThrow(
      'CacheCluster not found: jobs-002; jobs has jobs-001',
    );
  });
});

describe('a cache with a replica', { shuffle: false }, () => {
  let fixture: Fixture;
  const place = { account: ACCOUNT, region: REGION, name: 'carts' };
  const nodes = () => fixture.elasticache.nodesOf(ACCOUNT, REGION, 'carts');
  const names = () => nodes().map(({ cacheClusterId, role }) => `${cacheClusterId} ${role}`);

  beforeAll(async () => {
    fixture = await startFixture();
    await availableCache(fixture, { ...small('carts'), NumCacheClusters: 2, AutomaticFailoverEnabled: true });
    await nodes()[0]?.server.control((redis) => redis.set('key', 'value'));
    await nodes()[0]?.server.control((redis) => redis.wait(1, 10_000));
  });
  afterAll(() => fixture.close());

  it('fails over when its primary fails, and loses nothing', async () => {
    await fixture.elasticache.failNode(place);
    expect(names()).toEqual(['carts-002 primary', 'carts-001 replica']);
    expect(await nodes()[0]?.server.control((redis) => redis.get('key'))).toBe('value');
    await nodes()[0]?.server.control((redis) => redis.set('after', 'failover'));
    expect((await describeGroup(fixture, 'carts')).Status).toBe('modifying');
  });

  it('gets the failed node back as a replica, with the data', async () => {
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'carts')).Status).toBe('available');
    await expect(nodes()[1]?.server.control((redis) => redis.get('after'))).resolves.toBe('failover');
    const { Events } = await fixture.call('DescribeEvents', {
      SourceType: 'replication-group',
      Duration: 60,
    });
    expect(Events.map(({ Message }: { Message: string }) => Message)).toContain(
      'Failover to replica node carts-002 completed',
    );
  });

  it('keeps its primary when the replica fails', async () => {
    await fixture.elasticache.failNode(place, 'carts-001');
    expect(names()).toEqual(['carts-002 primary', 'carts-001 replica']);
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'carts')).Status).toBe('available');
    expect(nodes().every(({ server }) => server.running)).toBe(true);
  });
});
