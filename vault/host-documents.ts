import type * as z from 'zod';
import { readJson } from '../adapters/documents/json-objects.ts';
import { AppError } from '../core/model/errors.ts';
import type { ObjectStore } from '../core/ports.ts';

/**
 * What a host has written. One that no contract fits counts as none: a host may write anything below its prefix, and must not
 * be able to stop the ingests or the watch of others.
 */
export async function readOfHost<Schema extends z.ZodType>(
  landing: Pick<ObjectStore, 'bucket' | 'read'>,
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | undefined> {
  try {
    return (await readJson(landing, key, schema))?.value;
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'user')) throw error;
    console.warn(`not taken: ${error.message}`);
    return undefined;
  }
}
