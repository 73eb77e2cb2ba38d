/** The RDB reader: bytes in, a summary and a content digest out. It depends on nothing, not even Node. */

export { type Bin, ExpiryBins, MAX_BINS } from './bins.ts';
export { compareDigests, type DigestComparison, type ExpirySpan } from './compare-digests.ts';
export { Crc64, type Crc64Kind } from './crc64.ts';
export { ContentDigest } from './digest.ts';
export { DIGEST_FORMAT_VERSION, DigestFormatError } from './digest-bytes.ts';
export { type DumpedKey, type DumpOptions, digestDump, hashOfDump, typeOfDump } from './dump.ts';
export { areCompared, comparedInPasses, type Duplicates, passesOf } from './duplicates.ts';
export { elementsOf, hasElements, typeNameOf } from './elements.ts';
export { RdbError, type RdbErrorCode } from './errors.ts';
export { ELASTICACHE_KEY, KEY_TYPES, type KeyType, type RdbFlavour, type RdbFormat } from './format.ts';
export { giveBack } from './give-back.ts';
export { BUCKET_COUNT, bucketOf, hashOfName } from './hashes.ts';
export { bucketOfName, LiveDigest, type LiveKey, type LiveValue, type NameHash } from './live-digest.ts';
export { RdbReader, readRdb } from './reader.ts';
export { DEFAULT_HELD_BYTES, type FoundKey, type RdbReaderOptions } from './reader-options.ts';
export {
  MAX_PAYLOAD_BYTES,
  type OfferedKey,
  type RangedBytes,
  type RestoreOptions,
  RestoreStream,
  type TooBig,
} from './restore.ts';
export type { RestoreBatch, RestoreCommand, RestoreCounts, RestoreMark } from './restore-batch.ts';
export { Sample } from './sample.ts';
export { SLOT_COUNT, type SlotRange, slotOf } from './slots.ts';
export type { BigKey, RdbCounts, RdbSummary } from './summary.ts';
export { newestRdbVersion, refusalOfTarget, type TargetServer } from './targets.ts';
export { REPLICATION_MARK } from './trailing-bytes.ts';
export { type RdbWarning, warningsOf } from './warnings.ts';
export { type WrittenKey, type WrittenStreamEntry, type WrittenValue, writeRdb } from './write.ts';
