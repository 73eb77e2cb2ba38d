import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ElastiCache,
  paginateDescribeServerlessCacheSnapshots,
  paginateDescribeServerlessCaches,
  type ServerlessCache,
} from '@aws-sdk/client-elasticache';
import { IAM } from '@aws-sdk/client-iam';
import { ResourceGroupsTaggingAPI } from '@aws-sdk/client-resource-groups-tagging-api';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local-aws.ts';

/** Serverless caches as a customer has them: through the SDK, over HTTP, and with a Redis client over TLS. */

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const BUCKET = 'landing';
const MINUTE_MS = 60_000;
const arnOf = (type: string, name: string) => `arn:aws:elasticache:${REGION}:${ACCOUNT}:${type}:${name}`;

const folder = mkdtempSync(join(tmpdir(), 'redrill-serverless-'));
let aws: LocalAws;
let elasticache: ElastiCache;
let options: ReturnType<typeof clientOptions>;

function clientOptions(endpoint: string, accessKeyId: string, secretAccessKey: string, sessionToken = '') {
  const session = sessionToken === '' ? {} : { sessionToken };
  const credentials = { accessKeyId, secretAccessKey, ...session };
  return { region: REGION, endpoint, credentials, maxAttempts: 1 };
}

beforeAll(async () => {
  aws = await startLocalAws({ dataDir: join(folder, 'aws') });
  const { AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = aws.environment(REGION);
  options = clientOptions(aws.url, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY);
  elasticache = new ElastiCache(options);
  aws.s3.admin.createBucket({ account: ACCOUNT, region: REGION, name: BUCKET });
  aws.s3.admin.putBucketPolicy(BUCKET, {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: `${REGION}.elasticache-snapshot.amazonaws.com` },
        Action: [
          's3:PutObject',
          's3:GetObject',
          's3:ListBucket',
          's3:GetBucketAcl',
          's3:ListMultipartUploadParts',
          's3:ListBucketMultipartUploads',
        ],
        Resource: [`arn:aws:s3:::${BUCKET}`, `arn:aws:s3:::${BUCKET}/*`],
      },
    ],
  });
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true, force: true });
});

const pass = (minutes: number) => aws.clock.run({ until: aws.clock.now() + minutes * MINUTE_MS });

async function describeCache(ServerlessCacheName: string): Promise<ServerlessCache> {
  const { ServerlessCaches } = await elasticache.describeServerlessCaches({ ServerlessCacheName });
  return ServerlessCaches?.[0] ?? {};
}

async function statusOfSnapshot(ServerlessCacheSnapshotName: string): Promise<string | undefined> {
  const answer = await elasticache.describeServerlessCacheSnapshots({ ServerlessCacheSnapshotName });
  return answer.ServerlessCacheSnapshots?.[0]?.Status;
}

async function connect(name: string): Promise<Cluster> {
  const { Endpoint } = await describeCache(name);
  const ca = readFileSync((await aws.elasticache.tls()).caFile, 'utf8');
  const node = { host: Endpoint?.Address ?? '', port: Endpoint?.Port ?? 0 };
  const cluster = new Cluster([node], { redisOptions: { tls: { ca } }, lazyConnect: true });
  await cluster.connect();
  return cluster;
}

async function withClient<T>(name: string, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await connect(name);
  try {
    return await work(cluster);
  } finally {
    cluster.disconnect();
  }
}

describe('a serverless cache', { shuffle: false }, () => {
  it('is created, shown as AWS shows it, and becomes available', async () => {
    const { ServerlessCache: created } = await elasticache.createServerlessCache({
      ServerlessCacheName: 'Basket',
      Description: 'the baskets of a shop',
      Engine: 'valkey',
      MajorEngineVersion: '8',
      CacheUsageLimits: { DataStorage: { Maximum: 10, Unit: 'GB' }, ECPUPerSecond: { Maximum: 5_000 } },
      SnapshotRetentionLimit: 1,
      DailySnapshotTime: '04:00',
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    expect(created).toMatchObject({ ServerlessCacheName: 'basket', Status: 'creating' });
    expect(created?.Endpoint).toBeUndefined();
    await expect(elasticache.listTagsForResource({ ResourceName: created?.ARN })).rejects.toMatchObject({
      name: 'InvalidServerlessCacheStateFault',
      message: 'Serverless cache is not in an available state to perform the requested action.',
    });
    await pass(20);
    expect(await describeCache('BASKET')).toMatchObject({
      ARN: arnOf('serverlesscache', 'basket'),
      Status: 'available',
      Description: 'the baskets of a shop',
      Engine: 'valkey',
      MajorEngineVersion: '8',
      FullEngineVersion: '8.0',
      CacheUsageLimits: { DataStorage: { Maximum: 10, Unit: 'GB' }, ECPUPerSecond: { Maximum: 5_000 } },
      StorageEncryptionType: 'sse-elasticache',
      SnapshotRetentionLimit: 1,
      DailySnapshotTime: '04:00',
      NetworkType: 'ipv4',
      SubnetIds: [expect.any(String), expect.any(String), expect.any(String)],
      SecurityGroupIds: [expect.any(String)],
      CreateTime: expect.any(Date),
      Endpoint: { Address: '127.0.0.1', Port: expect.any(Number) },
      ReaderEndpoint: { Address: '127.0.0.1', Port: expect.any(Number) },
    });
  });

  it('serves a cluster client over TLS, with all hash slots on one node', async () => {
    await withClient('basket', async (cluster) => {
      for (let key = 0; key < 100; key++) await cluster.set(`key-${key}`, `value ${key}`);
      const slots = await cluster.cluster('SLOTS');
      expect(slots.map(([from, to]) => [from, to])).toEqual([[0, 16_383]]);
      expect(await cluster.info('memory')).toContain('maxmemory_policy:volatile-lru');
      expect(await cluster.info('memory')).toContain('maxmemory:10000000000');
      expect(Number(await cluster.pexpiretime('key-1'))).toBe(-1);
    });
    const { Endpoint } = await describeCache('basket');
    const plain = new Redis(Endpoint?.Port ?? 0, { lazyConnect: true, retryStrategy: () => null });
    plain.on('error', () => undefined);
    await expect(plain.connect()).rejects.toThrow();
  });

  it.each([
    ['KEYS', ['*'], /^ERR unknown command 'KEYS', with args beginning with: '\*'/],
    ['MEMORY', ['USAGE', 'key-1'], /^ERR unknown command 'MEMORY', with args beginning with: 'USAGE'/],
    ['OBJECT', ['ENCODING', 'key-1'], /^ERR unknown command 'OBJECT'/],
    ['FUNCTION', ['LIST'], /^ERR unknown command 'FUNCTION'/],
    ['FCALL', ['any', '0'], /^ERR unknown command 'FCALL'/],
    ['WAIT', ['0', '1'], /^ERR unknown command 'WAIT'/],
    ['LASTSAVE', [], /^ERR unknown command 'LASTSAVE'/],
    ['PSUBSCRIBE', ['*'], /^ERR unknown command 'PSUBSCRIBE'/],
    ['SAVE', [], /^ERR unknown command 'SAVE'/],
    ['CLIENT', ['LIST'], /^NOPERM/],
    ['CLIENT', ['ID'], /^NOPERM/],
    ['CONFIG', ['GET', '*'], /^NOPERM/],
    ['BGSAVE', [], /^NOPERM/],
  ])('refuses %s %j', async (command, words, message) => {
    const { Endpoint } = await describeCache('basket');
    const { ca } = await aws.elasticache.tls();
    const redis = new Redis(Endpoint?.Port ?? 0, { tls: { ca }, enableReadyCheck: false });
    try {
      await expect(redis.call(command, ...words)).rejects.toThrow(message);
    } finally {
      redis.disconnect();
    }
  });

  it('has snapshots, which are of the instant they were ordered at', async () => {
    const { ServerlessCacheSnapshot: created } = await elasticache.createServerlessCacheSnapshot({
      ServerlessCacheSnapshotName: 'Nightly',
      ServerlessCacheName: 'basket',
      Tags: [{ Key: 'slot', Value: '1' }],
    });
    expect(created).toMatchObject({ ServerlessCacheSnapshotName: 'nightly', Status: 'creating' });
    expect(created?.BytesUsedForCache).toBeUndefined();
    expect(await describeCache('basket')).toMatchObject({ Status: 'available' });
    await pass(0.1);
    await withClient('basket', (cluster) => cluster.set('later', 'not in the snapshot'));
    await pass(20);
    const { ServerlessCacheSnapshots } = await elasticache.describeServerlessCacheSnapshots({
      ServerlessCacheName: 'basket',
      SnapshotType: 'manual',
    });
    expect(ServerlessCacheSnapshots).toEqual([
      {
        ServerlessCacheSnapshotName: 'nightly',
        ARN: arnOf('serverlesscachesnapshot', 'nightly'),
        SnapshotType: 'manual',
        Status: 'available',
        CreateTime: expect.any(Date),
        BytesUsedForCache: expect.stringMatching(/^\d+$/),
        ServerlessCacheConfiguration: {
          ServerlessCacheName: 'basket',
          Engine: 'valkey',
          MajorEngineVersion: '8',
        },
      },
    ]);
  });

  it('answers a copy as in AWS’s example, and copies the data', async () => {
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CopyServerlessCacheSnapshot.html
    const { ServerlessCacheSnapshot } = await elasticache.copyServerlessCacheSnapshot({
      SourceServerlessCacheSnapshotName: 'nightly',
      TargetServerlessCacheSnapshotName: 'my-serverless-cache-snapshot-copy',
    });
    expect(ServerlessCacheSnapshot).toMatchObject({
      ServerlessCacheSnapshotName: 'my-serverless-cache-snapshot-copy',
      ARN: arnOf('serverlesscachesnapshot', 'my-serverless-cache-snapshot-copy'),
      SnapshotType: 'manual',
      Status: 'creating',
      ServerlessCacheConfiguration: {
        ServerlessCacheName: 'basket',
        Engine: 'valkey',
        MajorEngineVersion: '8',
      },
    });
    await pass(20);
    await elasticache.deleteServerlessCacheSnapshot({ ServerlessCacheSnapshotName: 'nightly' });
    expect(await statusOfSnapshot('nightly')).toBe('deleting');
    await pass(5);
    await expect(statusOfSnapshot('nightly')).rejects.toMatchObject({
      name: 'ServerlessCacheSnapshotNotFoundFault',
      $metadata: { httpStatusCode: 404 },
    });
    expect(await statusOfSnapshot('my-serverless-cache-snapshot-copy')).toBe('available');
  });

  it('is exported to S3 as one RDB file', async () => {
    const ServerlessCacheSnapshotName = 'my-serverless-cache-snapshot-copy';
    const request = { ServerlessCacheSnapshotName, S3BucketName: BUCKET };
    const { ServerlessCacheSnapshot } = await elasticache.exportServerlessCacheSnapshot(request);
    expect(ServerlessCacheSnapshot?.Status).toBe('exporting');
    await expect(elasticache.exportServerlessCacheSnapshot(request)).rejects.toMatchObject({
      name: 'InvalidServerlessCacheSnapshotStateFault',
    });
    await expect(
      elasticache.deleteServerlessCacheSnapshot({ ServerlessCacheSnapshotName }),
    ).rejects.toMatchObject({ name: 'InvalidServerlessCacheSnapshotStateFault' });
    await pass(20);
    expect(await statusOfSnapshot(ServerlessCacheSnapshotName)).toBe('available');
    const s3 = new S3({ ...options, forcePathStyle: true });
    const { Contents } = await s3.listObjectsV2({ Bucket: BUCKET });
    expect(Contents?.map(({ Key }) => Key)).toEqual([`${ServerlessCacheSnapshotName}-0001.rdb`]);
    await expect(elasticache.exportServerlessCacheSnapshot(request)).rejects.toThrow(
      /already contains an object with key my-serverless-cache-snapshot-copy-0001\.rdb/,
    );
  });

  it.each([
    ['a snapshot', 'from-snapshot', arnOf('serverlesscachesnapshot', 'my-serverless-cache-snapshot-copy')],
    ['a file in S3', 'from-s3', `arn:aws:s3:::${BUCKET}/my-serverless-cache-snapshot-copy-0001.rdb`],
  ])('is restored from %s', async (_, ServerlessCacheName, arn) => {
    await elasticache.createServerlessCache({
      ServerlessCacheName,
      Engine: 'valkey',
      SnapshotArnsToRestore: [arn],
    });
    await pass(20);
    await withClient(ServerlessCacheName, async (cluster) => {
      expect(await cluster.dbsize()).toBe(100);
      expect(await cluster.get('key-42')).toBe('value 42');
      expect(await cluster.get('later')).toBeNull();
    });
  });

  it('has tags, which the tagging API finds, and is modifying for a while after they change', async () => {
    const ResourceName = arnOf('serverlesscache', 'basket');
    await elasticache.addTagsToResource({ ResourceName, Tags: [{ Key: 'plan', Value: 'hourly' }] });
    expect(await describeCache('basket')).toMatchObject({ Status: 'modifying' });
    const tags = [
      { Key: 'team', Value: 'shop' },
      { Key: 'plan', Value: 'hourly' },
    ];
    expect((await elasticache.listTagsForResource({ ResourceName })).TagList).toEqual(tags);
    await pass(2);
    const tagging = new ResourceGroupsTaggingAPI(options);
    const { ResourceTagMappingList } = await tagging.getResources({
      ResourceTypeFilters: ['elasticache:serverlesscache'],
      TagFilters: [{ Key: 'plan' }],
    });
    expect(ResourceTagMappingList).toEqual([{ ResourceARN: ResourceName, Tags: tags }]);
    await elasticache.removeTagsFromResource({ ResourceName, TagKeys: ['plan'] });
    await pass(2);
    expect((await elasticache.listTagsForResource({ ResourceName })).TagList).toHaveLength(1);
  });

  it('is modified, one field a request', async () => {
    const modify = (changes: object) =>
      elasticache.modifyServerlessCache({ ServerlessCacheName: 'basket', ...changes });
    // The words: https://github.com/hashicorp/terraform-provider-aws/issues/40461 and …/issues/44746
    await expect(modify({ Description: 'a', SnapshotRetentionLimit: 0 })).rejects.toMatchObject({
      name: 'InvalidParameterCombinationException',
      message: 'Serverless Cache modifications only support modifying one field per request.',
    });
    await expect(modify({})).rejects.toThrow('No modifications were requested');
    const changes = [
      { Description: 'other baskets' },
      { SnapshotRetentionLimit: 2 },
      { DailySnapshotTime: '05:30' },
      { CacheUsageLimits: { DataStorage: { Maximum: 20, Unit: 'GB' as const } } },
    ];
    for (const change of changes) {
      expect((await modify(change)).ServerlessCache?.Status).toBe('modifying');
      await expect(modify({ Description: 'meanwhile' })).rejects.toMatchObject({
        name: 'InvalidServerlessCacheStateFault',
      });
      await pass(5);
      expect(await describeCache('basket')).toMatchObject({ ...change, Status: 'available' });
    }
    expect(await withClient('basket', (cluster) => cluster.info('memory'))).toContain(
      'maxmemory:20000000000',
    );
  });

  it('is listed in pages', async () => {
    const names: string[] = [];
    const config = { client: elasticache, pageSize: 2 };
    for await (const { ServerlessCaches = [] } of paginateDescribeServerlessCaches(config, {})) {
      expect(ServerlessCaches.length).toBeLessThanOrEqual(2);
      names.push(...ServerlessCaches.map(({ ServerlessCacheName = '' }) => ServerlessCacheName));
    }
    expect(names).toEqual(['basket', 'from-s3', 'from-snapshot']);
  });

  it('is deleted after a last snapshot, and told of in events', async () => {
    const { ServerlessCache } = await elasticache.deleteServerlessCache({
      ServerlessCacheName: 'basket',
      FinalSnapshotName: 'the-last',
    });
    expect(ServerlessCache?.Status).toBe('deleting');
    await pass(30);
    await expect(describeCache('basket')).rejects.toMatchObject({ name: 'ServerlessCacheNotFoundFault' });
    expect(await statusOfSnapshot('the-last')).toBe('available');
    const pages = paginateDescribeServerlessCacheSnapshots({ client: elasticache, pageSize: 1 }, {});
    const counts: number[] = [];
    for await (const { ServerlessCacheSnapshots } of pages)
      counts.push(ServerlessCacheSnapshots?.length ?? 0);
    expect(counts).toEqual([1, 1]);
    const { Events } = await elasticache.describeEvents({
      SourceType: 'serverless-cache',
      SourceIdentifier: 'basket',
      Duration: 24 * 60,
    });
    expect(Events?.map(({ Message }) => Message)).toEqual([
      'Serverless cache basket created',
      ...Array(6).fill('Serverless cache basket modified'),
      'Serverless cache basket deleted',
    ]);
    await elasticache.createServerlessCache({
      ServerlessCacheName: 'basket',
      Engine: 'valkey',
      SnapshotArnsToRestore: [arnOf('serverlesscachesnapshot', 'the-last')],
    });
    await pass(20);
    expect(await withClient('basket', (cluster) => cluster.get('later'))).toBe('not in the snapshot');
  });

  it('is created only as a role’s policy allows, by the limit of its storage', async () => {
    const iam = new IAM(options);
    const { Role } = await iam.createRole({
      RoleName: 'small-caches',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
        ],
      }),
    });
    await iam.putRolePolicy({
      RoleName: 'small-caches',
      PolicyName: 'small-caches',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: 'elasticache:CreateServerlessCache',
            Resource: arnOf('serverlesscache', '*'),
            Condition: { NumericLessThanEquals: { 'elasticache:MaximumDataStorage': '5' } },
          },
          { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
        ],
      }),
    });
    const { Credentials: key } = await new STS(options).assumeRole({
      RoleArn: Role?.Arn,
      RoleSessionName: 'test',
    });
    const client = new ElastiCache(
      clientOptions(aws.url, key?.AccessKeyId ?? '', key?.SecretAccessKey ?? '', key?.SessionToken),
    );
    const create = (Maximum: number) =>
      client.createServerlessCache({
        ServerlessCacheName: `of-${Maximum}`,
        Engine: 'redis',
        CacheUsageLimits: { DataStorage: { Maximum, Unit: 'GB' } },
      });
    await expect(create(6)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await create(5)).ServerlessCache).toMatchObject({ Engine: 'redis', MajorEngineVersion: '7' });
  });
});
