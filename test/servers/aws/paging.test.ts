import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administratorOf, createCache, type LocalAws, startLocalAws } from '@redrill/local-aws';
import { beforeAll, expect, test, vi } from 'vitest';
import { restoreElastiCache } from '../../../adapters/aws/restore-elasticache.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const HOUR_MS = 3_600_000;

let aws: LocalAws;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'redrill-paging-'));
  aws = await startLocalAws({ dataDir, readings: { 'page-size': 'one' } });
  for (const [name, value] of Object.entries(aws.environment(REGION, ACCOUNT))) vi.stubEnv(name, value);
  return async () => {
    vi.unstubAllEnvs();
    await aws.close();
    await rm(dataDir, { recursive: true, force: true });
  };
});

test('a restore reads every page, also where a page has one result: engine versions, and events', async () => {
  const elasticache = restoreElastiCache(REGION);
  expect((await elasticache.engineOffers()).length).toBeGreaterThan(2);
  const call = (operation: string, input: object) =>
    aws.fabric.call({
      service: 'elasticache',
      operation,
      region: REGION,
      principal: administratorOf(ACCOUNT),
      input,
    });
  await createCache(aws.fabric, { id: 'orders', account: ACCOUNT, region: REGION });
  await aws.clock.run({ until: aws.clock.now() + HOUR_MS });
  await call('DeleteReplicationGroup', { ReplicationGroupId: 'orders' });
  await aws.clock.run({ until: aws.clock.now() + HOUR_MS });
  const { Events } = (await call('DescribeEvents', { Duration: 600 })) as {
    readonly Events: readonly object[];
  };
  expect(Events).toHaveLength(1);
  expect(await elasticache.eventsOf({ id: 'orders' })).toHaveLength(2);
});
