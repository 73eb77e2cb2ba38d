import type * as z from 'zod';
import { fitContract } from '../core/contracts/problems.ts';
import { AppError } from '../core/model/errors.ts';
import type { ObjectStore } from '../core/ports.ts';

/** JSON documents in a bucket, checked against their contract both ways. */

/** @throws AppError `BadInput` that names the object and the field if it does not fit its contract */
export async function readJson<Schema extends z.ZodType>(
  store: ObjectStore,
  key: string,
  schema: Schema,
): Promise<{ readonly value: z.output<Schema>; readonly etag: string } | undefined> {
  const found = await store.read(key);
  if (found === undefined) return undefined;
  return {
    value: parsed(new TextDecoder().decode(found.body), schema, `${store.bucket}/${key}`),
    etag: found.etag,
  };
}

export async function writeJson(
  store: ObjectStore,
  key: string,
  value: object,
  condition?: 'absent' | { readonly etag: string },
): Promise<'written' | 'conflict'> {
  return store.write(key, `${JSON.stringify(value, null, 2)}\n`, condition);
}

function parsed<Schema extends z.ZodType>(text: string, schema: Schema, where: string): z.output<Schema> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new AppError('BadInput', `${where} is not JSON`, { cause });
  }
  return checked(json, schema, where);
}

/** @throws AppError `BadInput` with every field that does not fit */
export function checked<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  where: string,
): z.output<Schema> {
  const result = fitContract(value, schema, 'as a whole');
  if (result.fits) return result.value;
  throw new AppError('BadInput', `${where} does not fit its contract: ${result.problems.join('; ')}`);
}
