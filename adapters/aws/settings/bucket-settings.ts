import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from '@aws-sdk/client-s3';
import type { BucketSetting, SettingDocument } from '../../../core/contracts/settings.ts';
import { policyOf } from './policy-text.ts';
import { membersOf, type Patience, readSetting } from './read-setting.ts';

interface Reader {
  /** S3's own word for nothing. */
  readonly absent: readonly string[];
  read(
    client: S3Client,
    input: { readonly Bucket: string },
    patience: Patience,
  ): Promise<SettingDocument | undefined>;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (checked 2026-11-22) */
const READERS: Readonly<Record<BucketSetting, Reader>> = {
  versioning: {
    absent: [],
    read: async (client, input, patience) =>
      membersOf(await client.send(new GetBucketVersioningCommand(input), patience), ['Status']),
  },
  lock: {
    absent: ['ObjectLockConfigurationNotFoundError'],
    read: async (client, input, patience) =>
      documentOf(
        (await client.send(new GetObjectLockConfigurationCommand(input), patience)).ObjectLockConfiguration,
      ),
  },
  encryption: {
    absent: ['ServerSideEncryptionConfigurationNotFoundError'],
    read: async (client, input, patience) => {
      const answer = await client.send(new GetBucketEncryptionCommand(input), patience);
      return { Rules: (answer.ServerSideEncryptionConfiguration?.Rules ?? []).map(encryptionRule) };
    },
  },
  publicAccess: {
    absent: ['NoSuchPublicAccessBlockConfiguration'],
    read: async (client, input, patience) =>
      documentOf(
        (await client.send(new GetPublicAccessBlockCommand(input), patience)).PublicAccessBlockConfiguration,
      ),
  },
  policy: {
    absent: ['NoSuchBucketPolicy'],
    read: async (client, input, patience) =>
      policyOf((await client.send(new GetBucketPolicyCommand(input), patience)).Policy),
  },
  lifecycle: {
    absent: ['NoSuchLifecycleConfiguration'],
    read: async (client, input, patience) =>
      membersOf(await client.send(new GetBucketLifecycleConfigurationCommand(input), patience), ['Rules']),
  },
};

export function bucketSettings(client: S3Client) {
  return (Bucket: string, setting: BucketSetting): Promise<SettingDocument | undefined> => {
    const { absent, read } = READERS[setting];
    return readSetting(
      `the ${setting} setting of ${Bucket}`,
      (patience) => read(client, { Bucket }, patience),
      absent,
    );
  };
}

/** Which kinds of encryption are blocked is S3's own default, and the bucket's policy denies customer keys anyway. */
function encryptionRule({
  ApplyServerSideEncryptionByDefault: applied,
  BucketKeyEnabled = false,
}: ServerSideEncryptionRule): SettingDocument {
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: applied?.SSEAlgorithm,
      ...(applied?.KMSMasterKeyID === undefined ? {} : { KMSMasterKeyID: applied.KMSMasterKeyID }),
    },
    BucketKeyEnabled,
  };
}

function documentOf(answer: object | undefined): SettingDocument | undefined {
  return answer === undefined ? undefined : { ...answer };
}
