import type { RangedBytes } from '@redrill/rdb';
import type { StoredObject } from '../core/contracts/recovery-point.ts';
import type { ObjectStore } from '../core/ports.ts';

/** One version of an object, any range of which can be read. Reading throws `StateChanged` if it is not what it was. */
export function rangedObject(store: ObjectStore, key: string, file: StoredObject): RangedBytes {
  const { versionId, etag, bytes } = file;
  return {
    sizeBytes: bytes,
    read: (from, to) => store.stream(key, { fromByte: from, toByte: to, versionId, etag }),
  };
}
