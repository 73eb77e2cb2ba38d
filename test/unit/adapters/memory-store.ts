import { createHash } from 'node:crypto';
import { AppError } from '../../../core/model/errors.ts';
import type { ObjectHead, ObjectStore, StreamOptions } from '../../../core/ports.ts';

interface Stored {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly modifiedAt: Date;
  tags: Readonly<Record<string, string>>;
}

/**
 * One bucket in memory, as strict as S3 where the callers rely on it: conditional writes, lists in the order of the keys'
 * bytes, folders by delimiter, `startAfter` exclusive, no tags for what does not exist.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class MemoryStore implements ObjectStore {
  readonly bucket: string;
  /** Every write that was asked for, with its outcome. */
  readonly writes: string[] = [];
  /** Keys in the order in which they were tagged, one per call. */
  readonly taggings: string[] = [];
  readonly #objects = new Map<string, Stored>();
  #ticks = 0;

  constructor(bucket = 'vault') {
    this.bucket = bucket;
  }

  async list(prefix: string, { startAfter = '' }: { readonly startAfter?: string } = {}) {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix) && key > startAfter)
      .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map(([key, stored]) => headOf(key, stored));
  }

  async listFolders(prefix: string, options: { readonly startAfter?: string } = {}) {
    const below = (await this.list(prefix, options)).map(({ key }) => key.slice(prefix.length).split('/'));
    return [...new Set(below.filter(({ length }) => length > 1).map(([folder = '']) => folder))];
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const stored = this.#objects.get(key);
    return stored === undefined ? undefined : headOf(key, stored);
  }

  async read(key: string) {
    const stored = this.#objects.get(key);
    return stored === undefined ? undefined : { body: stored.body.slice(), etag: stored.etag };
  }

  async *stream(key: string, { fromByte = 0, etag }: StreamOptions = {}): AsyncIterable<Uint8Array> {
    const { body, etag: current } = this.#existing(key);
    if (etag !== undefined && etag !== current) throw new AppError('StateChanged', `${key} is not ${etag}`);
    if (fromByte < body.length) yield body.slice(fromByte);
  }

  async write(
    key: string,
    body: string | Uint8Array,
    condition?: 'absent' | { readonly etag: string },
  ): Promise<'written' | 'conflict'> {
    const there = this.#objects.get(key);
    const holds =
      condition === undefined ||
      (condition === 'absent' ? there === undefined : there?.etag === condition.etag);
    this.writes.push(`${holds ? 'written' : 'conflict'} ${key}`);
    if (!holds) return 'conflict';
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body.slice();
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    this.#objects.set(key, { body: bytes, etag, modifiedAt: new Date(this.#ticks++ * 1000), tags: {} });
    return 'written';
  }

  async tag(key: string, tags: readonly { readonly key: string; readonly value: string }[]) {
    const stored = this.#existing(key);
    this.taggings.push(key);
    stored.tags = { ...stored.tags, ...Object.fromEntries(tags.map((tag) => [tag.key, tag.value])) };
  }

  tagsOf(key: string): Readonly<Record<string, string>> {
    return this.#existing(key).tags;
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
  }

  #existing(key: string): Stored {
    const stored = this.#objects.get(key);
    if (stored === undefined) throw new AppError('NotFound', `there is no ${this.bucket}/${key}`);
    return stored;
  }
}

function headOf(key: string, { body, etag, modifiedAt }: Stored): ObjectHead {
  return { key, bytes: body.length, etag, modifiedAt };
}
