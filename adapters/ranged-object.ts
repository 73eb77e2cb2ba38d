import { AppError } from '../core/model/errors.ts';
import type { ObjectStore } from '../core/ports.ts';
import type { RangedBytes } from '../rdb/index.ts';

/**
 * An object of a bucket, any range of which can be read: all of the version that is there now.
 * @throws AppError `NotFound` if there is none; reading throws `StateChanged` if it is written anew
 */
export async function openRangedObject(store: ObjectStore, key: string): Promise<RangedBytes> {
  const head = await store.head(key);
  if (head === undefined) throw new AppError('NotFound', `${store.bucket}/${key} is gone`);
  const { etag, bytes } = head;
  return {
    sizeBytes: bytes,
    read: (from, to) => store.stream(key, { fromByte: from, toByte: to, etag }),
  };
}
