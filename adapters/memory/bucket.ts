import type { Clock } from './clock.ts';

/** One version of an object; a delete marker has no body. */
export interface StoredVersion {
  readonly key: string;
  readonly body: Uint8Array | undefined;
  readonly etag: string;
  readonly createdAt: number;
  readonly encryption: string;
  tags: ReadonlyMap<string, string>;
  storageClass: string;
  /** Since when a newer version lies above it; undefined while it is the current one. */
  noncurrentSince: number | undefined;
}

export type BucketChange = 'written' | 'tagged' | 'marked' | 'removed' | 'transitioned';
export type BucketWatcher = (change: BucketChange, version: StoredVersion) => void;

/** What lies in one bucket, in memory: versions, delete markers and tags, in the order of the keys. */
export class MemoryBucket {
  readonly name: string;
  readonly versioned: boolean;
  readonly defaultEncryption: string;
  readonly #clock: Clock;
  readonly #keys: string[] = [];
  /** Newest last. */
  readonly #versions = new Map<string, StoredVersion[]>();
  readonly #watchers: BucketWatcher[] = [];
  #writes = 0;

  constructor(
    name: string,
    {
      clock,
      versioned = false,
      encryption = 'sse-s3',
    }: { readonly clock: Clock; readonly versioned?: boolean; readonly encryption?: string },
  ) {
    this.name = name;
    this.versioned = versioned;
    this.defaultEncryption = encryption;
    this.#clock = clock;
  }

  watch(watcher: BucketWatcher): void {
    this.#watchers.push(watcher);
  }

  /** The current version, unless it is a delete marker. */
  current(key: string): (StoredVersion & { readonly body: Uint8Array }) | undefined {
    const newest = this.#versions.get(key)?.at(-1);
    return newest?.body === undefined ? undefined : (newest as StoredVersion & { body: Uint8Array });
  }

  versions(key: string): readonly StoredVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** Keys with a version of any kind, in their bytes' order (keys are ASCII). */
  *keys(prefix = '', startAfter = ''): Generator<string> {
    const from = startAfter > prefix ? startAfter : prefix;
    for (let at = this.#placeOf(from); at < this.#keys.length; at++) {
      const key = this.#keys[at] ?? '';
      if (!key.startsWith(prefix)) {
        if (key > prefix) return;
        continue;
      }
      if (key > startAfter) yield key;
    }
  }

  put(key: string, body: Uint8Array, encryption = this.defaultEncryption): StoredVersion {
    return this.#add({
      key,
      body,
      etag: `"${(++this.#writes).toString(16)}"`,
      createdAt: this.#clock.now,
      encryption,
      tags: new Map(),
      storageClass: 'STANDARD',
      noncurrentSince: undefined,
    });
  }

  tag(version: StoredVersion, tags: ReadonlyMap<string, string>): void {
    version.tags = tags;
    this.#tell('tagged', version);
  }

  transition(version: StoredVersion, storageClass: string): void {
    version.storageClass = storageClass;
    this.#tell('transitioned', version);
  }

  /** With versions, a delete marker; else the object goes. */
  delete(key: string): void {
    const newest = this.#versions.get(key)?.at(-1);
    if (newest === undefined) return;
    if (!this.versioned) this.removeVersion(newest);
    else if (newest.body !== undefined) this.#mark(newest);
  }

  /** For good. */
  removeVersion(version: StoredVersion): void {
    const versions = this.#versions.get(version.key) ?? [];
    const at = versions.indexOf(version);
    if (at < 0) return;
    versions.splice(at, 1);
    const newest = versions.at(-1);
    if (newest !== undefined) newest.noncurrentSince = undefined;
    if (versions.length === 0) {
      this.#versions.delete(version.key);
      this.#keys.splice(this.#placeOf(version.key), 1);
    }
    this.#tell('removed', version);
  }

  #mark(covered: StoredVersion): void {
    const marker = this.#add({ ...covered, body: undefined, createdAt: this.#clock.now, tags: new Map() });
    this.#tell('marked', marker);
  }

  #add(version: StoredVersion): StoredVersion {
    const { key } = version;
    const before = this.#versions.get(key);
    if (before === undefined) {
      this.#versions.set(key, [version]);
      this.#keys.splice(this.#placeOf(key), 0, key);
    } else if (this.versioned) {
      const newest = before.at(-1);
      if (newest !== undefined) newest.noncurrentSince = this.#clock.now;
      before.push(version);
    } else before[0] = version;
    if (version.body !== undefined) this.#tell('written', version);
    return version;
  }

  /** Where the key lies in the order, or would. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tell(change: BucketChange, version: StoredVersion): void {
    for (const watcher of this.#watchers) watcher(change, version);
  }
}
