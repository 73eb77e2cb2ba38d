import * as z from 'zod';
import { form } from './problems.ts';

const cacheIdForm = form(
  'a cache id',
  'use at most 50 lower-case letters, digits and single hyphens, the first a letter',
);
/** Of a replication group or a serverless cache, at most 40 characters, or of a cluster outside a group, at most 50. */
export const cacheId = z.string(cacheIdForm).regex(/^[a-z](?!.*--)[a-z0-9-]{0,49}(?<!-)$/, cacheIdForm);

/** What ElastiCache may have under one id at the same time. `cluster` is one outside a replication group. */
export const ID_KINDS = ['replication-group', 'cluster', 'serverless'] as const;
export type IdKind = (typeof ID_KINDS)[number];

/** Names in Redrill, with the id and the kind that each stands for. */
export const aliases = z.record(cacheId, z.strictObject({ id: cacheId, kind: z.enum(ID_KINDS) }));
export type Aliases = z.output<typeof aliases>;

/** The name that an alias gives to a cache, or else its id. */
export function nameOfCache(known: Aliases, id: string, kind: IdKind): string {
  const found = Object.entries(known).find(([, alias]) => alias.id === id && alias.kind === kind);
  return found?.[0] ?? id;
}
