import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../clock.ts';
import { createKms } from '../../model/kms.ts';
import { readingsOf } from '../../readings.ts';
import {
  ACCOUNT,
  availableCache,
  describeGroup,
  describeSnapshot,
  type Fixture,
  LONG_MS,
  REGION,
  small,
  startFixture,
} from './fixture.ts';

const kms = createKms({ clock: new VirtualClock() });
const ALIAS = 'alias/caches';
const { arn: KEY } = kms.addKey({ id: 'caches', account: ACCOUNT, region: REGION, alias: ALIAS });
const ENCRYPTED = { AtRestEncryptionEnabled: true, KmsKeyId: KEY };
const NO_GRANTS = { denied: ['kms:CreateGrant'] };

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture({ keys: kms });
  fixture.s3.addBucket('landing');
  await availableCache(fixture, { ...small('jobs'), ...ENCRYPTED });
});
afterAll(() => fixture.close());

/** What was asked of KMS since the last time, as `action via service`. */
function asked(): readonly string[] {
  return fixture.authorized
    .splice(0)
    .filter(({ resource }) => resource === KEY)
    .map(({ action, conditions }) => `${action} via ${conditions?.['kms:ViaService']}`);
}

const BOTH_NAMES = [
  `kms:DescribeKey via elasticache.${REGION}.amazonaws.com`,
  `kms:CreateGrant via elasticache.${REGION}.amazonaws.com`,
  `kms:DescribeKey via dax.${REGION}.amazonaws.com`,
  `kms:CreateGrant via dax.${REGION}.amazonaws.com`,
];

describe('a cache that is encrypted with a key of its owner', () => {
  it('shows its key, and had its creator allow the grant', async () => {
    expect(asked()).toEqual(BOTH_NAMES);
    expect(await describeGroup(fixture, 'jobs')).toMatchObject({
      AtRestEncryptionEnabled: true,
      KmsKeyId: KEY,
    });
    const other = { ...small('other'), ...ENCRYPTED };
    await expect(fixture.call('CreateReplicationGroup', other, NO_GRANTS)).rejects.toMatchObject({
      code: 'AccessDenied',
    });
    expect(fixture.elasticache.statusOf(ACCOUNT, REGION, 'other')).toBeUndefined();
  });

  it('has whoever takes, copies or exports a snapshot allow the grant', async () => {
    asked();
    const order = { CacheClusterId: 'jobs-001', SnapshotName: 'one' };
    await expect(fixture.call('CreateSnapshot', order, NO_GRANTS)).rejects.toMatchObject({
      message: `kms:CreateGrant on ${KEY}`,
    });
    asked();
    await fixture.call('CreateSnapshot', order);
    expect(asked()).toEqual(BOTH_NAMES);
    await fixture.pass(LONG_MS);
    expect(await describeSnapshot(fixture, 'one')).toMatchObject({
      SnapshotStatus: 'available',
      KmsKeyId: KEY,
    });
    for (const target of [
      { TargetSnapshotName: 'two' },
      { TargetSnapshotName: 'three', TargetBucket: 'landing' },
    ]) {
      const copy = { SourceSnapshotName: 'one', ...target };
      await expect(fixture.call('CopySnapshot', copy, NO_GRANTS)).rejects.toMatchObject({
        code: 'AccessDenied',
      });
      asked();
      await fixture.call('CopySnapshot', copy);
      expect(asked()).toEqual(BOTH_NAMES);
      await fixture.pass(LONG_MS);
    }
    expect(fixture.s3.keys()).toEqual(['landing/three-0001.rdb']);
  });

  it('is not saved while its key is disabled', async () => {
    const disable = kms.service.operations.DisableKey;
    await disable?.({ KeyId: KEY }, { ...fixture.makeCall('DisableKey', {}), service: 'kms' });
    const order = { CacheClusterId: 'jobs-001', SnapshotName: 'late' };
    await expect(fixture.call('CreateSnapshot', order)).rejects.toMatchObject({ code: 'InvalidKMSKeyFault' });
  });
});

/** A cache that was ordered with an alias, in an ElastiCache that answers otherwise. */
async function under(chosen: Readonly<Record<string, string>>, work: (other: Fixture) => Promise<void>) {
  const other = await startFixture({ keys: kms, readings: readingsOf(chosen) });
  try {
    await availableCache(other, { ...small('jobs'), ...ENCRYPTED, KmsKeyId: ALIAS });
    other.authorized.splice(0);
    await work(other);
  } finally {
    await other.close();
  }
}
const ORDER = { CacheClusterId: 'jobs-001', SnapshotName: 'one' };

describe('under another reading', () => {
  beforeAll(async () => {
    const enable = kms.service.operations.EnableKey;
    await enable?.({ KeyId: KEY }, { ...fixture.makeCall('EnableKey', {}), service: 'kms' });
  });

  it.each([
    [{ 'key-grantor': 'service' }, []],
    [{ 'key-via-service': 'dax', 'key-grant-mark': 'absent' }, [`dax.${REGION}.amazonaws.com`]],
  ])('%j, the grant is asked for through %j', async (chosen, through) => {
    await under(chosen, async (other) => {
      await other.call('CreateSnapshot', ORDER);
      const grants = other.authorized.filter(({ action }) => action === 'kms:CreateGrant');
      expect(grants.map(({ conditions }) => conditions?.['kms:ViaService'])).toEqual(through);
      for (const { conditions } of grants)
        expect(conditions).not.toHaveProperty(['kms:GrantIsForAWSResource']);
    });
  });

  it.each([
    ['arn', KEY],
    ['id', 'caches'],
    ['alias', ALIAS],
  ])('a cache that was ordered with an alias shows its key as %s', async (form, shown) => {
    await under({ 'key-form': form }, async (other) => {
      expect(await describeGroup(other, 'jobs')).toMatchObject({ KmsKeyId: shown });
      expect(await other.call('CreateSnapshot', ORDER)).toMatchObject({ Snapshot: { KmsKeyId: shown } });
    });
  });

  it.each([
    ['separate', 'AccessDenied'],
    ['invalid-key', 'InvalidKMSKeyFault'],
    ['invalid-parameter', 'InvalidParameterValue'],
  ])('%s, a caller whom KMS refuses is told %s', async (reading, code) => {
    await under({ 'key-refusal': reading }, async (other) => {
      await expect(other.call('CreateSnapshot', ORDER, NO_GRANTS)).rejects.toMatchObject({ code });
    });
  });
});
