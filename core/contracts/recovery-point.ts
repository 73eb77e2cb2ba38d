import * as z from 'zod';
import {
  cacheName,
  databaseCounts,
  keyCounts,
  planName,
  pointKind,
  slot,
  snapshotName,
  tier,
  verdict,
} from './fields.ts';
import { lineage, lineageId } from './lineage.ts';
import { durationOrForever } from './plan.ts';
import { topology } from './topology.ts';

/** Why a verdict is not `verified`: a stable code, and a sentence for people. */
export const reason = z.object({ code: z.string(), message: z.string() });
export type Reason = z.output<typeof reason>;

/** What reading one shard's file to its end has shown. */
export const shardContent = z.object({
  bytes: z.int().nonnegative(),
  sha256: z.string(),
  crc64nvme: z.string(),
  rdb: z.object({
    engine: z.enum(['redis', 'valkey']),
    version: z.int(),
    /** The file's own checksum: `absent` if its writer had checksums off, `none` in formats that have none. */
    crc64: z.enum(['valid', 'absent', 'none']),
    createdAtSeconds: z.int().optional(),
  }),
  keys: z.int().nonnegative(),
  byType: keyCounts,
  byDatabase: databaseCounts,
  withExpiry: z.int().nonnegative(),
  elements: z.int().nonnegative(),
  /** Keys and members that occur twice: there are none, or not all were compared. Absent in older findings. */
  duplicates: z.enum(['none', 'not-compared']).optional(),
  functions: z.int().nonnegative(),
  /** Of a sample of the file's bytes, bits per byte; absent in findings of before it was taken. */
  entropy: z.number().optional(),
  /** Keys of modules, whose content is compared as opaque bytes. */
  opaqueKeys: z.int().nonnegative(),
  /** Hash slots that its keys lie in, as ranges; to tell a shard of another cluster. */
  keySlots: z.string(),
  /** Total of the content digest, hexadecimal. */
  digest: z.string(),
});
export type ShardContent = z.output<typeof shardContent>;

/** One version of an object in the vault. Whoever uses the object reads this version and compares all of it. */
export const storedObject = z.object({
  versionId: z.string(),
  etag: z.string(),
  bytes: z.int().nonnegative(),
});
export type StoredObject = z.output<typeof storedObject>;

/** `shard-0001.json`: what verify-shard found; either content, or why the file cannot be used. */
export const shardFinding = z.discriminatedUnion('sound', [
  z.object({
    sound: z.literal(true),
    shard: z.int().positive(),
    key: z.string(),
    /** The version of the RDB file that was read. */
    file: storedObject,
    /** The version of its digest that was written. */
    digestFile: storedObject,
    content: shardContent,
  }),
  z.object({ sound: z.literal(false), shard: z.int().positive(), key: z.string(), problem: reason }),
]);
export type ShardFinding = z.output<typeof shardFinding>;

/** Sums over the shards of a recovery point. */
export const contentTotals = z.object({
  keys: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  withExpiry: z.int().nonnegative(),
  byType: keyCounts,
  /** Bits per byte of the files; absent unless it was taken of all of them. */
  entropy: z.number().optional(),
});
export type ContentTotals = z.output<typeof contentTotals>;

/** How a count came to be less: the last verified copy before the loss began, and the counts since, oldest first. */
export const contentLoss = z.object({
  noun: z.string(),
  lastGood: slot,
  counts: z.array(z.object({ slot, count: z.int().nonnegative() })),
});
export type ContentLoss = z.output<typeof contentLoss>;

/** That a person has looked at a suspect point and says that its content is right. */
export const acceptance = z.object({ by: z.string(), at: z.iso.datetime(), why: z.string() });
export type Acceptance = z.output<typeof acceptance>;

/** `recovery-point.json`: written last, so a point that has one is complete. */
export const recoveryPoint = z.object({
  version: z.literal(1),
  cache: cacheName,
  kind: pointKind,
  plan: planName,
  slot,
  tier,
  verdict,
  reasons: z.array(reason),
  /** Of a suspect point of which something has shrunk. */
  loss: contentLoss.optional(),
  /** Of a point that was suspect, for these reasons, and that a person has accepted. */
  accepted: acceptance.optional(),
  snapshot: snapshotName,
  source: z.object({ region: z.string(), account: z.string() }),
  /** Of which of the caches that had this name; absent if it is not known, which counts as any of them. */
  lineage: lineage.optional(),
  takenAt: z.iso.datetime(),
  admittedAt: z.iso.datetime(),
  /** How long the plan kept points of this tier when the point was admitted. */
  keptFor: durationOrForever.optional(),
  totals: contentTotals,
  shards: z.array(shardFinding),
  /** Hash slots that each shard serves, by shard number; empty with cluster mode off. */
  topology,
});
export type RecoveryPoint = z.output<typeof recoveryPoint>;

/**
 * `recovery-point.digest.json`: which bytes the record consists of. Kept beside the record, so that it lives, is locked and
 * expires with it.
 */
export const recordDigest = z.object({
  version: z.literal(1),
  sha256: z.string(),
  /** Of the record as it was before a person accepted it: valid until the accepted one is written. */
  before: z.string().optional(),
});
export type RecordDigest = z.output<typeof recordDigest>;

/** A recovery point in a line: what decisions about many of them need. */
export const pointSummary = z.object({
  slot,
  tier,
  verdict,
  totals: contentTotals,
  lineage: lineageId.optional(),
  keptFor: durationOrForever.optional(),
  /** Of a verified point: what is odd about its content all the same. */
  warnings: z.array(reason).optional(),
});
export type PointSummary = z.output<typeof pointSummary>;

/** That a person wants a point to stay. */
export const hold = z.object({ slot, tier, by: z.string(), at: z.iso.datetime(), why: z.string() });
export type Hold = z.output<typeof hold>;

/** That a person has ended the watching of a cache that is meant to be gone. */
export const forgetting = z.object({ by: z.string(), at: z.iso.datetime(), why: z.string() });
export type Forgetting = z.output<typeof forgetting>;

/** A cache of the same name that was deleted, and made anew since. */
export const earlierLineage = z.object({
  lineage: lineageId,
  /** Slot of its newest point. */
  last: slot,
  /** Its points up to this slot were released while it was the newest lineage, or as superseded by its own. */
  releasedThrough: slot.optional(),
  /** That a person lets all of its points go. */
  released: z.object({ by: z.string(), at: z.iso.datetime(), why: z.string() }).optional(),
});
export type EarlierLineage = z.output<typeof earlierLineage>;

/** `registry/<cache>.json`: that the cache is protected, and its latest points. Rebuilt from the points if lost. */
/** How long points of a tier are kept, and were kept before that was changed. */
export const tierRetention = z.object({
  for: durationOrForever,
  before: z.object({ for: durationOrForever, until: slot }).optional(),
});
export type TierRetention = z.output<typeof tierRetention>;

export const registryEntry = z.object({
  version: z.literal(1),
  cache: cacheName,
  plan: planName,
  registeredAt: z.iso.datetime(),
  /** Newest first; at most {@link RECENT_POINTS} verified ones, and as many others. */
  recent: z.array(pointSummary),
  /** The first verified point of each week, newest first; at most {@link RECENT_WEEKS}. */
  weekly: z.array(pointSummary).default([]),
  /** The last slot that has earned each tier. Absent in entries of before it was kept. */
  earned: z.object({ daily: slot.optional(), weekly: slot.optional(), monthly: slot.optional() }).optional(),
  /** As the newest point of each tier told it: what S3 may have expired before a plan was changed. */
  kept: z.partialRecord(tier, tierRetention).optional(),
  /** The last point that a person has accepted: the content gate asks about nothing older. */
  acceptedSlot: slot.optional(),
  /** Points that stay until somebody lets them go, whatever their age. */
  holds: z.array(hold).default([]),
  /** Points up to this slot were released, or looked at and kept on purpose. */
  releasedThrough: slot.optional(),
  /** Points up to that slot that came in or were let go since: the next run looks at every point again. */
  passedOver: z.array(slot).optional(),
  /** The newest lineage that a point has told of. */
  lineage: lineageId.optional(),
  /** The lineages before it, newest first: their points are kept until a person releases them. */
  earlier: z.array(earlierLineage).optional(),
  /** Nobody watches or drills it any more, until a later slot of it is ingested. */
  forgotten: forgetting.optional(),
});
export type RegistryEntry = z.output<typeof registryEntry>;

/**
 * How many points of each kind the registry remembers: three days of a backup every two hours, enough for the content
 * gate's median. The others are counted apart, so that a run of suspect points never pushes the last verified ones out.
 */
export const RECENT_POINTS = 36;
/** How many weeks back a slow decline is looked for. */
export const RECENT_WEEKS = 8;

/** `ingested/<snapshot>.json`: this export needs no further ingest. */
export const ingestedMarker = z.object({
  version: z.literal(1),
  cache: cacheName,
  slot,
  tier,
  verdict,
  record: z.string(),
});
export type IngestedMarker = z.output<typeof ingestedMarker>;

/** `verified/<snapshot>.json` in the landing bucket: the vault's copy of this snapshot was verified, so it may go. */
export const verifiedMarker = z.object({
  version: z.literal(1),
  cache: cacheName,
  slot,
  at: z.iso.datetime(),
});
export type VerifiedMarker = z.output<typeof verifiedMarker>;
