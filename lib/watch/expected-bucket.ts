import type { Stack } from 'aws-cdk-lib';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { BucketSetting } from '../../core/contracts/settings.ts';

/** A bucket's settings as S3's API has them; those that the template leaves to S3 are left out. */
export function bucketSettingsOf(stack: Stack, bucket: CfnBucket): Partial<Record<BucketSetting, object>> {
  const read = <Setting>(value: unknown) => stack.resolve(value) as Setting | undefined;
  const versioning = read<CfnBucket.VersioningConfigurationProperty>(bucket.versioningConfiguration);
  const lock = read<CfnBucket.ObjectLockConfigurationProperty>(bucket.objectLockConfiguration);
  const encryption = read<CfnBucket.BucketEncryptionProperty>(bucket.bucketEncryption);
  const access = read<CfnBucket.PublicAccessBlockConfigurationProperty>(
    bucket.publicAccessBlockConfiguration,
  );
  const lifecycle = read<CfnBucket.LifecycleConfigurationProperty>(bucket.lifecycleConfiguration);
  return {
    ...(versioning && { versioning: { Status: versioning.status } }),
    ...(lock && { lock: lockSetting(lock) }),
    ...(encryption && { encryption: encryptionSetting(encryption) }),
    ...(access && { publicAccess: accessSetting(access) }),
    ...(lifecycle && { lifecycle: { Rules: (lifecycle.rules as readonly Rule[]).map(ruleSetting) } }),
  };
}

type Rule = CfnBucket.RuleProperty;

function lockSetting({ objectLockEnabled, rule }: CfnBucket.ObjectLockConfigurationProperty): object {
  const { defaultRetention } = rule as CfnBucket.ObjectLockRuleProperty;
  const { mode, days, years } = defaultRetention as CfnBucket.DefaultRetentionProperty;
  return {
    ObjectLockEnabled: objectLockEnabled,
    Rule: { DefaultRetention: { Mode: mode, ...given('Days', days), ...given('Years', years) } },
  };
}

function encryptionSetting({
  serverSideEncryptionConfiguration,
}: CfnBucket.BucketEncryptionProperty): object {
  const rules = serverSideEncryptionConfiguration as readonly CfnBucket.ServerSideEncryptionRuleProperty[];
  return {
    Rules: rules.map(({ bucketKeyEnabled = false, serverSideEncryptionByDefault }) => {
      const { sseAlgorithm, kmsMasterKeyId } =
        serverSideEncryptionByDefault as CfnBucket.ServerSideEncryptionByDefaultProperty;
      return {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: sseAlgorithm,
          ...given('KMSMasterKeyID', kmsMasterKeyId),
        },
        BucketKeyEnabled: bucketKeyEnabled,
      };
    }),
  };
}

function accessSetting(access: CfnBucket.PublicAccessBlockConfigurationProperty): object {
  return {
    BlockPublicAcls: access.blockPublicAcls,
    IgnorePublicAcls: access.ignorePublicAcls,
    BlockPublicPolicy: access.blockPublicPolicy,
    RestrictPublicBuckets: access.restrictPublicBuckets,
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html (checked 2026-11-22) */
function ruleSetting(rule: Rule): object {
  const noncurrent = rule.noncurrentVersionExpiration as
    | CfnBucket.NoncurrentVersionExpirationProperty
    | undefined;
  const abort = rule.abortIncompleteMultipartUpload as
    | CfnBucket.AbortIncompleteMultipartUploadProperty
    | undefined;
  const transitions = (rule.transitions ?? []) as readonly CfnBucket.TransitionProperty[];
  return {
    ID: rule.id,
    Status: rule.status,
    Filter: filterSetting(rule),
    ...(rule.expirationInDays === undefined && rule.expiredObjectDeleteMarker !== true
      ? {}
      : {
          Expiration: {
            ...given('Days', rule.expirationInDays),
            ...given('ExpiredObjectDeleteMarker', rule.expiredObjectDeleteMarker),
          },
        }),
    ...(transitions.length > 0 && {
      Transitions: transitions.map(({ transitionInDays, storageClass }) => ({
        ...given('Days', transitionInDays),
        StorageClass: storageClass,
      })),
    }),
    ...(noncurrent && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrent.noncurrentDays,
        ...given('NewerNoncurrentVersions', noncurrent.newerNoncurrentVersions),
      },
    }),
    ...(abort && { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort.daysAfterInitiation } }),
  };
}

/** One condition stands alone; several go under And. */
function filterSetting({ prefix, tagFilters }: Rule): object {
  const tags = ((tagFilters ?? []) as readonly CfnBucket.TagFilterProperty[]).map(({ key, value }) => ({
    Key: key,
    Value: value,
  }));
  const [tag] = tags;
  if (tag === undefined) return { Prefix: prefix ?? '' };
  if (tags.length === 1 && prefix === undefined) return { Tag: tag };
  return { And: { ...given('Prefix', prefix), Tags: tags } };
}

function given(name: string, value: unknown): object {
  return value === undefined ? {} : { [name]: value };
}
