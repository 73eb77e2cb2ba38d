import type { MemoryBucket, StoredVersion } from '../adapters/memory/bucket.ts';
import { dueAt } from '../local/model/s3/expiration.ts';
import { type LifecycleRule, ruleMatches } from '../local/model/s3/lifecycle-rule.ts';
import { readLifecycle } from '../local/model/s3/lifecycle-template.ts';

const DAY_MS = 86_400_000;

/** S3's lifecycle over a bucket in memory, by the rules that were synthesised. */
export class Lifecycle {
  readonly #bucket: MemoryBucket;
  readonly #rules: readonly LifecycleRule[];
  readonly #lockMs: number;

  constructor(bucket: MemoryBucket, configuration: unknown, lockDays = 0) {
    this.#bucket = bucket;
    this.#rules = readLifecycle(configuration, bucket.name).rules.filter(({ enabled }) => enabled);
    this.#lockMs = lockDays * DAY_MS;
  }

  /**
   * Does what was due by an instant that may lie days back: actions lag, and never come early.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (checked 2026-11-21)
   */
  apply(now: number, dueBy: number): void {
    for (const key of [...this.#bucket.keys()]) {
      const rules = this.#rules.filter(({ prefix }) => key.startsWith(prefix));
      const current = this.#bucket.current(key);
      for (const version of [...this.#bucket.versions(key)]) {
        if (version.noncurrentSince !== undefined) this.#noncurrent(version, rules, now, dueBy);
        else if (version === current) this.#current(version, rules, dueBy);
        else this.#marker(version, rules);
      }
    }
  }

  #current(version: StoredVersion, rules: readonly LifecycleRule[], dueBy: number): void {
    for (const rule of matching(rules, version)) {
      if (rule.expirationDays !== undefined && dueAt(version.createdAt, rule.expirationDays) <= dueBy) {
        this.#bucket.delete(version.key);
        return;
      }
      for (const { days, storageClass } of rule.transitions)
        if (version.storageClass !== storageClass && dueAt(version.createdAt, days) <= dueBy)
          this.#bucket.transition(version, storageClass);
    }
  }

  #noncurrent(version: StoredVersion, rules: readonly LifecycleRule[], now: number, dueBy: number): void {
    const { noncurrentSince = now, createdAt } = version;
    if (createdAt + this.#lockMs > now) return;
    const isDue = matching(rules, version).some(
      ({ noncurrentExpiration }) =>
        noncurrentExpiration !== undefined && dueAt(noncurrentSince, noncurrentExpiration.days) <= dueBy,
    );
    if (isDue) this.#bucket.removeVersion(version);
  }

  /** A delete marker with nothing beneath it. */
  #marker(version: StoredVersion, rules: readonly LifecycleRule[]): void {
    if (this.#bucket.versions(version.key).length > 1) return;
    if (rules.some(({ expiredObjectDeleteMarker }) => expiredObjectDeleteMarker))
      this.#bucket.removeVersion(version);
  }
}

/** Files are small here and would not be moved for that; the product's are not. */
function matching(
  rules: readonly LifecycleRule[],
  { key, tags, body }: StoredVersion,
): readonly LifecycleRule[] {
  return rules.filter((rule) => ruleMatches(rule, { key, tags, bytes: body?.length ?? 0 }));
}
