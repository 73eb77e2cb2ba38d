import type { LifecycleConfiguration, LifecycleRule } from './lifecycle-rule.ts';

/** As GetBucketLifecycleConfiguration answers it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function lifecycleOutput({ rules, transitionsSmallObjects }: LifecycleConfiguration): object {
  return {
    Rules: rules.map(ruleOutput),
    TransitionDefaultMinimumObjectSize: transitionsSmallObjects
      ? 'varies_by_storage_class'
      : 'all_storage_classes_128K',
  };
}

function ruleOutput(rule: LifecycleRule): object {
  return {
    ID: rule.id,
    Status: rule.enabled ? 'Enabled' : 'Disabled',
    Filter: filterOutput(rule),
    ...expirationOutput(rule),
    ...(rule.transitions.length > 0 && {
      Transitions: rule.transitions.map(({ days, storageClass }) => ({
        Days: days,
        StorageClass: storageClass,
      })),
    }),
    ...noncurrentOutput(rule),
    ...(rule.abortIncompleteUploadDays !== undefined && {
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: rule.abortIncompleteUploadDays },
    }),
  };
}

function expirationOutput(rule: LifecycleRule): object {
  if (rule.expirationDays !== undefined) return { Expiration: { Days: rule.expirationDays } };
  return rule.expiredObjectDeleteMarker ? { Expiration: { ExpiredObjectDeleteMarker: true } } : {};
}

function noncurrentOutput({ noncurrentExpiration, noncurrentTransitions }: LifecycleRule): object {
  return {
    ...(noncurrentExpiration && {
      NoncurrentVersionExpiration: {
        NoncurrentDays: noncurrentExpiration.days,
        ...newerVersionsOutput(noncurrentExpiration.newerVersions),
      },
    }),
    ...(noncurrentTransitions.length > 0 && {
      NoncurrentVersionTransitions: noncurrentTransitions.map(({ days, storageClass, newerVersions }) => ({
        NoncurrentDays: days,
        StorageClass: storageClass,
        ...newerVersionsOutput(newerVersions),
      })),
    }),
  };
}

function newerVersionsOutput(newerVersions: number): object {
  return newerVersions === 0 ? {} : { NewerNoncurrentVersions: newerVersions };
}

/** One condition stands alone; several go under And. */
function filterOutput(rule: LifecycleRule): object {
  const tags = rule.tags.map(([Key, Value]) => ({ Key, Value }));
  const sizes = {
    ...(rule.sizeGreaterThanBytes !== undefined && { ObjectSizeGreaterThan: rule.sizeGreaterThanBytes }),
    ...(rule.sizeLessThanBytes !== undefined && { ObjectSizeLessThan: rule.sizeLessThanBytes }),
  };
  const prefix = rule.prefix === '' ? {} : { Prefix: rule.prefix };
  const conditions = Object.keys(prefix).length + tags.length + Object.keys(sizes).length;
  if (conditions > 1) return { And: { ...prefix, ...(tags.length > 0 && { Tags: tags }), ...sizes } };
  const [tag] = tags;
  return tag === undefined ? { ...prefix, ...sizes } : { Tag: tag };
}
