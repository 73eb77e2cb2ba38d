import * as z from 'zod';
import { cacheName, planName, pointKind, slot, snapshotName } from './fields.ts';
import { lineage } from './lineage.ts';
import { topology } from './topology.ts';

/** `export.json`: the seal of an export, written last; what it lists is complete. */
export const exportSeal = z.object({
  version: z.literal(1),
  cache: cacheName,
  kind: pointKind,
  plan: planName,
  slot,
  snapshot: snapshotName,
  source: z.object({ region: z.string(), account: z.string() }),
  /** Absent in seals of before it was recorded, or if ElastiCache did not tell. */
  lineage: lineage.optional(),
  /** When ElastiCache says that the oldest shard's snapshot was taken. */
  takenAt: z.iso.datetime(),
  sealedAt: z.iso.datetime(),
  /** The files, numbered in the order of their names; which node group one is of shows in its content. */
  shards: z.array(
    z.object({
      shard: z.int().positive(),
      key: z.string(),
      bytes: z.int().nonnegative(),
      etag: z.string(),
    }),
  ),
  topology,
});
export type ExportSeal = z.output<typeof exportSeal>;
