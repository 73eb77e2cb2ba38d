import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetPublicAccessBlockCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectRetentionCommand,
  PutObjectTaggingCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal, type S3Fixture, s3Fixture, VAULT_REGION } from '../../testing/s3-fixture.ts';

const KEY_ARN = 'arn:aws:kms:eu-central-1:111122223333:key/1234';
const Bucket = 'redrill-vault';
const DAY = 24 * 60 * 60 * 1000;

/** As CDK writes it for a private, versioned, locked, KMS-encrypted bucket with lifecycle rules. */
const VAULT_PROPERTIES = {
  BucketName: Bucket,
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
        BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
      },
    ],
  },
  VersioningConfiguration: { Status: 'Enabled' },
  ObjectLockEnabled: true,
  ObjectLockConfiguration: {
    ObjectLockEnabled: 'Enabled',
    Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } },
  },
  PublicAccessBlockConfiguration: {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  },
  OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
  LoggingConfiguration: { DestinationBucketName: 'logs', LogFilePrefix: 'vault/' },
  Tags: [{ Key: 'app', Value: 'redrill' }],
  LifecycleConfiguration: {
    Rules: [
      {
        Id: 'hourly',
        Status: 'Enabled',
        Prefix: 'hourly/',
        TagFilters: [{ Key: 'redrill-released', Value: 'true' }],
        ExpirationInDays: 2,
      },
      {
        Id: 'noncurrent',
        Status: 'Enabled',
        NoncurrentVersionExpiration: { NoncurrentDays: 5, NewerNoncurrentVersions: 1 },
        ExpiredObjectDeleteMarker: true,
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      {
        Id: 'monthly',
        Status: 'Enabled',
        Prefix: 'monthly/',
        Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 7 }],
        ObjectSizeGreaterThan: 0,
      },
    ],
  },
};

async function createVault(
  fixture: S3Fixture,
  properties: object = VAULT_PROPERTIES,
  type = 'AWS::S3::Bucket',
) {
  const handler = fixture.s3.resourceHandlers.find((one) => one.type === type);
  if (handler === undefined) throw new Error(type);
  return await handler.create({
    logicalId: 'Vault',
    type,
    properties,
    stack: { name: 'redrill', account: '111122223333', region: VAULT_REGION },
    generatedName: 'redrill-Vault-1A2B3C',
    generatedId: 'b4b4b4b4-0000-4000-8000-000000000000',
    asset: (key) => key,
  });
}

async function vaultFixture(readings: Readonly<Record<string, string>> = {}) {
  const fixture = await s3Fixture({ startsAt: '2026-11-21T10:30:00Z', readings });
  await createVault(fixture);
  const s3 = fixture.client(VAULT_REGION);
  const passDays = (days: number) =>
    fixture.fabric.clock.run({ until: fixture.fabric.clock.now() + days * DAY });
  const keys = async () =>
    (await s3.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];
  return { ...fixture, vault: s3, passDays, keys };
}

test('a bucket of a template: references, and every configuration can be read back', async () => {
  const fixture = await s3Fixture();
  const created = await createVault(fixture);
  expect(created).toEqual({
    ref: Bucket,
    attributes: {
      Arn: 'arn:aws:s3:::redrill-vault',
      DomainName: 'redrill-vault.s3.amazonaws.com',
      RegionalDomainName: 'redrill-vault.s3.eu-central-1.amazonaws.com',
    },
  });
  const s3 = fixture.client(VAULT_REGION);
  expect(await s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
  expect(
    (await s3.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules,
  ).toMatchObject([
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY_ARN },
      BucketKeyEnabled: true,
    },
  ]);
  const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect(Rules).toMatchObject([
    {
      ID: 'hourly',
      Filter: { And: { Prefix: 'hourly/', Tags: [{ Key: 'redrill-released', Value: 'true' }] } },
      Expiration: { Days: 2 },
    },
    { ID: 'noncurrent', Expiration: { ExpiredObjectDeleteMarker: true } },
    { ID: 'monthly', Transitions: [{ Days: 7, StorageClass: 'DEEP_ARCHIVE' }] },
  ]);
  expect(
    (await s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration?.Rule,
  ).toEqual({
    DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 },
  });
  expect(
    (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
      ?.BlockPublicPolicy,
  ).toBe(true);
  expect(await refusal(s3.send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchBucketPolicy',
  });
});

test('properties that are not modelled are refused by name, at any depth', async () => {
  const fixture = await s3Fixture();
  const create = (properties: object) => createVault(fixture, { BucketName: 'other-bucket', ...properties });
  await expect(create({ WebsiteConfiguration: {} })).rejects.toThrow('AWS::S3::Bucket.WebsiteConfiguration');
  const rule = { Status: 'Enabled', ExpirationDate: '2027-01-01' };
  await expect(create({ LifecycleConfiguration: { Rules: [rule] } })).rejects.toThrow(
    'Rules[0].ExpirationDate',
  );
  await expect(create({ VersioningConfiguration: { Status: 'Suspended' } })).rejects.toThrow('"Suspended"');
});

test('a bucket policy is attached, and a public one refused', async () => {
  const fixture = await s3Fixture();
  await createVault(fixture);
  const statement = {
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${Bucket}/*`],
  };
  const attach = (change: object) =>
    createVault(
      fixture,
      { Bucket, PolicyDocument: { Version: '2012-10-17', Statement: [{ ...statement, ...change }] } },
      'AWS::S3::BucketPolicy',
    );
  await expect(attach({ Effect: 'Allow' })).rejects.toThrow('BlockPublicPolicy');
  await expect(attach({ Resource: 'arn:aws:s3:::elsewhere/*' })).rejects.toThrow('invalid resource');
  await attach({});
  expect(fixture.s3.admin.bucket(Bucket).policy?.Statement).toHaveLength(1);
  await expect(attach({})).rejects.toThrow(`The bucket policy already exists on bucket ${Bucket}.`);
});

test('SSE-KMS by default: writing and reading ask the key, heading does not', async () => {
  const { vault, keyUses, deniedKeys } = await vaultFixture();
  const put = await vault.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }));
  expect(put).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: KEY_ARN,
    BucketKeyEnabled: true,
  });
  expect(put.ETag).not.toContain('5d41402abc4b2a76b9719d911017c592');
  await vault.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  expect(keyUses.map(({ action }) => action)).toEqual(['kms:GenerateDataKey', 'kms:Decrypt']);
  const staged = await vault.send(
    new CopyObjectCommand({ Bucket, Key: 's', CopySource: `${Bucket}/k`, ServerSideEncryption: 'AES256' }),
  );
  expect(staged.ServerSideEncryption).toBe('AES256');
  deniedKeys.add(KEY_ARN);
  expect(await refusal(vault.send(new GetObjectCommand({ Bucket, Key: 'k' })))).toMatchObject({
    code: 'AccessDenied',
  });
  await vault.send(new HeadObjectCommand({ Bucket, Key: 'k', ChecksumMode: undefined }));
  await vault.send(new GetObjectCommand({ Bucket, Key: 's' }));
  const customerKey = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: '0'.repeat(32) };
  expect(
    await refusal(vault.send(new PutObjectCommand({ Bucket, Key: 'c', Body: '', ...customerKey }))),
  ).toMatchObject({ code: 'AccessDenied' });
});

test('Object Lock: a locked version stays, governance yields to a bypass, a legal hold to nothing', async () => {
  const { vault, fabric, passDays } = await vaultFixture();
  const target = { Bucket, Key: 'k' };
  const bare = fabricless(vault);
  expect(await refusal(bare.send(new PutObjectCommand({ ...target, Body: 'x' })))).toMatchObject({
    code: 'InvalidRequest',
  });
  const { VersionId } = await vault.send(new PutObjectCommand({ ...target, Body: 'x' }));
  const { Retention } = await vault.send(new GetObjectRetentionCommand(target));
  expect(Retention).toMatchObject({ Mode: 'GOVERNANCE' });
  expect(Retention?.RetainUntilDate?.toISOString()).toMatch(/^2026-11-24T10:30:0/);
  const remove = (more: object = {}) =>
    vault.send(new DeleteObjectCommand({ ...target, VersionId, ...more }));
  expect(await refusal(remove())).toMatchObject({ code: 'AccessDenied', status: 403 });
  fabric.denied.add('s3:BypassGovernanceRetention');
  expect(await refusal(remove({ BypassGovernanceRetention: true }))).toMatchObject({ code: 'AccessDenied' });
  fabric.denied.clear();
  await vault.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: 'ON' } }));
  expect(await refusal(remove({ BypassGovernanceRetention: true }))).toMatchObject({ code: 'AccessDenied' });
  await vault.send(new PutObjectLegalHoldCommand({ ...target, LegalHold: { Status: 'OFF' } }));
  await passDays(3.1);
  await remove();
  expect(await refusal(vault.send(new HeadObjectCommand(target)))).toMatchObject({ status: 404 });
});

/** The same client, told to send no checksum of its own. */
function fabricless(client: import('@aws-sdk/client-s3').S3Client) {
  client.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED';
  return {
    send: async (command: PutObjectCommand) => {
      try {
        return await client.send(command);
      } finally {
        client.config.requestChecksumCalculation = async () => 'WHEN_SUPPORTED';
      }
    },
  };
}

test('lifecycle: only what is released expires, at the midnight after its days, and becomes noncurrent', async () => {
  const { vault, passDays, keys, s3 } = await vaultFixture();
  const put = (Key: string) => vault.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
  await put('hourly/a');
  await put('hourly/b');
  await put('daily/a');
  const release = { TagSet: [{ Key: 'redrill-released', Value: 'true' }] };
  await vault.send(new PutObjectTaggingCommand({ Bucket, Key: 'hourly/a', Tagging: release }));
  const head = await vault.send(new HeadObjectCommand({ Bucket, Key: 'hourly/a' }));
  expect(head.Expiration).toBe('expiry-date="Tue, 24 Nov 2026 00:00:00 GMT", rule-id="hourly"');
  await passDays(2); // 23 November, 10:30: two days old, and the midnight is still to come
  expect(await keys()).toEqual(['daily/a', 'hourly/a', 'hourly/b']);
  await passDays(1);
  expect(await keys()).toEqual(['daily/a', 'hourly/b']);
  expect(s3.admin.lifecycleActions).toMatchObject([{ action: 'expire', key: 'hourly/a', ruleId: 'hourly' }]);
  const versions = async () =>
    await vault.send(new ListObjectVersionsCommand({ Bucket, Prefix: 'hourly/a' }));
  expect((await versions()).Versions).toHaveLength(1);
  await passDays(10); // one noncurrent version is kept for ever by NewerNoncurrentVersions
  expect((await versions()).Versions).toHaveLength(1);
});

test.each([
  ['at-midnight', [6, 6, 0, 0, 0, 0]],
  ['days-late', [6, 6, 6, 6, 6, 0]],
] as const)('lifecycle: %s, six objects that are due on the third day are there until', async (lag, left) => {
  expect(await leftEachDay(lag)).toEqual(left);
});

test('lifecycle: piecemeal, objects go on days of their own, none early and none later than three days', async () => {
  const left = await leftEachDay('piecemeal');
  expect([left[1], left[5]]).toEqual([6, 0]);
  expect(new Set(left.slice(1)).size).toBeGreaterThan(2);
});

/** How many of six released objects are listed at 10:30 on the days after they were written. */
async function leftEachDay(lag: string): Promise<readonly number[]> {
  const { vault, passDays, keys } = await vaultFixture({ 'lifecycle-lag': lag });
  const Tagging = 'redrill-released=true';
  for (const name of 'abcdef')
    await vault.send(new PutObjectCommand({ Bucket, Key: `hourly/${name}`, Body: 'x', Tagging }));
  const left: number[] = [];
  for (let day = 0; day < 6; day++) {
    await passDays(1);
    left.push((await keys()).length);
  }
  return left;
}

test.each(['GOVERNANCE', 'COMPLIANCE'] as const)(
  'Object Lock: %s retention is lengthened, never shortened without a bypass, and holds until its end',
  async (Mode) => {
    const { vault, fabric, passDays } = await vaultFixture();
    const target = { Bucket, Key: 'k' };
    const { VersionId } = await vault.send(new PutObjectCommand({ ...target, Body: 'x' }));
    const until = (days: number) => new Date(fabric.clock.now() + days * DAY);
    const retain = (days: number) =>
      vault.send(
        new PutObjectRetentionCommand({ ...target, Retention: { Mode, RetainUntilDate: until(days) } }),
      );
    await retain(28);
    expect(await refusal(retain(7))).toMatchObject({ code: 'AccessDenied' });
    await passDays(27);
    const remove = () => vault.send(new DeleteObjectCommand({ ...target, VersionId }));
    expect(await refusal(remove())).toMatchObject({ code: 'AccessDenied', status: 403 });
    await passDays(1.1);
    await remove();
  },
);

test('lifecycle: noncurrent versions go after their days except the newest, locked ones survive, lone markers go', async () => {
  const { vault, passDays, s3 } = await vaultFixture();
  const target = { Bucket, Key: 'registry/orders.json' };
  const far = new Date('2027-06-01T00:00:00Z');
  await vault.send(
    new PutObjectCommand({
      ...target,
      Body: '1',
      ObjectLockMode: 'COMPLIANCE',
      ObjectLockRetainUntilDate: far,
    }),
  );
  for (const Body of ['2', '3', '4']) await vault.send(new PutObjectCommand({ ...target, Body }));
  await passDays(7);
  const { Versions = [] } = await vault.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions.map(({ Size }) => Size)).toEqual([1, 1, 1]);
  expect(s3.admin.lifecycleActions.map(({ action }) => action)).toEqual(['remove-version']);
  const lone = { Bucket, Key: 'lone' };
  await vault.send(new DeleteObjectCommand(lone));
  await passDays(1);
  expect(s3.admin.lifecycleActions.at(-1)).toMatchObject({ action: 'remove-marker', key: 'lone' });
});

test('lifecycle: unfinished uploads are aborted, old points archived and then unreadable', async () => {
  const { vault, passDays, s3 } = await vaultFixture();
  await vault.send(new CreateMultipartUploadCommand({ Bucket, Key: 'hourly/unfinished' }));
  await vault.send(new PutObjectCommand({ Bucket, Key: 'monthly/a', Body: 'x' }));
  await passDays(2);
  expect(s3.admin.lifecycleActions).toMatchObject([{ action: 'abort-upload', key: 'hourly/unfinished' }]);
  await passDays(6);
  const head = await vault.send(new HeadObjectCommand({ Bucket, Key: 'monthly/a' }));
  expect(head.StorageClass).toBe('DEEP_ARCHIVE');
  expect(await refusal(vault.send(new GetObjectCommand({ Bucket, Key: 'monthly/a' })))).toMatchObject({
    code: 'InvalidObjectState',
    status: 403,
  });
});
