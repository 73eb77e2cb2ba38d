import {
  areCompared,
  KEY_TYPES,
  type RdbCounts,
  type RdbErrorCode,
  type RdbSummary,
  warningsOf,
} from '@redrill/rdb';
import { z } from 'zod';
import { memoryNeedBytes } from '../../core/drill/plan-drill.ts';
import { expirySpread } from './expiry-spread.ts';
import type { RefusedFile, SoundFile, Verification } from './verification.ts';

const count = z.int().nonnegative();

/** What both kinds of file have. Null is what is not known. */
const counted = {
  /** Of this contract. Fields may be added without a new number; none is removed, renamed or given another meaning. */
  contract: z.literal(1),
  /** As it was named on the command line. */
  file: z.string(),
  depth: z.enum(['structural', 'deep']),
  /** Bytes read and understood; of a sound file, its size. */
  bytes: count,
  rdbVersion: count.nullable(),
  engine: z.enum(['redis', 'valkey']).nullable(),
  /** As the file says, for example `7.0.15`. */
  engineVersion: z.string().nullable(),
  createdAt: z.iso.datetime().nullable(),
  keys: count,
  byType: z.record(z.enum(KEY_TYPES), count),
  /** By the way the file stores the value, for example `hash-listpack`. */
  byEncoding: z.record(z.string(), count),
  /** By the number of the database. */
  byDatabase: z.record(z.string().regex(/^\d+$/), count),
  withExpiry: count,
  /** Collections without elements, which a server drops; they are in no other count. */
  emptyKeys: count,
  /** ElastiCache's own `ElastiCacheMasterReplicationTimestamp` in database 0; it is in no other count. */
  elastiCacheKeys: count,
  /** Libraries. */
  functions: count,
  /** Keys of modules, whose values are digested without being understood. */
  opaqueKeys: count,
  seconds: z.number().nonnegative(),
};

const BigKey = z.strictObject({
  database: count,
  type: z.enum(KEY_TYPES),
  /** As stored: key and value in the file. */
  bytes: count,
  nameHash: z.string().regex(/^[0-9a-f]{32}$/),
  /** With --names only: the first 256 bytes. */
  name: z.string().optional(),
});

const Expiry = z.strictObject({
  expired: count,
  withinHour: count,
  withinDay: count,
  withinWeek: count,
  withinMonth: count,
  later: count,
  precisionSeconds: count,
});

/** Exit status 0. */
export const SoundOutput = z.strictObject({
  ...counted,
  verdict: z.literal('sound'),
  /** `unverifiable`: the file carries no checksum, so changed bytes that leave it well-formed cannot be told. */
  crc64: z.enum(['ok', 'unverifiable']),
  /** From here on null unless the reading was deep. */
  digest: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  elements: count.nullable(),
  /** Keys and members that occur twice: a file with any is not sound. `not-compared`: not all were compared. */
  duplicates: z.enum(['none', 'not-compared']).nullable(),
  /** Hash fields that expire by themselves. */
  fieldsWithExpiry: count.nullable(),
  /** Streams that record another number of entries than they hold. */
  streamsOfWrongLength: count.nullable(),
  /** Keys by when they expire, from now. */
  expiry: Expiry.nullable(),
  /** Cluster hash slots that have keys. */
  slots: z.strictObject({ count, ranges: z.array(z.strictObject({ first: count, last: count })) }).nullable(),
  biggestKeys: z.array(BigKey).max(10).nullable(),
  memory: z.strictObject({
    /** What the server used when it wrote the file, if the file says so. */
    usedBytes: count.nullable(),
    /** What loading it may take: a cautious estimate. */
    estimatedBytes: count.nullable(),
  }),
  /** Hash slots that the node was importing when it wrote the file; not null. */
  slotImports: z.array(z.strictObject({ first: count, last: count })),
  /** What has to be known before the file is restored; codes are stable, messages are for people. Not null. */
  warnings: z.array(
    z.strictObject({
      code: z.enum(['StreamLength', 'SlotImport', 'KeyDbMemberExpiry']),
      message: z.string(),
    }),
  ),
  /** With --load only: what a server of this machine made of the file. */
  load: z
    .strictObject({
      server: z.strictObject({ file: z.string(), engine: z.enum(['redis', 'valkey']), version: z.string() }),
      /**
       * `unsupported`: this server cannot read files of this version, engine or module. `ended`: a signal ended the server, as
       * when memory runs out.
       */
      outcome: z.enum(['equal', 'different', 'refused', 'unsupported', 'ended']),
      keysCompared: count,
      /** Keys that had expired when they were compared. */
      expired: count,
      /** What differs, or the server's own words; for people, it may change. */
      message: z.string().optional(),
    })
    .optional(),
});

/** Exit status 1 (`not-sound`) or 2 (`unsupported`). The counts are of what was read before. */
export const RefusedOutput = z.strictObject({
  ...counted,
  verdict: z.enum(['not-sound', 'unsupported']),
  /** Null: the reading stopped for another reason. */
  crc64: z.literal('wrong').nullable(),
  error: z.strictObject({
    /** Stable; docs/cli.md lists them. */
    code: z.string().transform((code) => code as RdbErrorCode),
    /** Byte of the file. */
    offset: count,
    /** For people; it may change. */
    message: z.string(),
  }),
});

export const VerifyOutput = z.discriminatedUnion('verdict', [SoundOutput, RefusedOutput]);
export type VerifyOutput = z.input<typeof VerifyOutput>;

/** What `--json` prints of a recovery point: its files, each with whether it holds what was recorded; null if not compared. */
export const PointOutput = z.object({
  contract: z.literal(1),
  point: z.string(),
  shards: z.array(
    z.intersection(
      VerifyOutput,
      z.object({
        shard: z.int().positive(),
        asRecorded: z.boolean().nullable(),
        /** Why what lies in the vault at this moment is not the version that was verified; null if it is. */
        replaced: z.string().nullable(),
      }),
    ),
  ),
});
export type PointOutput = z.input<typeof PointOutput>;

/** What `--json` prints. */
export function outputOf(verification: Verification, now: Date): VerifyOutput {
  return verification.verdict === 'sound' ? soundOutput(verification, now) : refusedOutput(verification);
}

function countsOf({ name, depth, seconds }: Verification, counts: RdbCounts) {
  const isKnown = counts.rdbVersion > 0;
  return {
    contract: 1 as const,
    file: name,
    depth,
    bytes: counts.bytes,
    rdbVersion: isKnown ? counts.rdbVersion : null,
    engine: isKnown ? counts.engine : null,
    engineVersion: engineVersionOf(counts) ?? null,
    createdAt: createdAtOf(counts)?.toISOString() ?? null,
    keys: counts.keys,
    byType: { ...counts.byType },
    byEncoding: { ...counts.byEncoding },
    byDatabase: { ...counts.byDatabase },
    withExpiry: counts.withExpiry,
    emptyKeys: counts.emptyKeys,
    elastiCacheKeys: counts.elastiCacheKeys,
    functions: counts.functions,
    opaqueKeys: counts.opaqueKeys,
    seconds,
  };
}

function soundOutput(file: SoundFile, now: Date): VerifyOutput {
  const { summary } = file;
  const { digest, slots, biggestKeys } = summary;
  return {
    verdict: 'sound',
    ...countsOf(file, summary),
    crc64: summary.crc64 === 'valid' ? 'ok' : 'unverifiable',
    digest: digest?.total ?? null,
    elements: summary.elements ?? null,
    duplicates: summary.duplicates ? (areCompared(summary.duplicates) ? 'none' : 'not-compared') : null,
    fieldsWithExpiry: summary.fieldsWithExpiry ?? null,
    streamsOfWrongLength: summary.streamsOfWrongLength ?? null,
    expiry: digest ? expirySpread(digest, now) : null,
    slots: slots ? { count: slots.count, ranges: slots.ranges.map((range) => ({ ...range })) } : null,
    biggestKeys: biggestKeys?.map(({ sizeBytes, ...key }) => ({ ...key, bytes: sizeBytes })) ?? null,
    memory: { usedBytes: usedBytesOf(summary) ?? null, estimatedBytes: estimatedBytesOf(summary) ?? null },
    slotImports: summary.slotImports.map((range) => ({ ...range })),
    warnings: warningsOf(summary).map((warning) => ({ ...warning })),
    ...(file.load && { load: file.load }),
  };
}

function refusedOutput(file: RefusedFile): VerifyOutput {
  const { verdict, error, counts } = file;
  return {
    verdict,
    ...countsOf(file, counts),
    crc64: error.code === 'BadChecksum' ? 'wrong' : null,
    error: { code: error.code, offset: error.offset, message: error.message },
  };
}

export const engineVersionOf = ({ aux }: RdbCounts): string | undefined =>
  aux['valkey-ver'] ?? aux['redis-ver'];

/** Undefined also for an instant that no date can hold. */
export function createdAtOf({ createdAtSeconds }: RdbCounts): Date | undefined {
  const instant = new Date((createdAtSeconds ?? Number.NaN) * 1000);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

/** What the server says it used when it wrote the file: all of it, whatever it was used for. */
export function usedBytesOf({ aux }: RdbCounts): number | undefined {
  const used = Number(aux['used-mem'] ?? Number.NaN);
  return Number.isSafeInteger(used) && used >= 0 ? used : undefined;
}

/** The estimate by which a drill chooses whether its node is large enough. */
export function estimatedBytesOf({ bytes, keys, elements }: RdbSummary): number | undefined {
  return elements === undefined ? undefined : memoryNeedBytes({ bytes, keys, elements });
}
