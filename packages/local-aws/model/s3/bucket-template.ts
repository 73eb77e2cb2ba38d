import type { BucketConfiguration, BucketEncryption, DefaultRetention, PublicAccessBlock } from './bucket.ts';
import { readLifecycle } from './lifecycle-template.ts';
import { invalidRequest, malformedXml } from './s3-error.ts';
import {
  booleanOf,
  listOf,
  numberOf,
  oneOf,
  type Properties,
  propertiesOf,
  textOf,
} from './template-values.ts';

/** The properties of AWS::S3::Bucket that are modelled. */
export const BUCKET_PROPERTIES = [
  'AccessControl',
  'BucketName',
  'BucketNamespace',
  'BucketEncryption',
  'VersioningConfiguration',
  'ObjectLockEnabled',
  'ObjectLockConfiguration',
  'LifecycleConfiguration',
  'PublicAccessBlockConfiguration',
  'OwnershipControls',
  'LoggingConfiguration',
  'Tags',
] as const;

/**
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html. What a template
 * leaves out is as S3 makes it: SSE-S3, ACLs disabled, public access blocked
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html).
 */
export function readBucketConfiguration(properties: Properties): BucketConfiguration {
  const read = propertiesOf(properties, 'AWS::S3::Bucket', BUCKET_PROPERTIES);
  oneOf(read.AccessControl ?? 'Private', 'AccessControl', ['Private']);
  checkLogging(read.LoggingConfiguration, 'LoggingConfiguration');
  listOf(read.Tags, 'Tags', checkTag);
  const configuration: BucketConfiguration = {
    versioned: readVersioning(read.VersioningConfiguration, 'VersioningConfiguration'),
    encryption: readEncryption(read.BucketEncryption, 'BucketEncryption'),
    ...readObjectLock(read),
    lifecycle: readLifecycle(read.LifecycleConfiguration, 'LifecycleConfiguration'),
    publicAccessBlock: readPublicAccess(
      read.PublicAccessBlockConfiguration,
      'PublicAccessBlockConfiguration',
    ),
    objectOwnership: readOwnership(read.OwnershipControls, 'OwnershipControls'),
  };
  if (configuration.objectLock !== undefined && !configuration.versioned)
    throw invalidRequest('Object Lock needs VersioningConfiguration.Status Enabled');
  return configuration;
}

function readVersioning(value: unknown, path: string): boolean {
  if (value === undefined) return false;
  const { Status: status } = propertiesOf(value, path, ['Status']);
  return oneOf(status, `${path}.Status`, ['Enabled']) === 'Enabled';
}

function readEncryption(value: unknown, path: string): BucketEncryption {
  const none: BucketEncryption = { algorithm: 'AES256', bucketKeyEnabled: false, blocked: [] };
  if (value === undefined) return none;
  const { ServerSideEncryptionConfiguration: rules } = propertiesOf(value, path, [
    'ServerSideEncryptionConfiguration',
  ]);
  const [rule] = listOf(rules, `${path}.ServerSideEncryptionConfiguration`, readEncryptionRule);
  return rule ?? none;
}

export function readEncryptionRule(value: unknown, path: string): BucketEncryption {
  const read = propertiesOf(value, path, [
    'ServerSideEncryptionByDefault',
    'BucketKeyEnabled',
    'BlockedEncryptionTypes',
  ]);
  const at = `${path}.ServerSideEncryptionByDefault`;
  const byDefault = propertiesOf(read.ServerSideEncryptionByDefault ?? { SSEAlgorithm: 'AES256' }, at, [
    'SSEAlgorithm',
    'KMSMasterKeyID',
  ]);
  const blocked = propertiesOf(read.BlockedEncryptionTypes ?? {}, `${path}.BlockedEncryptionTypes`, [
    'EncryptionType',
  ]);
  const types = listOf(
    blocked.EncryptionType,
    `${path}.BlockedEncryptionTypes.EncryptionType`,
    (type, where) => oneOf(type, where, ['SSE-C', 'NONE']),
  );
  return {
    algorithm: oneOf(byDefault.SSEAlgorithm, `${at}.SSEAlgorithm`, ['AES256', 'aws:kms']),
    ...(byDefault.KMSMasterKeyID !== undefined && {
      keyId: textOf(byDefault.KMSMasterKeyID, `${at}.KMSMasterKeyID`),
    }),
    bucketKeyEnabled: booleanOf(read.BucketKeyEnabled, `${path}.BucketKeyEnabled`),
    blocked: types.filter((type) => type !== 'NONE'),
  };
}

export function readObjectLock(read: Properties): Pick<BucketConfiguration, 'objectLock'> {
  if (!booleanOf(read.ObjectLockEnabled, 'ObjectLockEnabled')) {
    if (read.ObjectLockConfiguration !== undefined)
      throw invalidRequest('ObjectLockConfiguration needs ObjectLockEnabled');
    return {};
  }
  if (read.ObjectLockConfiguration === undefined) return { objectLock: {} };
  const path = 'ObjectLockConfiguration';
  const { ObjectLockEnabled: enabled, Rule: rule } = propertiesOf(read.ObjectLockConfiguration, path, [
    'ObjectLockEnabled',
    'Rule',
  ]);
  oneOf(enabled ?? 'Enabled', `${path}.ObjectLockEnabled`, ['Enabled']);
  if (rule === undefined) return { objectLock: {} };
  const { DefaultRetention: retention } = propertiesOf(rule, `${path}.Rule`, ['DefaultRetention']);
  const defaultRetention = readDefaultRetention(retention, `${path}.Rule.DefaultRetention`);
  return { objectLock: { defaultRetention } };
}

function readDefaultRetention(value: unknown, path: string): DefaultRetention {
  const read = propertiesOf(value, path, ['Mode', 'Days', 'Years']);
  const mode = oneOf(read.Mode, `${path}.Mode`, ['GOVERNANCE', 'COMPLIANCE']);
  if ((read.Days === undefined) === (read.Years === undefined)) throw malformedXml();
  if (read.Days !== undefined) {
    const days = numberOf(read.Days, `${path}.Days`);
    return { mode, days, configured: { Days: days } };
  }
  const years = numberOf(read.Years, `${path}.Years`);
  return { mode, days: years * 365, configured: { Years: years } };
}

export function readPublicAccess(value: unknown, path: string): PublicAccessBlock {
  const names = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
  if (value === undefined)
    return {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
  const read = propertiesOf(value, path, names);
  return {
    BlockPublicAcls: booleanOf(read.BlockPublicAcls, `${path}.BlockPublicAcls`),
    IgnorePublicAcls: booleanOf(read.IgnorePublicAcls, `${path}.IgnorePublicAcls`),
    BlockPublicPolicy: booleanOf(read.BlockPublicPolicy, `${path}.BlockPublicPolicy`),
    RestrictPublicBuckets: booleanOf(read.RestrictPublicBuckets, `${path}.RestrictPublicBuckets`),
  };
}

function readOwnership(value: unknown, path: string): string {
  if (value === undefined) return 'BucketOwnerEnforced';
  const { Rules: rules } = propertiesOf(value, path, ['Rules']);
  const [ownership] = listOf(rules, `${path}.Rules`, (rule, at) => {
    const { ObjectOwnership: ownershipOfRule } = propertiesOf(rule, at, ['ObjectOwnership']);
    return oneOf(ownershipOfRule, `${at}.ObjectOwnership`, [
      'BucketOwnerEnforced',
      'BucketOwnerPreferred',
      'ObjectWriter',
    ]);
  });
  return ownership ?? 'BucketOwnerEnforced';
}

/** No access log is ever written. */
function checkLogging(value: unknown, path: string): void {
  if (value === undefined) return;
  const { DestinationBucketName: bucket, LogFilePrefix: prefix } = propertiesOf(value, path, [
    'DestinationBucketName',
    'LogFilePrefix',
  ]);
  if (bucket !== undefined) textOf(bucket, `${path}.DestinationBucketName`);
  if (prefix !== undefined) textOf(prefix, `${path}.LogFilePrefix`);
}

/** Nothing reads a bucket's tags. */
function checkTag(value: unknown, path: string): void {
  const read = propertiesOf(value, path, ['Key', 'Value']);
  textOf(read.Key, `${path}.Key`);
  textOf(read.Value, `${path}.Value`);
}
