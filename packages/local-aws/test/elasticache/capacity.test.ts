import { afterEach, expect, it } from 'vitest';
import { readingsOf } from '../../readings.ts';
import {
  availableCache,
  describeGroup,
  type Fixture,
  LONG_MS,
  REGION,
  small,
  startFixture,
} from './fixture.ts';

/* https://runbooks.cloud-platform.service.justice.gov.uk/elasticache-insufficient-az-capacity.html, winglang/wing#4126 */

let fixture: Fixture;

afterEach(() => fixture.close());

const start = async (reading: string) => {
  fixture = await startFixture({ readings: readingsOf({ 'capacity-refusal': reading }) });
  fixture.elasticache.lackCapacityFor({ nodeType: 'cache.t4g.micro' });
};

it('refuses nodes that it does not have at the call', async () => {
  await start('at-the-call');
  await expect(fixture.call('CreateReplicationGroup', small('orders'))).rejects.toMatchObject({
    code: 'InsufficientCacheClusterCapacity',
    message: expect.stringMatching(
      /^cache\.t4g\.micro \(VPC\) is not currently supported in the availability zone [a-z0-9-]+\.$/,
    ),
  });
  await expect(describeGroup(fixture, 'orders')).rejects.toMatchObject({
    code: 'ReplicationGroupNotFoundFault',
  });
});

it('or accepts them, lets them fail, says why in an event, and keeps the name until they are deleted', async () => {
  await start('late');
  await fixture.call('CreateReplicationGroup', small('orders'));
  expect(await describeGroup(fixture, 'orders')).toMatchObject({ Status: 'creating' });
  await fixture.pass(LONG_MS);
  expect(await describeGroup(fixture, 'orders')).toMatchObject({ Status: 'create-failed' });
  const { CacheClusters } = await fixture.call('DescribeCacheClusters', { CacheClusterId: 'orders-001' });
  expect(CacheClusters).toMatchObject([{ CacheClusterStatus: 'create-failed' }]);
  const { Events } = await fixture.call('DescribeEvents', { SourceType: 'cache-cluster' });
  expect(Events).toMatchObject([
    { SourceIdentifier: 'orders-001', Message: expect.stringContaining('InsufficientCacheClusterCapacity') },
  ]);
  await expect(fixture.call('CreateReplicationGroup', small('orders'))).rejects.toMatchObject({
    code: 'ReplicationGroupAlreadyExists',
  });
  await fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'orders' });
  await fixture.pass(LONG_MS);
  fixture.elasticache.lackCapacityFor({ nodeType: 'cache.t4g.micro', zone: `${REGION}z` });
  expect(await availableCache(fixture, small('orders'))).toMatchObject({ Status: 'available' });
});

it('gives an account no more nodes in a region than its quota', async () => {
  fixture = await startFixture({ nodeQuota: () => 1 });
  await fixture.call('CreateReplicationGroup', small('orders'));
  await expect(fixture.call('CreateReplicationGroup', small('sessions'))).rejects.toMatchObject({
    code: 'NodeQuotaForCustomerExceeded',
    message: 'Customer node quota exceeded. You can have at most 1 nodes in this region.',
  });
});
