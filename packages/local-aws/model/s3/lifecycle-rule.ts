/** One rule of a bucket's lifecycle: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  /** All of them must be on the object. */
  readonly tags: readonly (readonly [key: string, value: string])[];
  readonly sizeGreaterThanBytes?: number;
  readonly sizeLessThanBytes?: number;
  readonly expirationDays?: number;
  readonly expiredObjectDeleteMarker: boolean;
  readonly noncurrentExpiration?: { readonly days: number; readonly newerVersions: number };
  readonly transitions: readonly Transition[];
  readonly noncurrentTransitions: readonly (Transition & { readonly newerVersions: number })[];
  readonly abortIncompleteUploadDays?: number;
}

export interface Transition {
  readonly days: number;
  readonly storageClass: string;
}

export interface LifecycleConfiguration {
  readonly rules: readonly LifecycleRule[];
  /** `varies_by_storage_class`: objects below 128 KB go to Glacier classes too. */
  readonly transitionsSmallObjects: boolean;
}

/** Whether a rule's filter takes in an object: prefix AND tags AND size. */
export function ruleMatches(
  rule: LifecycleRule,
  object: { readonly key: string; readonly bytes: number; readonly tags: ReadonlyMap<string, string> },
): boolean {
  return (
    rule.enabled &&
    object.key.startsWith(rule.prefix) &&
    rule.tags.every(([key, value]) => object.tags.get(key) === value) &&
    (rule.sizeGreaterThanBytes === undefined || object.bytes > rule.sizeGreaterThanBytes) &&
    (rule.sizeLessThanBytes === undefined || object.bytes < rule.sizeLessThanBytes)
  );
}
