import { ACCOUNT, type CallOptions, type Fixture, LONG_MS, REGION } from './fixture.ts';

export const CACHE = `arn:aws:elasticache:${REGION}:${ACCOUNT}:serverlesscache`;
export const SNAPSHOT = `arn:aws:elasticache:${REGION}:${ACCOUNT}:serverlesscachesnapshot`;
export const PREFIX = 'key';

export async function create(
  fixture: Fixture,
  name: string,
  request: object = {},
  options: CallOptions = {},
) {
  const input = { ServerlessCacheName: name, Engine: 'valkey', ...request };
  const { ServerlessCache } = await fixture.call('CreateServerlessCache', input, options);
  await fixture.pass(LONG_MS);
  return ServerlessCache;
}

export async function describeCache(fixture: Fixture, ServerlessCacheName: string) {
  const { ServerlessCaches } = await fixture.call('DescribeServerlessCaches', { ServerlessCacheName });
  return ServerlessCaches[0];
}

export async function snapshot(fixture: Fixture, name: string, cache: string) {
  await fixture.call('CreateServerlessCacheSnapshot', {
    ServerlessCacheSnapshotName: name,
    ServerlessCacheName: cache,
  });
  await fixture.pass(LONG_MS);
}

export async function describeSnapshot(fixture: Fixture, ServerlessCacheSnapshotName: string) {
  const answer = await fixture.call('DescribeServerlessCacheSnapshots', { ServerlessCacheSnapshotName });
  return answer.ServerlessCacheSnapshots[0];
}

export const exporting = (name: string, bucket = 'landing') => ({
  ServerlessCacheSnapshotName: name,
  S3BucketName: bucket,
});

export async function fill(fixture: Fixture, name: string, keys = 50): Promise<void> {
  await fixture.elasticache.serverlessNodeOf(ACCOUNT, REGION, name)?.server.control(async (redis) => {
    for (let key = 0; key < keys; key++) await redis.set(`${PREFIX}-${key}`, `value ${key}`);
  });
}

export async function countOf(fixture: Fixture, name: string): Promise<number> {
  const node = fixture.elasticache.serverlessNodeOf(ACCOUNT, REGION, name);
  return (await node?.server.control((redis) => redis.dbsize())) ?? -1;
}
