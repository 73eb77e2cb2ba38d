import { MemoryBucket } from '../../../adapters/memory/bucket.ts';
import { memoryObjectStore } from '../../../adapters/memory/object-store.ts';
import type { ObjectLock, ObjectStore, StreamOptions, VersionOptions } from '../../../core/ports.ts';

/** The bucket in memory that the simulation stands on as well, and what was asked of it. Every write is a second later. */
export class MemoryStore implements ObjectStore {
  readonly bucket: string;
  /** Every write that was asked for, with its outcome. */
  readonly writes: string[] = [];
  /** Keys in the order in which they were tagged, one per call. */
  readonly taggings: string[] = [];
  /** Locks in the order in which they were set. */
  readonly locks: string[] = [];
  readonly #bucket: MemoryBucket;
  readonly #store: ObjectStore;
  #nowMs = 0;

  constructor(bucket = 'vault', { versioned = false } = {}) {
    const now = () => this.#nowMs;
    const clock = {
      get now() {
        return now();
      },
      at: (_instantMs: number, fire: () => void) => fire(),
    };
    this.bucket = bucket;
    this.#bucket = new MemoryBucket(bucket, { clock, versioned });
    this.#store = memoryObjectStore(this.#bucket);
  }

  list(prefix: string, options?: { readonly startAfter?: string }) {
    return this.#store.list(prefix, options);
  }

  listFolders(prefix: string, options?: { readonly startAfter?: string }) {
    return this.#store.listFolders(prefix, options);
  }

  versions(prefix: string) {
    return this.#store.versions(prefix);
  }

  head(key: string, options?: VersionOptions) {
    return this.#store.head(key, options);
  }

  checksum(key: string, options?: VersionOptions) {
    return this.#store.checksum(key, options);
  }

  read(key: string, options?: VersionOptions) {
    return this.#store.read(key, options);
  }

  stream(key: string, options?: StreamOptions): AsyncIterable<Uint8Array> {
    return this.#store.stream(key, options);
  }

  async write(key: string, body: string | Uint8Array, condition?: 'absent' | { readonly etag: string }) {
    const bytes = typeof body === 'string' ? body : body.slice();
    const outcome = await this.#store.write(key, bytes, condition);
    this.writes.push(`${outcome} ${key}`);
    if (outcome === 'written') this.#nowMs += 1000;
    return outcome;
  }

  tags(key: string) {
    return this.#store.tags(key);
  }

  async tag(key: string, tags: readonly { readonly key: string; readonly value: string }[]) {
    await this.#store.tag(key, tags);
    this.taggings.push(key);
  }

  tagsOf(key: string): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#bucket.current(key)?.tags ?? []);
  }

  async lock(key: string, lock: ObjectLock): Promise<void> {
    await this.#store.lock(key, lock);
    this.locks.push(`${key} ${lock.mode} ${lock.until.toISOString()}`);
  }

  remove(key: string): Promise<void> {
    return this.#store.remove(key);
  }
}
