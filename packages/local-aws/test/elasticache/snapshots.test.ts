import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ACCOUNT,
  ALL_GRANTS,
  availableCache,
  describeGroup,
  describeSnapshot,
  type Fixture,
  LONG_MS,
  REGION,
  readBytes,
  small,
  startFixture,
} from './fixture.ts';

const NODE = 'jobs-001';
const THIS_FILE = fileURLToPath(import.meta.url);
let fixture: Fixture;
let count = 0;

beforeAll(async () => {
  fixture = await startFixture();
  fixture.s3.addBucket('landing');
  fixture.s3.addBucket('elsewhere', { region: 'eu-central-1' });
  fixture.s3.addBucket('strangers', { owner: '999988887777' });
  fixture.s3.addBucket('kms', { encryption: 'SSE-KMS' });
  await availableCache(fixture, { ...small('jobs'), NumCacheClusters: 2, AutomaticFailoverEnabled: true });
  const [primary] = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'jobs');
  await primary?.server.control(async (redis) => {
    await redis.set('job', 'a value that is rather long, so that it stands out');
    await redis.rpush('queue', 'one', 'two');
  });
});
afterAll(() => fixture.close());
/** Past the quota's window. */
beforeEach(() => fixture.pass(86_400_000));

async function snapshotted(name = `snapshot-${++count}`): Promise<string> {
  await fixture.call('CreateSnapshot', { CacheClusterId: NODE, SnapshotName: name });
  await fixture.pass(LONG_MS);
  return name;
}

const exportOf = (name: string, bucket = 'landing') => ({
  SourceSnapshotName: name,
  TargetSnapshotName: name,
  TargetBucket: bucket,
});

describe('CreateSnapshot', () => {
  it('takes a node of a cache without cluster mode, and only so', async () => {
    const name = await snapshotted();
    const snapshot = await describeSnapshot(fixture, name);
    expect(snapshot).toMatchObject({
      CacheClusterId: NODE,
      SnapshotSource: 'manual',
    });
    expect(snapshot.ReplicationGroupId).toBeUndefined();
    expect(snapshot.NodeSnapshots).toHaveLength(1);
    await expect(
      fixture.call('CreateSnapshot', { ReplicationGroupId: 'jobs', SnapshotName: 'whole' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterCombination' });
  });

  it.each(['1st', 'two--hyphens', 'ends-', 'a'.repeat(41), ''])(
    'refuses the name %j',
    async (SnapshotName) => {
      await expect(
        fixture.call('CreateSnapshot', { CacheClusterId: NODE, SnapshotName }),
      ).rejects.toMatchObject({
        code: 'InvalidParameterValue',
      });
    },
  );

  it('refuses a name that is taken', async () => {
    const name = await snapshotted();
    await expect(
      fixture.call('CreateSnapshot', { CacheClusterId: NODE, SnapshotName: name.toUpperCase() }),
    ).rejects.toMatchObject({ code: 'SnapshotAlreadyExistsFault' });
  });

  it('allows 20 a node in 24 hours, deleted ones included', async () => {
    for (let number = 1; number <= 20; number++) {
      await fixture.call('CreateSnapshot', { CacheClusterId: NODE, SnapshotName: 'again' });
      await fixture.pass(360_000);
      await fixture.call('DeleteSnapshot', { SnapshotName: 'again' });
      await fixture.pass(60_000);
    }
    const more = { CacheClusterId: NODE, SnapshotName: 'too-many' };
    await expect(fixture.call('CreateSnapshot', more)).rejects.toMatchObject({
      code: 'SnapshotQuotaExceededFault',
    });
    await fixture.call('CreateSnapshot', { ...more, CacheClusterId: 'jobs-002' });
    await fixture.pass(86_400_000);
    await fixture.call('CreateSnapshot', { CacheClusterId: NODE, SnapshotName: 'a-day-later' });
    await fixture.pass(LONG_MS);
  });

  it('stays creating when frozen, until it is thawed, and its cache goes on', async () => {
    fixture.faults.arm({
      kind: 'freeze',
      service: 'elasticache',
      operation: 'CreateSnapshot',
      resource: 'stuck',
    });
    const name = await snapshotted('stuck');
    expect((await describeSnapshot(fixture, name)).SnapshotStatus).toBe('creating');
    expect((await describeGroup(fixture, 'jobs')).Status).toBe('available');
    await expect(fixture.call('DeleteSnapshot', { SnapshotName: name })).rejects.toMatchObject({
      code: 'InvalidSnapshotState',
    });
    expect(fixture.elasticache.thaw({ account: ACCOUNT, region: REGION, name })).toBe(true);
    expect((await describeSnapshot(fixture, name)).SnapshotStatus).toBe('available');
  });

  it('pages, and knows the documented bounds of a page', async () => {
    const first = await fixture.call('DescribeSnapshots', { MaxRecords: 20 });
    expect(first.Snapshots.length).toBeLessThanOrEqual(20);
    await expect(fixture.call('DescribeSnapshots', { MaxRecords: 100 })).rejects.toMatchObject({
      code: 'InvalidParameterValue',
    });
  });
});

describe('CopySnapshot to a bucket', () => {
  it('acts as the regional service principal, for the account and the snapshot', async () => {
    const name = await snapshotted();
    await fixture.call('CopySnapshot', exportOf(name));
    await fixture.pass(LONG_MS);
    expect(fixture.s3.writers.at(-1)).toMatchObject({
      principal: 'eu-west-1.elasticache-snapshot.amazonaws.com',
      sourceAccount: ACCOUNT,
      sourceArn: `arn:aws:elasticache:eu-west-1:${ACCOUNT}:snapshot:${name}`,
    });
    await expect(fixture.call('CopySnapshot', exportOf(name))).rejects.toThrow(
      /already contains an object with key snapshot-\d+-0001\.rdb/,
    );
  });

  it.each([
    ['nowhere', /does not exist/],
    ['elsewhere', /is outside of the region/],
    ['strangers', /is not owned by the authenticated user/],
  ])('refuses the bucket %s', async (bucket, message) => {
    const name = await snapshotted();
    await expect(fixture.call('CopySnapshot', exportOf(name, bucket))).rejects.toThrow(message);
    expect((await describeSnapshot(fixture, name)).SnapshotStatus).toBe('available');
  });

  it.each([
    ['s3:PutObject', /WRITE/],
    ['s3:GetBucketAcl', /READ_ACP/],
    ['s3:ListBucket', /READ permissions/],
  ])('needs the bucket to grant the service %s', async (action, message) => {
    fixture.s3.addBucket('half', { granted: ALL_GRANTS.filter((granted) => granted !== action) });
    const name = await snapshotted();
    await expect(fixture.call('CopySnapshot', exportOf(name, 'half'))).rejects.toThrow(message);
  });

  it('needs the caller to be allowed in S3 itself, the list of all buckets included', async () => {
    const name = await snapshotted();
    await expect(
      fixture.call('CopySnapshot', exportOf(name), { denied: ['s3:ListAllMyBuckets'] }),
    ).rejects.toThrow(/unable to validate the authenticated user/);
    const asked = fixture.authorized.map(({ action, resource }) => `${action} ${resource}`);
    expect(asked).toContain('s3:ListAllMyBuckets *');
    await fixture.call('CopySnapshot', exportOf(name));
    const since = fixture.authorized
      .slice(asked.length)
      .map(({ action, resource }) => `${action} ${resource}`);
    expect(since).toEqual([
      `elasticache:CopySnapshot arn:aws:elasticache:eu-west-1:${ACCOUNT}:snapshot:${name}`,
      `elasticache:AddTagsToResource arn:aws:elasticache:eu-west-1:${ACCOUNT}:snapshot:${name}`,
      's3:ListAllMyBuckets *',
      's3:GetBucketLocation arn:aws:s3:::landing',
      's3:ListBucket arn:aws:s3:::landing',
      's3:GetBucketAcl arn:aws:s3:::landing',
      `s3:PutObject arn:aws:s3:::landing/${name}-0001.rdb`,
      `s3:GetObject arn:aws:s3:::landing/${name}-0001.rdb`,
      `s3:DeleteObject arn:aws:s3:::landing/${name}-0001.rdb`,
    ]);
    await fixture.pass(LONG_MS);
  });

  it('changes one byte inside a value when told to', async () => {
    const [whole, damaged] = [await snapshotted(), await snapshotted()];
    fixture.faults.arm({
      kind: 'flip-byte',
      service: 'elasticache',
      operation: 'CopySnapshot',
      resource: damaged,
    });
    for (const name of [whole, damaged]) await fixture.call('CopySnapshot', exportOf(name));
    await fixture.pass(LONG_MS);
    const bytes = await readBytes(fixture.s3.fileOf('landing', `${damaged}-0001.rdb`));
    expect(bytes.includes('a value that is rather long, so that it stands out')).toBe(false);
    expect((await readBytes(fixture.s3.fileOf('landing', `${whole}-0001.rdb`))).length).toBe(bytes.length);
    // A real server refuses it, so the restore fails: the group by one status, its clusters by another.
    await fixture.call('CreateReplicationGroup', seeded('from-damaged', damaged));
    await fixture.pass(LONG_MS);
    expect((await describeGroup(fixture, 'from-damaged')).Status).toBe('create-failed');
    const { CacheClusters } = await fixture.call('DescribeCacheClusters', {
      CacheClusterId: 'from-damaged-001',
    });
    expect(CacheClusters[0].CacheClusterStatus).toBe('restore-failed');
    await fixture.call('DeleteReplicationGroup', { ReplicationGroupId: 'from-damaged' });
  });

  it('leaves a file out, or hangs, when told to', async () => {
    const [omitted, hung] = [await snapshotted(), await snapshotted()];
    fixture.faults.arm({
      kind: 'omit',
      service: 'elasticache',
      operation: 'CopySnapshot',
      resource: `${omitted}-0001`,
    });
    fixture.faults.arm({ kind: 'freeze', service: 'elasticache', operation: 'CopySnapshot', resource: hung });
    for (const name of [omitted, hung]) await fixture.call('CopySnapshot', exportOf(name));
    await fixture.pass(LONG_MS);
    expect((await describeSnapshot(fixture, omitted)).SnapshotStatus).toBe('available');
    expect((await describeSnapshot(fixture, hung)).SnapshotStatus).toBe('exporting');
    expect(fixture.s3.keys().filter((key) => key.includes(omitted) || key.includes(hung))).toEqual([]);
    expect(fixture.elasticache.thaw({ account: ACCOUNT, region: REGION, name: hung })).toBe(true);
    await fixture.pass(LONG_MS);
    expect(fixture.s3.keys()).toContain(`landing/${hung}-0001.rdb`);
  });

  it('without a bucket copies the snapshot', async () => {
    const name = await snapshotted();
    await fixture.call('CopySnapshot', { SourceSnapshotName: name, TargetSnapshotName: `${name}-copy` });
    await fixture.pass(LONG_MS);
    await fixture.call('DeleteSnapshot', { SnapshotName: name });
    await fixture.pass(LONG_MS);
    await fixture.call('CopySnapshot', exportOf(`${name}-copy`));
    await fixture.pass(LONG_MS);
    expect(fixture.s3.keys()).toContain(`landing/${name}-copy-0001.rdb`);
  });
});

const seeded = (id: string, name: string, bucket = 'landing') => ({
  ...small(id),
  SnapshotArns: [`arn:aws:s3:::${bucket}/${name}-0001.rdb`],
});

describe('seeding from S3', () => {
  it('loads every database and every replica', async () => {
    const name = await snapshotted();
    await fixture.call('CopySnapshot', exportOf(name));
    await fixture.pass(LONG_MS);
    await availableCache(fixture, { ...seeded('copy', name), NumCacheClusters: 2 });
    const nodes = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'copy');
    const queues = await Promise.all(
      nodes.map(({ server }) => server.control((redis) => redis.lrange('queue', 0, -1))),
    );
    expect(queues).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('wants SSE-S3, the same region, a grant, and an object', async () => {
    await fixture.s3.put('kms', 'x-0001.rdb', THIS_FILE);
    await fixture.s3.put('elsewhere', 'x-0001.rdb', THIS_FILE);
    await expect(fixture.call('CreateReplicationGroup', seeded('a', 'x', 'kms'))).rejects.toThrow(
      /only SSE-S3/,
    );
    await expect(fixture.call('CreateReplicationGroup', seeded('a', 'x', 'elsewhere'))).rejects.toThrow(
      /outside of the region/,
    );
    await expect(fixture.call('CreateReplicationGroup', seeded('a', 'missing'))).rejects.toThrow(
      /does not exist/,
    );
    fixture.s3.addBucket('closed', { granted: [] });
    await expect(fixture.call('CreateReplicationGroup', seeded('a', 'x', 'closed'))).rejects.toThrow(
      /No permission to access S3 object: closed\/x-0001\.rdb/,
    );
  });
});

describe('a node type that is too small', () => {
  it('fails the restore', async () => {
    const tight = await startFixture({ maxMemoryBytes: () => 3_000_000 });
    try {
      tight.s3.addBucket('landing');
      const name = await snapshotted();
      const [primary] = fixture.elasticache.nodesOf(ACCOUNT, REGION, 'jobs');
      await primary?.server.control((redis) => redis.set('big', 'x'.repeat(4_000_000)));
      const file = (await primary?.server.bgsave()) ?? '';
      await primary?.server.control((redis) => redis.del('big'));
      await tight.s3.put('landing', `${name}-0001.rdb`, file);
      const group = await availableCache(tight, seeded('big', name));
      expect(group.Status).toBe('create-failed');
      const { Events } = await tight.call('DescribeEvents', {
        SourceType: 'replication-group',
        SourceIdentifier: 'big',
      });
      expect(Events[0].Message).toMatch(/of the 3000000 that cache\.t4g\.micro has/);
    } finally {
      await tight.close();
    }
  });
});
