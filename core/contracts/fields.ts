import * as z from 'zod';
import type { SnapshotName } from '../model/names.ts';
import { isSlot, notASlot, type Slot } from '../model/slot.ts';
import { TIERS } from '../model/tier.ts';
import { VERDICTS } from '../model/verdict.ts';

/** Fields that several contracts share. */

export const slot = z.string().transform(slotOf);

/** A slot inside a contract: what is wrong with it becomes a problem of its field. */
export function slotOf(raw: string, context: z.RefinementCtx): Slot {
  if (isSlot(raw)) return raw;
  context.addIssue({ code: 'custom', message: notASlot(raw) });
  return z.NEVER;
}

/** Of a replication group or a serverless cache, at most 40 characters, or of a cluster outside a group, at most 50. */
export const cacheName = z.string().regex(/^[a-z][a-z0-9-]{0,49}$/);
export const planName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/);
export const snapshotName = z
  .string()
  .regex(/^redrill-[a-z0-9-]{1,32}$/)
  .transform((name) => name as SnapshotName);
export const tier = z.enum(TIERS);
export const verdict = z.enum(VERDICTS);

/** What ElastiCache has. A cluster outside a replication group counts as a replication group of one node. */
export const CACHE_KINDS = ['replication-group', 'serverless'] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];
export const cacheKind = z.enum(CACHE_KINDS);

/** What a recovery point may be of: a cache of ElastiCache, or a server of one's own. */
export const pointKind = z.enum([...CACHE_KINDS, 'server']);

/** The types a key can have. */
export const KEY_TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'module'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

export const keyCounts = z.record(z.enum(KEY_TYPES), z.int().nonnegative());
export const databaseCounts = z.record(z.string(), z.int().nonnegative());
