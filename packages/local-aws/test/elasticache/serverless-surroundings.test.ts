import { afterAll, beforeAll, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createKms } from '../../model/kms.ts';
import { ACCOUNT, type Fixture, LONG_MS, REGION, small, startFixture } from './fixture.ts';
import {
  countOf,
  create,
  describeCache,
  describeSnapshot,
  exporting,
  SNAPSHOT,
  snapshot,
} from './serverless-fixture.ts';

/** Serverless caches within a VPC, under a key of their owner, restored, and when something fails. */

const kms = createKms({ clock: new VirtualClock() });
const { arn: KEY } = kms.addKey({ id: 'caches', account: ACCOUNT, region: REGION, alias: 'alias/caches' });
const place = { account: ACCOUNT, region: REGION };
const stack = { name: 'source', ...place };
let fixture: Fixture;

beforeAll(async () => {
  // A "gigabyte" that a test can fill.
  fixture = await startFixture({ keys: kms, bytesOfGigabytes: (gigabytes) => gigabytes * 1_000_000 });
  fixture.s3.addBucket('landing');
});
afterAll(() => fixture.close());

async function declare(type: string, logicalId: string, properties: object): Promise<string> {
  const handler = fixture.ec2Handlers.find((one) => one.type === `AWS::EC2::${type}`);
  if (handler === undefined) throw new Error(type);
  const names = { logicalId, generatedName: logicalId, generatedId: logicalId };
  return (await handler.create({ ...names, type, properties, stack, asset: () => '' })).ref;
}

const statusOf = async (name: string): Promise<string> => (await describeCache(fixture, name)).Status;
const statusOfSnapshot = async (name: string): Promise<string> =>
  (await describeSnapshot(fixture, name)).Status;

it('a cache is in the subnets and security groups that are named, and reached as their rules say', async () => {
  const VpcId = await declare('VPC', 'Vpc', { CidrBlock: '10.0.0.0/16' });
  const other = await declare('VPC', 'Other', { CidrBlock: '10.1.0.0/16' });
  const subnet = (id: string, of: string) =>
    declare('Subnet', id, { VpcId: of, CidrBlock: '10.0.0.0/24', AvailabilityZone: `${REGION}a` });
  const [one, two, elsewhere] = [
    await subnet('One', VpcId),
    await subnet('Two', VpcId),
    await subnet('Elsewhere', other),
  ];
  const group = (id: string, of: string) =>
    declare('SecurityGroup', id, { VpcId: of, GroupDescription: 'g' });
  const [caches, lambda, stranger] = [
    await group('Caches', VpcId),
    await group('Lambda', VpcId),
    await group('Stranger', other),
  ];
  await expect(create(fixture, 'split', { SubnetIds: [one, elsewhere] })).rejects.toThrow(
    'must be of one VPC',
  );
  await expect(create(fixture, 'split', { SubnetIds: [one], SecurityGroupIds: [stranger] })).rejects.toThrow(
    `The security group '${stranger}' does not exist in ${VpcId}`,
  );
  const placed = { SubnetIds: [one, two], SecurityGroupIds: [caches] };
  expect(await create(fixture, 'placed', placed)).toMatchObject(placed);
  expect(fixture.elasticache.routesFor([lambda])).toEqual([]);
  const rule = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6380 };
  await declare('SecurityGroupIngress', 'In', {
    ...rule,
    GroupId: caches,
    SourceSecurityGroupId: lambda,
  });
  const { port } = fixture.elasticache.serverlessNodeOf(ACCOUNT, REGION, 'placed')?.customer ?? {};
  expect(fixture.elasticache.routesFor([lambda])).toMatchObject([{ host: '127.0.0.1', port }]);
  expect(fixture.elasticache.routesFor([stranger])).toEqual([]);

  const change = { ServerlessCacheName: 'placed', SecurityGroupIds: [lambda] };
  await fixture.call('ModifyServerlessCache', change);
  await fixture.pass(LONG_MS);
  expect(fixture.elasticache.routesFor([stranger, lambda])).toEqual([]);
});

it('a cache and its snapshots are encrypted with the key of their owner, whose permission is needed', async () => {
  const denied = { denied: ['kms:CreateGrant'] };
  const creation = { ServerlessCacheName: 'secret', Engine: 'valkey', KmsKeyId: KEY };
  await expect(fixture.call('CreateServerlessCache', creation, denied)).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  expect(await create(fixture, 'secret', creation)).toMatchObject({
    KmsKeyId: KEY,
    StorageEncryptionType: 'sse-kms',
  });
  const order = { ServerlessCacheSnapshotName: 'secret', ServerlessCacheName: 'secret' };
  await expect(fixture.call('CreateServerlessCacheSnapshot', order, denied)).rejects.toMatchObject({
    code: 'AccessDenied',
  });
  const { ServerlessCacheSnapshot } = await fixture.call('CreateServerlessCacheSnapshot', order);
  expect(ServerlessCacheSnapshot).toMatchObject({ KmsKeyId: KEY });
  await fixture.pass(LONG_MS);
  const copy = {
    SourceServerlessCacheSnapshotName: 'secret',
    TargetServerlessCacheSnapshotName: 'copy',
  };
  const target = { ServerlessCacheSnapshotName: 'secret', S3BucketName: 'landing' };
  for (const [operation, input] of [
    ['CopyServerlessCacheSnapshot', copy],
    ['ExportServerlessCacheSnapshot', target],
  ] as const)
    await expect(fixture.call(operation, input, denied)).rejects.toMatchObject({ code: 'AccessDenied' });
  expect(await statusOfSnapshot('secret')).toBe('available');
});

it('an export that S3 refuses at its end leaves the snapshot as it was, and an event', async () => {
  fixture.s3.addBucket('closing');
  const request = { ServerlessCacheSnapshotName: 'secret', S3BucketName: 'closing' };
  await fixture.call('ExportServerlessCacheSnapshot', request);
  fixture.s3.addBucket('closing', { granted: [] });
  await fixture.pass(LONG_MS);
  expect(await statusOfSnapshot('secret')).toBe('available');
  const { Events } = await fixture.call('DescribeEvents', {
    SourceType: 'serverless-cache-snapshot',
    SourceIdentifier: 'secret',
  });
  expect(Events.at(-1).Message).toMatch(/^Export of snapshot 'secret' to bucket 'closing' failed/);
});

it('a snapshot of a node-based cluster is restored, and its shards put together', async () => {
  await fixture.call('CreateReplicationGroup', {
    ...small('sharded'),
    ClusterMode: 'enabled',
    NumNodeGroups: 2,
    ReplicasPerNodeGroup: 0,
    AutomaticFailoverEnabled: true,
  });
  await fixture.pass(LONG_MS);
  for (const { server } of fixture.elasticache.nodesOf(ACCOUNT, REGION, 'sharded'))
    await server.control(async (redis) => {
      for (let key = 0; key < 20; key++) await redis.set(`key-${key}`, 'one').catch(() => undefined);
    });
  await fixture.call('CreateSnapshot', { ReplicationGroupId: 'sharded', SnapshotName: 'nodes' });
  await fixture.pass(LONG_MS);
  const arn = `arn:aws:elasticache:${REGION}:${ACCOUNT}:snapshot:nodes`;
  await create(fixture, 'whole', { SnapshotArnsToRestore: [arn] });
  expect(await countOf(fixture, 'whole')).toBeGreaterThanOrEqual(20);
});

it('a file that cannot be loaded makes the cache create-failed, which can only be deleted', async () => {
  await fixture.s3.put('landing', 'text.rdb', new URL(import.meta.url).pathname);
  await create(fixture, 'broken', { SnapshotArnsToRestore: ['arn:aws:s3:::landing/text.rdb'] });
  expect(await describeCache(fixture, 'broken')).toMatchObject({ Status: 'create-failed' });
  const deletion = { ServerlessCacheName: 'broken' };
  await expect(snapshot(fixture, 'of-broken', 'broken')).rejects.toMatchObject({
    code: 'InvalidServerlessCacheStateFault',
  });
  await expect(
    fixture.call('DeleteServerlessCache', { ...deletion, FinalSnapshotName: 'last-of-broken' }),
  ).rejects.toMatchObject({ code: 'InvalidServerlessCacheStateFault' });
  await fixture.call('DeleteServerlessCache', deletion);
  await fixture.pass(LONG_MS);
  await expect(describeCache(fixture, 'broken')).rejects.toThrow(/broken not found/);
});

it('a limit of the storage holds, and a restore that exceeds it fails rather than evict keys', async () => {
  const limit = { CacheUsageLimits: { DataStorage: { Maximum: 5, Unit: 'GB' } } };
  const setMuch = (name: string) =>
    fixture.elasticache
      .serverlessNodeOf(ACCOUNT, REGION, name)
      ?.server.control((redis) => redis.set(`key-${name}`, 'x'.repeat(6_000_000)));
  await create(fixture, 'large');
  await setMuch('large');
  await snapshot(fixture, 'large', 'large');
  await create(fixture, 'small', { ...limit, SnapshotArnsToRestore: [`${SNAPSHOT}:large`] });
  expect(await describeCache(fixture, 'small')).toMatchObject({ Status: 'create-failed' });
  const { Events } = await fixture.call('DescribeEvents', {
    SourceType: 'serverless-cache',
    SourceIdentifier: 'small',
  });
  expect(Events[0].Message).toMatch(/the data use \d+ bytes of the 5000000 that a limit of 5 GB has/);
  await create(fixture, 'limited', limit);
  await expect(setMuch('limited')).rejects.toThrow(/OOM/);
});

it('what a fault freezes goes on when it is thawed', async () => {
  const freeze = (operation: string, resource: string) =>
    fixture.faults.arm({ kind: 'freeze', service: 'elasticache', operation, resource });
  freeze('CreateServerlessCache', 'stuck');
  await create(fixture, 'stuck');
  expect(await statusOf('stuck')).toBe('creating');
  await expect(fixture.call('DeleteServerlessCache', { ServerlessCacheName: 'stuck' })).rejects.toMatchObject(
    { code: 'InvalidServerlessCacheStateFault' },
  );
  expect(fixture.elasticache.thaw({ ...place, name: 'stuck' })).toBe(true);
  await fixture.pass(1_000);
  expect(await statusOf('stuck')).toBe('available');

  freeze('CreateServerlessCacheSnapshot', 'held');
  await snapshot(fixture, 'held', 'stuck');
  expect(await statusOfSnapshot('held')).toBe('creating');
  fixture.elasticache.thaw({ ...place, name: 'held' });
  expect(await statusOfSnapshot('held')).toBe('available');

  freeze('ExportServerlessCacheSnapshot', 'held');
  await fixture.call('ExportServerlessCacheSnapshot', exporting('held'));
  await fixture.pass(LONG_MS);
  expect(await statusOfSnapshot('held')).toBe('exporting');
  fixture.elasticache.thaw({ ...place, name: 'held' });
  await fixture.pass(1_000);
  expect(await statusOfSnapshot('held')).toBe('available');
  expect(fixture.s3.keys()).toContain('landing/held-0001.rdb');

  freeze('DeleteServerlessCache', 'stuck');
  await fixture.call('DeleteServerlessCache', { ServerlessCacheName: 'stuck' });
  await fixture.pass(LONG_MS);
  expect(await statusOf('stuck')).toBe('deleting');
  fixture.elasticache.thaw({ ...place, name: 'stuck' });
  await fixture.pass(1_000);
  await expect(statusOf('stuck')).rejects.toThrow(/stuck not found/);
});

it('a frozen creation is given up after 80 minutes, and can then be deleted', async () => {
  const frozen = { kind: 'freeze', service: 'elasticache', operation: 'CreateServerlessCache' } as const;
  fixture.faults.arm({ ...frozen, resource: 'given-up' });
  await create(fixture, 'given-up');
  await fixture.pass(65 * 60_000);
  expect(await statusOf('given-up')).toBe('create-failed');
  expect(fixture.elasticache.thaw({ ...place, name: 'given-up' })).toBe(false);
  await fixture.call('DeleteServerlessCache', { ServerlessCacheName: 'given-up' });
  await fixture.pass(LONG_MS);
  await expect(statusOf('given-up')).rejects.toThrow(/given-up not found/);
});

it('a fault leaves a file of an export out, or damages it', async () => {
  const arm = (kind: 'omit' | 'flip-byte') =>
    fixture.faults.arm({ kind, service: 'elasticache', operation: 'ExportServerlessCacheSnapshot' });
  await snapshot(fixture, 'omitted', 'whole');
  arm('omit');
  await fixture.call('ExportServerlessCacheSnapshot', exporting('omitted'));
  await fixture.pass(LONG_MS);
  expect(fixture.s3.keys().filter((key) => key.includes('omitted'))).toEqual([]);
  arm('flip-byte');
  await fixture.call('ExportServerlessCacheSnapshot', exporting('omitted'));
  await fixture.pass(LONG_MS);
  await create(fixture, 'damaged', { SnapshotArnsToRestore: ['arn:aws:s3:::landing/omitted-0001.rdb'] });
  expect((await describeCache(fixture, 'damaged')).Status).toBe('create-failed');
});

it('a snapshot of a cache whose server crashed fails, and a deletion keeps the cache for its last one', async () => {
  const { server } = fixture.elasticache.serverlessNodeOf(ACCOUNT, REGION, 'secret') ?? {};
  process.kill(server?.pid ?? 0, 'SIGKILL');
  await server?.died;
  const order = { ServerlessCacheSnapshotName: 'lost', ServerlessCacheName: 'secret' };
  await fixture.call('CreateServerlessCacheSnapshot', order);
  await fixture.pass(LONG_MS);
  expect(await statusOfSnapshot('lost')).toBe('failed');
  await expect(
    fixture.call('ExportServerlessCacheSnapshot', {
      ServerlessCacheSnapshotName: 'lost',
      S3BucketName: 'landing',
    }),
  ).rejects.toMatchObject({ code: 'InvalidServerlessCacheSnapshotStateFault' });
  await fixture.call('DeleteServerlessCacheSnapshot', { ServerlessCacheSnapshotName: 'lost' });
  const deletion = { ServerlessCacheName: 'secret' };
  await fixture.call('DeleteServerlessCache', { ...deletion, FinalSnapshotName: 'last' });
  await fixture.pass(LONG_MS);
  expect([await statusOf('secret'), await statusOfSnapshot('last')]).toEqual(['available', 'failed']);
  await fixture.call('DeleteServerlessCache', deletion);
  await fixture.pass(LONG_MS);
  await expect(statusOf('secret')).rejects.toMatchObject({ code: 'ServerlessCacheNotFoundFault' });
});
