import { isDeepStrictEqual } from 'node:util';
import type * as z from 'zod';
import { AppError } from '../../core/model/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { readJson, writeJson } from './json-objects.ts';

/** Whoever writes at the same time gets in the way once or twice; more often than this, something else is wrong. */
const ATTEMPTS = 8;

interface Place<Schema extends z.ZodType> {
  readonly store: ObjectStore;
  readonly key: string;
  readonly schema: Schema;
  /** What is changed where there is no such object. */
  readonly empty: z.output<Schema>;
}

/**
 * Changes a JSON document on top of whatever it is at that moment: if somebody has written meanwhile, the change is decided
 * anew. What it decides may be acted upon once this returns, and not before.
 *
 * @throws AppError `StateChanged` if others write all the time
 */
export async function changeJson<
  Schema extends z.ZodType,
  Decision extends { readonly memory: z.output<Schema> },
>(
  { store, key, schema, empty }: Place<Schema>,
  change: (before: z.output<Schema>) => Decision,
): Promise<Decision> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await readJson(store, key, schema);
    const decision = change(found?.value ?? empty);
    if (isDeepStrictEqual(decision.memory, found?.value ?? empty)) return decision;
    const condition = found === undefined ? 'absent' : { etag: found.etag };
    if ((await writeJson(store, key, decision.memory as object, condition)) === 'written') return decision;
  }
  throw new AppError('StateChanged', `${key} was changed by other runs at each attempt to write it`);
}
