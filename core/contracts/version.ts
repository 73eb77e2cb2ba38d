import * as z from 'zod';

/**
 * Every stored document has a `version` of its contract, or none, which means 1. Fields that are added leave it as it is;
 * a change that would mislead a reader of the earlier contract raises it: `version: z.literal([1, 2])`.
 */

/** The newest version that a contract reads. */
function newestRead(schema: z.ZodType): number {
  const version = schema instanceof z.ZodObject ? schema.shape.version : undefined;
  return version instanceof z.ZodLiteral ? Math.max(...[...version.values].map(Number)) : 1;
}

/** That a document is of a newer version than its contract reads; undefined if it is not, or says nothing of a version. */
export function newerThan(
  schema: z.ZodType,
  document: unknown,
): { readonly version: number; readonly read: number } | undefined {
  const version = (document as { readonly version?: unknown } | null | undefined)?.version;
  const read = newestRead(schema);
  return typeof version === 'number' && version > read ? { version, read } : undefined;
}
