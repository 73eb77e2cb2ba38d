import type { Version } from './object.ts';

/** A bucket's versions by key, the newest first, and its keys in S3's order. */
export class KeyIndex {
  readonly #versions = new Map<string, Version[]>();
  #sorted: readonly string[] | undefined;

  get empty(): boolean {
    return this.#versions.size === 0;
  }

  /** All versions of a key, the newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** What a request without a version id sees. */
  current(key: string): Version | undefined {
    return this.#versions.get(key)?.[0];
  }

  find(key: string, versionId: string): Version | undefined {
    return this.#versions.get(key)?.find((version) => version.versionId === versionId);
  }

  /** Puts a version on top. In a bucket without versioning it takes the place of the `null` version, which is returned. */
  add(version: Version): Version | undefined {
    const versions = this.#versions.get(version.key);
    if (versions === undefined) {
      this.#versions.set(version.key, [version]);
      this.#sorted = undefined;
      return undefined;
    }
    const replaced = version.versionId === 'null' ? this.find(version.key, 'null') : undefined;
    if (replaced !== undefined) versions.splice(versions.indexOf(replaced), 1);
    versions.unshift(version);
    return replaced;
  }

  remove(version: Version): void {
    const versions = this.#versions.get(version.key);
    if (versions === undefined) return;
    const left = versions.filter((one) => one !== version);
    if (left.length > 0) {
      this.#versions.set(version.key, left);
      return;
    }
    this.#versions.delete(version.key);
    this.#sorted = undefined;
  }

  /** Every key with a version, delete markers included, in the order of their UTF-8 bytes. */
  get keys(): readonly string[] {
    this.#sorted ??= [...this.#versions.keys()].sort(inUtf8Order);
    return this.#sorted;
  }
}

const SURROGATE = /[\ud800-\udfff]/;

/**
 * S3 lists "in UTF-8 binary order". JavaScript compares UTF-16, which only differs beyond the basic plane.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
 */
export function inUtf8Order(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
