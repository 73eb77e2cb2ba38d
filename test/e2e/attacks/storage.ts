import {
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectLockConfigurationCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { type Deployed, drifts, vaultBucket } from './deployed.ts';

async function asBreakGlass(on: Deployed, operation: string, input: object): Promise<void> {
  const { keyId: KeyId } = on.world.aws.s3.admin.bucket(vaultBucket(on)).configuration.encryption;
  await on.breakGlass('kms', operation, { KeyId, ...input });
}

/** Attacks on the buckets, and on the key without which nothing in the vault can be read. */
export const STORAGE_ATTACKS = drifts(15, [
  {
    name: 'the lifecycle rules of the vault are deleted',
    subject: (on) => `lifecycle rules of ${vaultBucket(on)}: not as deployed`,
    says: [/found: nothing/, /"ID":"expire-daily-session-store"|expire-daily-session-store/],
    attack: (on) => on.s3.send(new DeleteBucketLifecycleCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'a lifecycle rule is added that expires daily recovery points after a day',
    subject: (on) => `lifecycle rules of ${vaultBucket(on)}: not as deployed`,
    says: [/rule tidy-up\n {4}expected: no such rule\n {4}found: \{.*"Days":1\}/],
    attack: async (on) => {
      const { Rules = [] } = await on.s3.send(
        new GetBucketLifecycleConfigurationCommand({ Bucket: vaultBucket(on) }),
      );
      const tidy = {
        ID: 'tidy-up',
        Status: 'Enabled',
        Filter: { Prefix: 'daily/' },
        Expiration: { Days: 1 },
      } as const;
      const LifecycleConfiguration = { Rules: [...Rules, tidy] };
      await on.s3.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: vaultBucket(on), LifecycleConfiguration }),
      );
    },
  },
  {
    name: 'the vault has no versioning, as if the bucket had been created again',
    subject: (on) => `versioning of ${vaultBucket(on)}: not as deployed`,
    says: [/Status\n {4}expected: "Enabled"\n {4}found: nothing/],
    // Object Lock keeps versioning on, so only a bucket that was made anew can be without.
    attack: async (on) => {
      const bucket = on.world.aws.s3.admin.bucket(vaultBucket(on));
      bucket.configuration = { ...bucket.configuration, versioned: false };
    },
  },
  {
    name: 'the default retention of Object Lock is removed',
    subject: (on) => `Object Lock of ${vaultBucket(on)}: not as deployed`,
    says: [/Rule\n {4}expected: \{"DefaultRetention":\{"Days":1,"Mode":"GOVERNANCE"\}\}\n {4}found: nothing/],
    attack: (on) =>
      on.s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket: vaultBucket(on),
          ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
        }),
      ),
  },
  {
    name: 'the vault’s encryption under its own key is removed',
    subject: (on) => `encryption of ${vaultBucket(on)}: not as deployed`,
    says: [/expected: .*"SSEAlgorithm":"aws:kms"/, /found: .*"SSEAlgorithm":"AES256"/],
    attack: (on) => on.s3.send(new DeleteBucketEncryptionCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'the public access block of the vault is deleted',
    subject: (on) => `public access block of ${vaultBucket(on)}: not as deployed`,
    says: [/found: nothing/],
    attack: (on) => on.s3.send(new DeletePublicAccessBlockCommand({ Bucket: vaultBucket(on) })),
  },
  {
    name: 'one setting of the staging bucket’s public access block is turned off',
    subject: (on) => `public access block of ${on.world.stagingBucket}: not as deployed`,
    says: [/RestrictPublicBuckets\n {4}expected: true\n {4}found: false/],
    attack: (on) =>
      on.s3.send(
        new PutPublicAccessBlockCommand({
          Bucket: on.world.stagingBucket,
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            IgnorePublicAcls: true,
            BlockPublicPolicy: true,
            RestrictPublicBuckets: false,
          },
        }),
      ),
  },
  {
    name: 'the lifecycle rules of the staging bucket are deleted',
    subject: (on) => `lifecycle rules of ${on.world.stagingBucket}: not as deployed`,
    says: [/found: nothing/],
    attack: (on) => on.s3.send(new DeleteBucketLifecycleCommand({ Bucket: on.world.stagingBucket })),
  },
  {
    name: 'the key of the vault is disabled',
    subject: () => 'key of the vault: not as deployed',
    says: [/KeyState\n {4}expected: "Enabled"\n {4}found: "Disabled"/],
    attack: (on) => asBreakGlass(on, 'DisableKey', {}),
  },
  {
    name: 'the key of the vault is scheduled for deletion',
    subject: () => 'key of the vault: not as deployed',
    says: [/found: "PendingDeletion"/],
    attack: (on) => asBreakGlass(on, 'ScheduleKeyDeletion', { PendingWindowInDays: 7 }),
  },
]);
