import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeletePublicAccessBlockCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from 'vitest';
import { refusal, s3Fixture, VAULT_REGION } from '../../testing/s3-fixture.ts';

const Bucket = 'vault';

async function vault() {
  const fixture = await s3Fixture();
  return { ...fixture, client: fixture.client(VAULT_REGION) };
}

test('lifecycle rules come back as they were put, and are gone when deleted', async () => {
  const { client } = await vault();
  const Rules: LifecycleRule[] = [
    {
      ID: 'both',
      Status: 'Enabled',
      Filter: { And: { Prefix: 'daily/', Tags: [{ Key: 'released', Value: 'true' }] } },
      Expiration: { Days: 30 },
      NoncurrentVersionExpiration: { NoncurrentDays: 3 },
    },
    {
      ID: 'tag',
      Status: 'Disabled',
      Filter: { Tag: { Key: 'released', Value: 'true' } },
      Transitions: [{ Days: 90, StorageClass: 'GLACIER_IR' }],
      NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'GLACIER' }],
    },
    {
      ID: 'sweep',
      Status: 'Enabled',
      Filter: {},
      Expiration: { ExpiredObjectDeleteMarker: true },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  ];
  const LifecycleConfiguration = { Rules };
  await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
  const read = () => client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
  expect((await read()).Rules).toEqual(Rules);
  await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
  expect(await refusal(read())).toMatchObject({ code: 'NoSuchLifecycleConfiguration' });
});

test('encryption goes back to SSE-S3 when it is deleted', async () => {
  const { client } = await vault();
  const Rules = [
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' as const, KMSMasterKeyID: 'key' },
      BucketKeyEnabled: true,
    },
  ];
  const ServerSideEncryptionConfiguration = { Rules };
  await client.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  const read = async () =>
    (await client.send(new GetBucketEncryptionCommand({ Bucket }))).ServerSideEncryptionConfiguration?.Rules;
  expect(await read()).toEqual(Rules);
  await client.send(new DeleteBucketEncryptionCommand({ Bucket }));
  expect(await read()).toMatchObject([{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }]);
  const none = new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [] } });
  expect(await refusal(client.send(none))).toMatchObject({ code: 'MalformedXML' });
});

test('Object Lock can be turned on and never off, and keeps versioning on', async () => {
  const { client } = await vault();
  const DefaultRetention = { Mode: 'GOVERNANCE' as const, Days: 3 };
  const put = (Rule?: { DefaultRetention: typeof DefaultRetention }) =>
    client.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', ...(Rule && { Rule }) },
      }),
    );
  const read = async () =>
    (await client.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration;
  await put({ DefaultRetention });
  expect(await read()).toEqual({ ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } });
  await put();
  expect(await read()).toEqual({ ObjectLockEnabled: 'Enabled' });
  const versioning = (Status: 'Enabled' | 'Suspended') =>
    client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  expect(await refusal(versioning('Suspended'))).toMatchObject({ code: 'InvalidBucketState' });
  await versioning('Enabled');
  expect(await client.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({ Status: 'Enabled' });
});

test('a bucket without versions takes no lock, and one whose versioning is suspended is not modelled', async () => {
  const { s3, client } = await vault();
  const bucket = s3.admin.bucket(Bucket);
  bucket.configuration = { ...bucket.configuration, versioned: false };
  const lock = new PutObjectLockConfigurationCommand({
    Bucket,
    ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
  });
  expect(await refusal(client.send(lock))).toMatchObject({ code: 'InvalidBucketState' });
  const suspend = new PutBucketVersioningCommand({
    Bucket,
    VersioningConfiguration: { Status: 'Suspended' },
  });
  expect(await refusal(client.send(suspend))).toMatchObject({ code: 'NotModelled' });
});

test('the public access block is put whole, and may be gone', async () => {
  const { client } = await vault();
  const block = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true };
  const input = { Bucket, PublicAccessBlockConfiguration: block };
  await client.send(new PutPublicAccessBlockCommand(input));
  const read = () => client.send(new GetPublicAccessBlockCommand({ Bucket }));
  expect((await read()).PublicAccessBlockConfiguration).toEqual({ ...block, RestrictPublicBuckets: false });
  await client.send(new DeletePublicAccessBlockCommand({ Bucket }));
  expect(await refusal(read())).toMatchObject({ code: 'NoSuchPublicAccessBlockConfiguration' });
});
