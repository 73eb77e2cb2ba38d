import type { Bucket } from './bucket.ts';
import { type LifecycleRule, ruleMatches } from './lifecycle-rule.ts';
import { DAY_MS, type ObjectVersion } from './object.ts';

/**
 * When an action that is due so many days after an instant is taken: at the first midnight UTC that is not before it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-set-lifecycle-configuration-intro.html
 */
export function dueAt(instant: number, days: number): number {
  return Math.ceil((instant + days * DAY_MS) / DAY_MS) * DAY_MS;
}

/** The rule that expires a current version first: of overlapping ones the shorter expiration wins. */
export function expirationOf(
  bucket: Bucket,
  version: ObjectVersion,
): { readonly at: number; readonly rule: LifecycleRule } | undefined {
  const object = { key: version.key, bytes: version.content.bytes, tags: version.tags };
  let soonest: { at: number; rule: LifecycleRule } | undefined;
  for (const rule of bucket.configuration.lifecycle.rules) {
    if (rule.expirationDays === undefined || !ruleMatches(rule, object)) continue;
    const at = dueAt(version.createdAt, rule.expirationDays);
    if (soonest === undefined || at < soonest.at) soonest = { at, rule };
  }
  return soonest;
}

/** `x-amz-expiration`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
export function expirationHeader(bucket: Bucket, version: ObjectVersion): string | undefined {
  const expiration = expirationOf(bucket, version);
  if (expiration === undefined) return undefined;
  const { at, rule } = expiration;
  return `expiry-date="${new Date(at).toUTCString()}", rule-id="${encodeURIComponent(rule.id)}"`;
}
