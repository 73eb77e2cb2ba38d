/**
 * Regions whose S3 has no account-regional namespace: Bahrain and the UAE. Buckets there have names of the global one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html (checked 2026-11-23)
 */
const WITHOUT_NAMESPACE: ReadonlySet<string> = new Set(['me-south-1', 'me-central-1']);

/** What the name of a bucket in an account-regional namespace ends with. */
const NAMESPACE_SUFFIX = '-an';

/** `-<account>-<region>-an` of the namespace, and the same without its end of our own buckets where there is none. */
const IN_NAMESPACE = /-(\d{12})-[a-z]{2}(?:-[a-z]+)+-\d+-an$/;
const OWN_ELSEWHERE = /^redrill-[a-z]+-(\d{12})-[a-z0-9-]+$/;

/** The namespace of a region's buckets, as S3 calls it; undefined is the global one. */
export function bucketNamespace(region: string): 'account-regional' | undefined {
  return WITHOUT_NAMESPACE.has(region) ? undefined : 'account-regional';
}

/**
 * A name in the account's regional namespace, which no other account can take, not even after the bucket was deleted.
 * `account` may be a CDK token; it is only ever joined. The longest name has 48 of the 63 characters that S3 allows.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html#account-regional-naming-rules
 */
export function bucketName(purpose: string, account: string, region: string): string {
  const suffix = bucketNamespace(region) === undefined ? '' : NAMESPACE_SUFFIX;
  return `redrill-${purpose}-${account}-${region}${suffix}`;
}

/** The account that owns the bucket if it is the one that is meant; undefined if the name does not say. */
export function ownerOfBucket(name: string): string | undefined {
  return (IN_NAMESPACE.exec(name) ?? OWN_ELSEWHERE.exec(name))?.[1];
}

/** The region in the name of one of our buckets; undefined of any other name. */
export function regionOfBucket(name: string): string | undefined {
  return /^redrill-[a-z]+-\d{12}-([a-z0-9-]+?)(?:-an)?$/.exec(name)?.[1];
}
