import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fixture, LONG_MS, startFixture } from './fixture.ts';
import {
  CACHE,
  create,
  describeCache,
  describeSnapshot,
  exporting,
  fill,
  SNAPSHOT,
  snapshot,
} from './serverless-fixture.ts';

/** What serverless caches refuse, and what they ask of IAM. */

describe('requests', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture();
    fixture.s3.addBucket('landing');
    fixture.s3.addBucket('elsewhere', { region: 'eu-central-1' });
    fixture.s3.addBucket('strangers', { owner: '999988887777' });
    fixture.s3.addBucket('closed', { granted: [] });
    await create(fixture, 'carts');
    await fill(fixture, 'carts');
    await snapshot(fixture, 'kept', 'carts');
  });
  afterAll(() => fixture.close());
  /** Past the quota's window. */
  beforeEach(() => fixture.pass(86_400_000));

  it.each([
    [{ ServerlessCacheName: '1st' }, 'InvalidParameterValue', /'1st'/],
    [{ ServerlessCacheName: 'a'.repeat(51) }, 'InvalidParameterValue', /50 characters/],
    [{ ServerlessCacheName: 'two--hyphens' }, 'InvalidParameterValue', /hyphens/],
    [{ ServerlessCacheName: 'Carts' }, 'ServerlessCacheAlreadyExistsFault', /carts/],
    [{ Engine: 'memcached' }, 'NotModelled', /memcached/],
    [{ MajorEngineVersion: '6' }, 'InvalidParameterValue', /'6' of valkey is not one of 8, 7/],
    [{ UserGroupId: 'admins' }, 'UserGroupNotFound', /admins/],
    [{ SubnetIds: ['subnet-unknown'] }, 'InvalidParameterValue', /subnet-unknown/],
    [{ SecurityGroupIds: ['sg-unknown'] }, 'InvalidParameterValue', /sg-unknown/],
    [{ SnapshotRetentionLimit: 36 }, 'InvalidParameterValue', /36, not 0 to 35/],
    [{ DailySnapshotTime: '25:00' }, 'InvalidParameterValue', /25:00/],
    [{ Description: 'a'.repeat(256) }, 'InvalidParameterValue', /255/],
    [{ NetworkType: 'ipv6' }, 'NotModelled', /ipv6/],
    [{ CacheUsageLimits: { DataStorage: { Maximum: 5_001, Unit: 'GB' } } }, 'InvalidParameterValue', /5000/],
    [{ CacheUsageLimits: { DataStorage: { Maximum: 1, Unit: 'MB' } } }, 'InvalidParameterValue', /'MB'/],
    [
      // In AWS's words: https://github.com/hashicorp/terraform-provider-aws/issues/35648
      { CacheUsageLimits: { ECPUPerSecond: { Maximum: 5 } } },
      'InvalidParameterValue',
      /^Invalid value for ECPUPerSecond limit\. Must be between 1000 and 15000000\. You can set the value to zero to remove the limit\.$/,
    ],
    [
      { CacheUsageLimits: { ECPUPerSecond: { Minimum: 2_000, Maximum: 1_000 } } },
      'InvalidParameterValue',
      /minimum 2000/,
    ],
    [{ SnapshotArnsToRestore: [`${SNAPSHOT}:none`] }, 'InvalidParameterValue', /none' does not exist/],
    [
      { SnapshotArnsToRestore: [`${SNAPSHOT}:kept`, 'arn:aws:s3:::landing/a.rdb'] },
      'InvalidParameterCombination',
      /one snapshot/,
    ],
    [{ SnapshotArnsToRestore: ['arn:aws:s3:::none/a.rdb'] }, 'InvalidParameterValue', /none does not exist/],
    [{ SnapshotArnsToRestore: ['arn:aws:s3:::closed/a.rdb'] }, 'InvalidParameterValue', /No permission/],
    [{ Tags: [{ Key: 'aws:plan' }] }, 'InvalidParameterValue', /reserved/],
    [{ Unheard: 1 }, 'NotModelled', /Unheard of elasticache:CreateServerlessCache/],
  ])('CreateServerlessCache refuses %j', async (request, code, message) => {
    const error = await create(fixture, 'refused', request).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(describeCache(fixture, 'refused')).rejects.toMatchObject({
      code: 'ServerlessCacheNotFoundFault',
      status: 404,
    });
  });

  it.each([
    [
      'ModifyServerlessCache',
      { ServerlessCacheName: 'none', Description: 'a' },
      'ServerlessCacheNotFoundFault',
    ],
    ['ModifyServerlessCache', { ServerlessCacheName: 'carts', Engine: 'redis' }, 'InvalidParameterValue'],
    ['ModifyServerlessCache', { ServerlessCacheName: 'carts', UserGroupId: 'admins' }, 'UserGroupNotFound'],
    [
      'ModifyServerlessCache',
      { ServerlessCacheName: 'carts', SecurityGroupIds: ['sg-1'] },
      'InvalidParameterValue',
    ],
    ['DeleteServerlessCache', { ServerlessCacheName: 'none' }, 'ServerlessCacheNotFoundFault'],
    [
      'DeleteServerlessCache',
      { ServerlessCacheName: 'carts', FinalSnapshotName: 'kept' },
      'ServerlessCacheSnapshotAlreadyExistsFault',
    ],
    [
      'DeleteServerlessCache',
      { ServerlessCacheName: 'carts', FinalSnapshotName: '-' },
      'InvalidParameterValue',
    ],
    [
      'CreateServerlessCacheSnapshot',
      { ServerlessCacheSnapshotName: 'kept', ServerlessCacheName: 'carts' },
      'ServerlessCacheSnapshotAlreadyExistsFault',
    ],
    [
      'CreateServerlessCacheSnapshot',
      { ServerlessCacheSnapshotName: 'new', ServerlessCacheName: 'none' },
      'ServerlessCacheNotFoundFault',
    ],
    [
      'CreateServerlessCacheSnapshot',
      { ServerlessCacheSnapshotName: 'a'.repeat(256), ServerlessCacheName: 'carts' },
      'InvalidParameterValue',
    ],
    [
      'CopyServerlessCacheSnapshot',
      { SourceServerlessCacheSnapshotName: 'none', TargetServerlessCacheSnapshotName: 'new' },
      'ServerlessCacheSnapshotNotFoundFault',
    ],
    [
      'CopyServerlessCacheSnapshot',
      { SourceServerlessCacheSnapshotName: 'kept', TargetServerlessCacheSnapshotName: 'kept' },
      'ServerlessCacheSnapshotAlreadyExistsFault',
    ],
    [
      'DeleteServerlessCacheSnapshot',
      { ServerlessCacheSnapshotName: 'none' },
      'ServerlessCacheSnapshotNotFoundFault',
    ],
    ['ExportServerlessCacheSnapshot', exporting('none'), 'ServerlessCacheSnapshotNotFoundFault'],
    ['ExportServerlessCacheSnapshot', exporting('kept', ''), 'InvalidParameterValue'],
    ['ExportServerlessCacheSnapshot', exporting('kept', 'no-bucket'), 'InvalidParameterValue'],
    ['ExportServerlessCacheSnapshot', exporting('kept', 'elsewhere'), 'InvalidParameterValue'],
    ['ExportServerlessCacheSnapshot', exporting('kept', 'strangers'), 'InvalidParameterValue'],
    ['ExportServerlessCacheSnapshot', exporting('kept', 'closed'), 'InvalidParameterValue'],
    ['DescribeServerlessCaches', { MaxResults: 51 }, 'InvalidParameterValue'],
    ['DescribeServerlessCacheSnapshots', { MaxResults: 0 }, 'InvalidParameterValue'],
    ['DescribeServerlessCacheSnapshots', { NextToken: 'made up' }, 'InvalidParameterValue'],
    ['ListTagsForResource', { ResourceName: `${CACHE}:none` }, 'ServerlessCacheNotFoundFault'],
    ['ListTagsForResource', { ResourceName: `${SNAPSHOT}:none` }, 'ServerlessCacheSnapshotNotFoundFault'],
  ])('%s refuses %j', async (operation, request, code) => {
    await expect(fixture.call(operation, request)).rejects.toMatchObject({ code });
    expect((await describeCache(fixture, 'carts')).Status).toBe('available');
    expect((await describeSnapshot(fixture, 'kept')).Status).toBe('available');
  });

  it('24 snapshots of a cache in 24 hours are allowed, deleted ones included', async () => {
    const ServerlessCacheSnapshotName = 'again';
    for (let number = 1; number <= 24; number++) {
      await fixture.call('CreateServerlessCacheSnapshot', {
        ServerlessCacheSnapshotName,
        ServerlessCacheName: 'carts',
      });
      await fixture.pass(360_000);
      await fixture.call('DeleteServerlessCacheSnapshot', { ServerlessCacheSnapshotName });
      await fixture.pass(60_000);
    }
    await expect(snapshot(fixture, 'too-many', 'carts')).rejects.toMatchObject({
      code: 'ServerlessCacheSnapshotQuotaExceededFault',
      message: expect.stringContaining('the limit is 24'),
    });
    await fixture.pass(86_400_000);
    await snapshot(fixture, 'a-day-later', 'carts');
  });

  it('two snapshots may be taken at once', async () => {
    const ordered = ['first', 'second'].map((ServerlessCacheSnapshotName) =>
      fixture.call('CreateServerlessCacheSnapshot', {
        ServerlessCacheSnapshotName,
        ServerlessCacheName: 'carts',
      }),
    );
    await Promise.all(ordered);
    await fixture.pass(LONG_MS);
    for (const name of ['first', 'second'])
      expect(await describeSnapshot(fixture, name)).toMatchObject({ Status: 'available' });
  });

  it('each names its resource to IAM, with tags and settings as conditions', async () => {
    const asked = async (operation: string, input: object) => {
      fixture.authorized.splice(0);
      await fixture.call(operation, input);
      await fixture.pass(LONG_MS);
      return fixture.authorized.map(({ action, resource }) => `${action} ${resource}`);
    };
    const tagged = { Tags: [{ Key: 'team', Value: 'shop' }] };
    const creation = await asked('CreateServerlessCache', {
      ServerlessCacheName: 'asked',
      Engine: 'valkey',
      SnapshotArnsToRestore: [`${SNAPSHOT}:kept`],
      CacheUsageLimits: { DataStorage: { Maximum: 5, Unit: 'GB' } },
      ...tagged,
    });
    expect(creation).toEqual([
      `elasticache:CreateServerlessCache ${CACHE}:asked`,
      `elasticache:AddTagsToResource ${CACHE}:asked`,
      ...creation.filter((one) => one.startsWith('ec2:')),
      `elasticache:CreateServerlessCache ${SNAPSHOT}:kept`,
    ]);
    expect([...new Set(creation.flatMap((one) => one.match(/^ec2:\w+/)?.[0] ?? []))]).toEqual([
      'ec2:CreateVpcEndpoint',
      'ec2:CreateTags',
      'ec2:DeleteVpcEndpoints',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets',
      'ec2:DescribeTags',
      'ec2:DescribeVpcEndpoints',
      'ec2:DescribeVpcs',
    ]);
    expect(fixture.authorized[0]?.conditions).toEqual({
      'aws:RequestTag/team': 'shop',
      'aws:TagKeys': ['team'],
      'elasticache:EngineType': 'valkey',
      'elasticache:EngineVersion': '8',
      'elasticache:SnapshotRetentionLimit': '0',
      'elasticache:DataStorageUnit': 'GB',
      'elasticache:MaximumDataStorage': '5',
    });
    expect(
      await asked('CreateServerlessCacheSnapshot', {
        ServerlessCacheSnapshotName: 'asked',
        ServerlessCacheName: 'asked',
        ...tagged,
      }),
    ).toEqual([
      `elasticache:CreateServerlessCacheSnapshot ${CACHE}:asked`,
      `elasticache:CreateServerlessCacheSnapshot ${SNAPSHOT}:asked`,
      `elasticache:AddTagsToResource ${SNAPSHOT}:asked`,
    ]);
    expect(fixture.authorized[0]?.conditions).toMatchObject({
      'aws:ResourceTag/team': 'shop',
      'elasticache:MaximumDataStorage': '5',
    });
    expect(await asked('ExportServerlessCacheSnapshot', exporting('asked'))).toEqual([
      `elasticache:ExportServerlessCacheSnapshot ${SNAPSHOT}:asked`,
      's3:ListAllMyBuckets *',
      's3:GetBucketLocation arn:aws:s3:::landing',
      's3:ListBucket arn:aws:s3:::landing',
      's3:GetBucketAcl arn:aws:s3:::landing',
      's3:PutObject arn:aws:s3:::landing/asked-0001.rdb',
      's3:GetObject arn:aws:s3:::landing/asked-0001.rdb',
      's3:DeleteObject arn:aws:s3:::landing/asked-0001.rdb',
    ]);
    const listed = { ResourceName: `${SNAPSHOT}:asked` };
    expect((await fixture.call('ListTagsForResource', listed)).TagList).toEqual(tagged.Tags);
    expect(
      await asked('CopyServerlessCacheSnapshot', {
        SourceServerlessCacheSnapshotName: 'asked',
        TargetServerlessCacheSnapshotName: 'copied',
      }),
    ).toEqual([
      `elasticache:CopyServerlessCacheSnapshot ${SNAPSHOT}:asked`,
      `elasticache:CopyServerlessCacheSnapshot ${SNAPSHOT}:copied`,
    ]);
    expect(await asked('DescribeServerlessCacheSnapshots', { ServerlessCacheName: 'asked' })).toEqual([
      `elasticache:DescribeServerlessCacheSnapshots ${SNAPSHOT}:*`,
      `elasticache:DescribeServerlessCacheSnapshots ${CACHE}:asked`,
    ]);
    expect(await asked('DescribeServerlessCaches', {})).toEqual([
      `elasticache:DescribeServerlessCaches ${CACHE}:*`,
    ]);
    expect(await asked('ModifyServerlessCache', { ServerlessCacheName: 'asked', Description: 'a' })).toEqual([
      `elasticache:ModifyServerlessCache ${CACHE}:asked`,
    ]);
    expect(
      await asked('DeleteServerlessCache', { ServerlessCacheName: 'asked', FinalSnapshotName: 'last' }),
    ).toEqual([
      `elasticache:DeleteServerlessCache ${CACHE}:asked`,
      `elasticache:DeleteServerlessCache ${SNAPSHOT}:last`,
    ]);
    expect(await asked('DeleteServerlessCacheSnapshot', { ServerlessCacheSnapshotName: 'last' })).toEqual([
      `elasticache:DeleteServerlessCacheSnapshot ${SNAPSHOT}:last`,
    ]);
  });
});
