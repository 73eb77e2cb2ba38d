import type { Clock } from './clock.ts';

/** One version of an object; a delete marker has no body. */
export interface StoredVersion {
  readonly key: string;
  readonly body: Uint8Array | undefined;
  /** `null` where no versions are kept. */
  readonly versionId: string;
  readonly etag: string;
  readonly createdAt: number;
  readonly encryption: string;
  tags: ReadonlyMap<string, string>;
  storageClass: string;
  /** Nobody removes it before, ms since the epoch; undefined if it was never locked. */
  lockedUntil: number | undefined;
  /** Since when a newer version lies above it; undefined while it is the current one. */
  noncurrentSince: number | undefined;
}

export type CurrentVersion = StoredVersion & { readonly body: Uint8Array };

/** The character that sorts next to the slash. */
const AFTER_SLASH = '0';

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
  current(key: string): CurrentVersion | undefined {
    const versions = this.#versions.get(key);
    const newest = versions?.[versions.length - 1];
    return newest?.body === undefined ? undefined : (newest as CurrentVersion);
  }

  versions(key: string): readonly StoredVersion[] {
    return this.#versions.get(key) ?? [];
  }

  /** Keys with a version of any kind, in their bytes' order (keys are ASCII). */
  *keys(prefix = '', startAfter = ''): Generator<string> {
    for (let at = this.#startOf(prefix, startAfter); ; at++) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) return;
      yield key;
    }
  }

  /** The current versions of the same keys; delete markers are left out. */
  list(prefix = '', startAfter = ''): readonly CurrentVersion[] {
    const found: CurrentVersion[] = [];
    for (let at = this.#startOf(prefix, startAfter); ; at++) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) return found;
      const version = this.current(key);
      if (version !== undefined) found.push(version);
    }
  }

  /** What the same keys go on with after the prefix up to the next slash, each once. */
  folders(prefix: string, startAfter = ''): readonly string[] {
    const found: string[] = [];
    for (let at = this.#startOf(prefix, startAfter); ; ) {
      const key = this.#keys[at];
      if (key === undefined || !key.startsWith(prefix)) return found;
      const end = key.indexOf('/', prefix.length);
      if (end < 0 || this.current(key) === undefined) {
        at++;
        continue;
      }
      found.push(key.slice(prefix.length, end));
      at = this.#placeOf(`${key.slice(0, end)}${AFTER_SLASH}`);
    }
  }

  /** Where the keys with the prefix begin that come after another key. */
  #startOf(prefix: string, startAfter: string): number {
    if (startAfter < prefix) return this.#placeOf(prefix);
    const at = this.#placeOf(startAfter);
    return this.#keys[at] === startAfter ? at + 1 : at;
  }

  put(key: string, body: Uint8Array, encryption = this.defaultEncryption): StoredVersion {
    const versionId = this.#newVersionId();
    return this.#add({
      key,
      body,
      versionId,
      etag: `"${this.#writes.toString(16)}"`,
      createdAt: this.#clock.now,
      encryption,
      tags: new Map(),
      storageClass: 'STANDARD',
      lockedUntil: undefined,
      noncurrentSince: undefined,
    });
  }

  #newVersionId(): string {
    this.#writes++;
    return this.versioned ? `v${this.#writes.toString(16)}` : 'null';
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
    const marker = this.#add({
      ...covered,
      body: undefined,
      versionId: this.#newVersionId(),
      createdAt: this.#clock.now,
      tags: new Map(),
    });
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
