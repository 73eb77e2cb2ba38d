import { NotModelledError, ServiceError } from '../service.ts';
import type { LifecycleConfiguration, LifecycleRule, Transition } from './lifecycle-rule.ts';
import {
  booleanOf,
  listOf,
  numberOf,
  oneOf,
  type Properties,
  propertiesOf,
  textOf,
} from './template-values.ts';

const RULE_PROPERTIES = [
  'Id',
  'Status',
  'Prefix',
  'TagFilters',
  'ObjectSizeGreaterThan',
  'ObjectSizeLessThan',
  'ExpirationInDays',
  'ExpiredObjectDeleteMarker',
  'NoncurrentVersionExpiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'AbortIncompleteMultipartUpload',
];

const CLASSES = [
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const SMALLEST_INFREQUENT_ACCESS_DAYS = 30;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-lifecycleconfiguration.html */
export function readLifecycle(value: unknown, path: string): LifecycleConfiguration {
  if (value === undefined) return { rules: [], transitionsSmallObjects: false };
  const read = propertiesOf(value, path, ['Rules', 'TransitionDefaultMinimumObjectSize']);
  const size = read.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K';
  const rules = listOf(read.Rules, `${path}.Rules`, readRule);
  const sizes = ['all_storage_classes_128K', 'varies_by_storage_class'] as const;
  return {
    rules: rules.map((rule, index) => (rule.id === '' ? { ...rule, id: `rule-${index + 1}` } : rule)),
    transitionsSmallObjects:
      oneOf(size, `${path}.TransitionDefaultMinimumObjectSize`, sizes) === 'varies_by_storage_class',
  };
}

function readRule(value: unknown, path: string): LifecycleRule {
  const read = propertiesOf(value, path, RULE_PROPERTIES);
  const rule: LifecycleRule = {
    id: textOf(read.Id ?? '', `${path}.Id`),
    enabled: oneOf(read.Status, `${path}.Status`, ['Enabled', 'Disabled']) === 'Enabled',
    prefix: textOf(read.Prefix ?? '', `${path}.Prefix`),
    tags: listOf(read.TagFilters, `${path}.TagFilters`, readTag),
    ...optionalNumber(read, 'ObjectSizeGreaterThan', 'sizeGreaterThanBytes', path),
    ...optionalNumber(read, 'ObjectSizeLessThan', 'sizeLessThanBytes', path),
    ...optionalNumber(read, 'ExpirationInDays', 'expirationDays', path),
    expiredObjectDeleteMarker: booleanOf(read.ExpiredObjectDeleteMarker, `${path}.ExpiredObjectDeleteMarker`),
    ...readNoncurrentExpiration(read.NoncurrentVersionExpiration, `${path}.NoncurrentVersionExpiration`),
    transitions: listOf(read.Transitions, `${path}.Transitions`, readTransition),
    noncurrentTransitions: listOf(
      read.NoncurrentVersionTransitions,
      `${path}.NoncurrentVersionTransitions`,
      readNoncurrentTransition,
    ),
    ...readAbort(read.AbortIncompleteMultipartUpload, `${path}.AbortIncompleteMultipartUpload`),
  };
  checkRule(rule, path);
  return rule;
}

function optionalNumber<Name extends string>(
  read: Properties,
  property: string,
  name: Name,
  path: string,
): { [Key in Name]?: number } {
  if (read[property] === undefined) return {};
  const found: { [Key in Name]?: number } = {};
  found[name] = numberOf(read[property], `${path}.${property}`);
  return found;
}

function readTag(value: unknown, path: string): readonly [string, string] {
  const read = propertiesOf(value, path, ['Key', 'Value']);
  return [textOf(read.Key, `${path}.Key`), textOf(read.Value, `${path}.Value`)];
}

function readNoncurrentExpiration(value: unknown, path: string): Pick<LifecycleRule, 'noncurrentExpiration'> {
  if (value === undefined) return {};
  const read = propertiesOf(value, path, ['NoncurrentDays', 'NewerNoncurrentVersions']);
  const days = numberOf(read.NoncurrentDays, `${path}.NoncurrentDays`);
  const newerVersions = numberOf(read.NewerNoncurrentVersions ?? 0, `${path}.NewerNoncurrentVersions`);
  return { noncurrentExpiration: { days, newerVersions } };
}

function readTransition(value: unknown, path: string): Transition {
  const read = propertiesOf(value, path, ['StorageClass', 'TransitionInDays']);
  return {
    storageClass: oneOf(read.StorageClass, `${path}.StorageClass`, CLASSES),
    days: numberOf(read.TransitionInDays, `${path}.TransitionInDays`),
  };
}

function readNoncurrentTransition(value: unknown, path: string): Transition & { newerVersions: number } {
  const read = propertiesOf(value, path, ['StorageClass', 'TransitionInDays', 'NewerNoncurrentVersions']);
  return {
    storageClass: oneOf(read.StorageClass, `${path}.StorageClass`, CLASSES),
    days: numberOf(read.TransitionInDays, `${path}.TransitionInDays`),
    newerVersions: numberOf(read.NewerNoncurrentVersions ?? 0, `${path}.NewerNoncurrentVersions`),
  };
}

function readAbort(value: unknown, path: string): Pick<LifecycleRule, 'abortIncompleteUploadDays'> {
  if (value === undefined) return {};
  const read = propertiesOf(value, path, ['DaysAfterInitiation']);
  return { abortIncompleteUploadDays: numberOf(read.DaysAfterInitiation, `${path}.DaysAfterInitiation`) };
}

/** What S3 itself refuses of a rule: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html */
function checkRule(rule: LifecycleRule, path: string): void {
  const acts =
    rule.expirationDays !== undefined ||
    rule.expiredObjectDeleteMarker ||
    rule.noncurrentExpiration !== undefined ||
    rule.transitions.length + rule.noncurrentTransitions.length > 0 ||
    rule.abortIncompleteUploadDays !== undefined;
  if (!acts) throw invalidRule(path, 'At least one action needs to be specified in a rule');
  if (rule.expiredObjectDeleteMarker && rule.expirationDays !== undefined)
    throw invalidRule(path, 'ExpiredObjectDeleteMarker cannot be specified with Days');
  if (
    rule.tags.length > 0 &&
    (rule.expiredObjectDeleteMarker || rule.abortIncompleteUploadDays !== undefined)
  )
    throw invalidRule(
      path,
      'ExpiredObjectDeleteMarker and AbortIncompleteMultipartUpload cannot be specified with Tags',
    );
  if (
    rule.expirationDays !== undefined &&
    (!Number.isInteger(rule.expirationDays) || rule.expirationDays < 1)
  )
    throw new ServiceError(
      'InvalidArgument',
      `${path}: 'Days' for Expiration action must be a positive integer`,
    );
  for (const { storageClass, days } of rule.transitions) checkTransition({ rule, storageClass, days }, path);
  const newest = rule.noncurrentExpiration?.newerVersions ?? 0;
  if (newest > 100)
    throw new NotModelledError(`${path}: NewerNoncurrentVersions above 100, which S3 refuses`);
}

function checkTransition(
  { rule, storageClass, days }: Transition & { readonly rule: LifecycleRule },
  path: string,
): void {
  const infrequent = storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA';
  if (infrequent && days < SMALLEST_INFREQUENT_ACCESS_DAYS)
    throw invalidRule(
      path,
      `'Days' in Transition action must be greater than or equal to 30 for storageClass '${storageClass}'`,
    );
  if (rule.expirationDays !== undefined && rule.expirationDays <= days)
    throw invalidRule(
      path,
      "'Days' in the Expiration action must be greater than 'Days' in the Transition action",
    );
}

function invalidRule(path: string, message: string): ServiceError {
  return new ServiceError('InvalidRequest', `${path}: ${message}`);
}
