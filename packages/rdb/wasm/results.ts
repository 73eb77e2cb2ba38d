import { ExpiryBins } from '../bins.ts';
import { ContentDigest } from '../digest.ts';
import { typeOf } from '../format.ts';
import { SLOT_COUNT, SlotSet } from '../slots.ts';
import { type Profile, type RdbCounts, type RdbSummary, TypeCounts } from '../summary.ts';
import { newWord128 } from '../word128.ts';
import {
  BIN_BYTES,
  BINS,
  BUCKET_BYTES,
  BUCKET_COUNT,
  BUCKETS,
  KEYS_BY_RDB_TYPE,
  RDB_TYPES,
  SLOTS,
} from './assembly/layout.ts';
import type { Core } from './core.ts';

/** The order of the core's report. */
export const Reported = {
  reading: 0,
  opcode: 1,
  type: 2,
  database: 3,
  expires: 4,
  expiry: 5,
  isValkey: 6,
  version: 7,
  checksum: 8,
  withExpiry: 9,
  emptyKeys: 10,
  functions: 11,
  elements: 12,
  volatileFields: 13,
  binWidthSeconds: 14,
  keyType: 15,
  wrongLengths: 16,
  keyPasses: 17,
  memberPasses: 18,
  isForgotten: 19,
  ownKeys: 20,
} as const;

const CHECKSUMS = ['none', 'absent', 'valid'] as const;

function formatIn(core: Core) {
  const flavour = core.reported(Reported.isValkey) === 1 ? ('valkey' as const) : ('redis' as const);
  return { flavour, version: core.reported(Reported.version) };
}

/** What the core is in the middle of, for the message of a truncation. */
export function readingIn(core: Core): string {
  core.calls.report();
  switch (core.reported(Reported.reading)) {
    case 0:
      return 'the header';
    case 1:
      return 'the file: a key or the end-of-file mark';
    case 2:
      return `a key of type ${typeOf(core.reported(Reported.type), formatIn(core), 0).name}`;
    case 3:
      return `what opcode ${core.reported(Reported.opcode)} announces`;
    default:
      return 'the checksum';
  }
}

/** What has been counted so far. Keys of a database count in it once it has ended. */
export function countsIn(core: Core, profile: Profile): RdbCounts {
  core.calls.report();
  const format = formatIn(core);
  const counts = new TypeCounts();
  for (let type = 0; type < RDB_TYPES; type++) {
    const keys = core.doubleAt(KEYS_BY_RDB_TYPE + type * 8);
    if (keys > 0) counts.add(typeOf(type, format, 0), keys);
  }
  return {
    bytes: core.calls.consumed(),
    rdbVersion: format.version,
    ...profile.described(format.flavour, { database: core.reported(Reported.database), keys: counts.keys }),
    ...counts.described,
    withExpiry: core.reported(Reported.withExpiry),
    emptyKeys: core.reported(Reported.emptyKeys),
    functions: core.reported(Reported.functions),
    elastiCacheKeys: core.reported(Reported.ownKeys),
  };
}

/** What a finished reading has found, but for the digest. */
export function summaryIn(core: Core, profile: Profile) {
  const counts = countsIn(core, profile);
  const crc64 = CHECKSUMS[core.reported(Reported.checksum)] ?? 'none';
  const plain: RdbSummary = { ...counts, crc64 };
  const slots = new SlotSet(core.bytes.subarray(SLOTS, SLOTS + SLOT_COUNT));
  const deep = {
    elements: core.reported(Reported.elements),
    fieldsWithExpiry: core.reported(Reported.volatileFields),
    streamsOfWrongLength: core.reported(Reported.wrongLengths),
    slots: { count: slots.count, ranges: slots.ranges() },
    biggestKeys: profile.biggestKeys,
    duplicates: {
      keyPasses: core.reported(Reported.keyPasses),
      memberPasses: core.reported(Reported.memberPasses),
      forgotten: core.reported(Reported.isForgotten) === 1,
    },
  };
  return { plain, deep };
}

/** The digest of what has been read, without function libraries. */
export function digestIn(core: Core): ContentDigest {
  const count = core.calls.bins();
  const words = core.wordsThere(BINS, (count * BIN_BYTES) / Uint32Array.BYTES_PER_ELEMENT);
  const digest = new ContentDigest(ExpiryBins.fromWords(core.reported(Reported.binWidthSeconds), words));
  const sum = newWord128();
  for (let bucket = 0; bucket < BUCKET_COUNT; bucket++) {
    const at = BUCKETS + bucket * BUCKET_BYTES;
    const keys = core.countAt(at + 16);
    if (keys === 0) continue;
    core.wordsInto(sum, at);
    digest.addBucket(bucket, sum, keys);
  }
  return digest;
}
