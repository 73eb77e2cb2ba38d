import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

  it('with a replica is not modelled', async () => {
    await availableCache(fixture, { ...small('carts'), NumCacheClusters: 2 });
    await expect(fixture.elasticache.failNode({ ...place, name: 'carts' })).rejects.toThrow(
      'carts, which has replicas to take over',
    );
  });
});
