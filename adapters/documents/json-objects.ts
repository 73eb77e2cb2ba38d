import type * as z from 'zod';
import type { ObjectStore } from '../../core/ports.ts';
import { parseDocument } from './json-document.ts';

/** JSON documents in a bucket, checked against their contract both ways. */

/** @throws AppError `BadInput` that names the object and the field if it does not fit its contract */
export async function readJson<Schema extends z.ZodType>(
  store: Pick<ObjectStore, 'bucket' | 'read'>,
  key: string,
  schema: Schema,
): Promise<{ readonly value: z.output<Schema>; readonly etag: string } | undefined> {
  const found = await store.read(key);
  if (found === undefined) return undefined;
  return { value: parseDocument(found.body, schema, `${store.bucket}/${key}`), etag: found.etag };
}

export async function writeJson(
  store: ObjectStore,
  key: string,
  value: object,
  condition?: 'absent' | { readonly etag: string },
): Promise<'written' | 'conflict'> {
  return store.write(key, `${JSON.stringify(value, null, 2)}\n`, condition);
}
