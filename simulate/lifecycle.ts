import { dueAt, type LifecycleRule, readLifecycle, ruleMatches } from '@redrill/local-aws/lifecycle';
import type { MemoryBucket, StoredVersion } from '../adapters/memory/bucket.ts';
import { DAY_MS } from '../core/model/time.ts';

/** S3's lifecycle over a bucket in memory, by the rules that were synthesised. */
export class Lifecycle {
  readonly #bucket: MemoryBucket;
  readonly #rules: readonly LifecycleRule[];
  readonly #lockMs: number;
  /** Keys that something has happened to since the last midnight, or at which something may be due. */
  #ripe = new Set<string>();
  /** The other keys, by the midnight before which no rule does anything to them as they are. */
  readonly #calendar = new Map<number, string[]>();

  constructor(bucket: MemoryBucket, configuration: unknown, lockDays = 0) {
    this.#bucket = bucket;
    this.#rules = readLifecycle(configuration, bucket.name).rules.filter(({ enabled }) => enabled);
    this.#lockMs = lockDays * DAY_MS;
    bucket.watch((_change, { key }) => this.#ripe.add(key));
  }

  /**
   * Does what was due by an instant that may lie days back: actions lag, and never come early.
   * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html (checked 2026-11-21)
   * @param lagMs how far back for a key
   */
  apply(now: number, lagMs: (bucket: string, key: string) => number): void {
    for (const [midnight, keys] of this.#calendar) {
      if (midnight > now) continue;
      for (const key of keys) this.#ripe.add(key);
      this.#calendar.delete(midnight);
    }
    const looked = [...this.#ripe].sort();
    this.#ripe = new Set();
    for (const key of looked) {
      const dueBy = now - lagMs(this.#bucket.name, key);
      if (this.#dueOf(key) <= dueBy) this.#look(key, now, dueBy);
      else this.#plan(key);
    }
  }

  #look(key: string, now: number, dueBy: number): void {
    const current = this.#bucket.current(key);
    for (const version of [...this.#bucket.versions(key)]) {
      if (version.noncurrentSince !== undefined) this.#noncurrent(version, now, dueBy);
      else if (version === current) this.#current(version, dueBy);
      else this.#marker(version);
    }
    // What could not be done yet, or what follows from what was done, is for the next midnight.
    this.#ripe.add(key);
  }

  /** Remembers when the key must be looked at, if nothing happens to it. */
  #plan(key: string): void {
    const midnight = this.#dueOf(key);
    const keys = this.#calendar.get(midnight);
    if (keys !== undefined) keys.push(key);
    else if (midnight < Number.POSITIVE_INFINITY) this.#calendar.set(midnight, [key]);
  }

  /** When the rules first do something to one of its versions as they are now. */
  #dueOf(key: string): number {
    let due = Number.POSITIVE_INFINITY;
    for (const version of this.#bucket.versions(key))
      for (const rule of matching(this.#rules, version)) due = Math.min(due, dueOf(version, rule));
    return due;
  }

  #current(version: StoredVersion, dueBy: number): void {
    for (const rule of matching(this.#rules, version)) {
      if (rule.expirationDays !== undefined && dueAt(version.createdAt, rule.expirationDays) <= dueBy) {
        this.#bucket.delete(version.key);
        return;
      }
      for (const { days, storageClass } of rule.transitions)
        if (version.storageClass !== storageClass && dueAt(version.createdAt, days) <= dueBy)
          this.#bucket.transition(version, storageClass);
    }
  }

  #noncurrent(version: StoredVersion, now: number, dueBy: number): void {
    const { noncurrentSince = now, createdAt } = version;
    if (createdAt + this.#lockMs > now) return;
    const isDue = matching(this.#rules, version).some(
      ({ noncurrentExpiration }) =>
        noncurrentExpiration !== undefined && dueAt(noncurrentSince, noncurrentExpiration.days) <= dueBy,
    );
    if (isDue) this.#bucket.removeVersion(version);
  }

  /** A delete marker with nothing beneath it. */
  #marker(version: StoredVersion): void {
    if (this.#bucket.versions(version.key).length > 1) return;
    if (matching(this.#rules, version).some(({ expiredObjectDeleteMarker }) => expiredObjectDeleteMarker))
      this.#bucket.removeVersion(version);
  }
}

/** When the rule does something to the version as it is now; a delete marker can go at any time. */
function dueOf(
  { noncurrentSince, createdAt, storageClass, body }: StoredVersion,
  rule: LifecycleRule,
): number {
  const { expirationDays, noncurrentExpiration, transitions } = rule;
  const never = Number.POSITIVE_INFINITY;
  if (noncurrentSince !== undefined)
    return noncurrentExpiration === undefined ? never : dueAt(noncurrentSince, noncurrentExpiration.days);
  if (body === undefined) return 0;
  return Math.min(
    expirationDays === undefined ? never : dueAt(createdAt, expirationDays),
    ...transitions
      .filter((transition) => transition.storageClass !== storageClass)
      .map(({ days }) => dueAt(createdAt, days)),
  );
}

/** Files are small here and would not be moved for that; the product's are not. */
function matching(
  rules: readonly LifecycleRule[],
  { key, tags, body }: StoredVersion,
): readonly LifecycleRule[] {
  return rules.filter((rule) => ruleMatches(rule, { key, tags, bytes: body?.length ?? 0 }));
}
