import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readingsOf } from '../../readings.ts';
import { ACCOUNT, type Fixture, LONG_MS, REGION, startFixture } from './fixture.ts';
import {
  countOf,
  create,
  describeCache,
  describeSnapshot,
  exporting,
  fill,
  PREFIX,
  snapshot,
} from './serverless-fixture.ts';

/** Serverless caches under each answer to what AWS's documentation leaves open, but the usual ones. */

describe('under other readings', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture({
      readings: readingsOf({
        'serverless-status-case': 'upper',
        'serverless-exporting-status': 'available',
        'serverless-export-names': 'bare',
        'serverless-export-files': 'several',
        'serverless-s3-seed': 'refused',
        'serverless-without-group': 'closed',
        'export-files-appear': 'one-by-one',
      }),
    });
    fixture.s3.addBucket('landing');
    await create(fixture, 'carts');
    await fill(fixture, 'carts');
    await snapshot(fixture, 'kept', 'carts');
  });
  afterAll(() => fixture.close());

  it('the statuses are in upper case', async () => {
    expect((await describeCache(fixture, 'carts')).Status).toBe('AVAILABLE');
    expect((await describeSnapshot(fixture, 'kept')).Status).toBe('AVAILABLE');
  });

  it('a snapshot stays available while it is exported, to several files that appear one by one', async () => {
    await fixture.call('ExportServerlessCacheSnapshot', exporting('kept'));
    expect((await describeSnapshot(fixture, 'kept')).Status).toBe('AVAILABLE');
    const reached = await fixture.until(() => fixture.s3.keys().length === 1);
    expect(reached).toBe(true);
    expect(fixture.s3.keys()).toEqual(['landing/kept-1.rdb']);
    await fixture.pass(LONG_MS);
    expect(fixture.s3.keys()).toEqual(['landing/kept-1.rdb', 'landing/kept-2.rdb', 'landing/kept-3.rdb']);
  });

  it('files in S3 are no seed', async () => {
    await expect(
      create(fixture, 'seeded', { SnapshotArnsToRestore: ['arn:aws:s3:::landing/kept-1.rdb'] }),
    ).rejects.toMatchObject({
      code: 'InvalidParameterValue',
      message: expect.stringContaining('Invalid snapshot ARN'),
    });
  });

  it('nobody gets into a cache without a user group', async () => {
    const customer = fixture.elasticache.serverlessNodeOf(ACCOUNT, REGION, 'carts')?.customer;
    if (customer === undefined) throw new Error('there is no server');
    const { host, port, ca = '' } = customer;
    const redis = new Redis(port, host, { tls: { ca }, enableReadyCheck: false });
    redis.on('error', () => undefined);
    try {
      await expect(redis.get(`${PREFIX}-1`)).rejects.toThrow(/^NOAUTH/);
    } finally {
      redis.disconnect();
    }
  });
});

describe('under the readings of folders and of statuses in both cases', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await startFixture({
      readings: readingsOf({
        'serverless-status-case': 'upper-caches',
        'serverless-export-names': 'folder',
        'serverless-export-files': 'several',
      }),
    });
    fixture.s3.addBucket('landing');
    await create(fixture, 'carts');
    await fill(fixture, 'carts');
    await snapshot(fixture, 'kept', 'carts');
  });
  afterAll(() => fixture.close());

  it('only the statuses of caches are in upper case', async () => {
    expect((await describeCache(fixture, 'carts')).Status).toBe('AVAILABLE');
    expect((await describeSnapshot(fixture, 'kept')).Status).toBe('available');
  });

  it('the files of an export are in a folder, and make one cache again', async () => {
    await fixture.call('ExportServerlessCacheSnapshot', exporting('kept'));
    expect((await describeSnapshot(fixture, 'kept')).Status).toBe('exporting');
    await fixture.pass(LONG_MS);
    const keys = ['0001', '0002', '0003'].map((number) => `landing/kept/${number}.rdb`);
    expect(fixture.s3.keys()).toEqual(keys);
    await create(fixture, 'again', { SnapshotArnsToRestore: keys.map((key) => `arn:aws:s3:::${key}`) });
    expect((await describeCache(fixture, 'again')).Status).toBe('AVAILABLE');
    expect(await countOf(fixture, 'again')).toBe(50);
  });
});
