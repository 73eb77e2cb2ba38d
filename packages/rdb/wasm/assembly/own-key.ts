/**
 * The key that ElastiCache writes into database 0 of its clusters, to measure how far replicas lag behind. It is no content:
 * a restored cluster has one of its own, with another time.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.Create.html (checked 2026-11-22)
 */
import { S } from './state';

/** Bytes of `ElastiCacheMasterReplicationTimestamp`. */
export const OWN_KEY_BYTES: u32 = 37;
const STRING_TYPE = 0;

/** Notes whether the name of the key that begins is that of ElastiCache's own. */
export function noteName(from: usize, size: u32): void {
  S.isOwnName = S.database === 0 && size === OWN_KEY_BYTES && isOwn(from) ? 1 : 0;
}

/** Whether the key is ElastiCache's own: of that name, in database 0, and a string. */
export function isOwnKey(): bool {
  return S.isOwnName !== 0 && S.type === STRING_TYPE;
}

/** Eight letters at a time, and the last eight, which overlap. */
function isOwn(from: usize): bool {
  return (
    load<u64>(from) === LETTERS_0 &&
    load<u64>(from, 8) === LETTERS_8 &&
    load<u64>(from, 16) === LETTERS_16 &&
    load<u64>(from, 24) === LETTERS_24 &&
    load<u64>(from, 29) === LETTERS_29
  );
}

const LETTERS_0: u64 = 0x6143697473616c45;
const LETTERS_8: u64 = 0x657473614d656863;
const LETTERS_16: u64 = 0x6163696c70655272;
const LETTERS_24: u64 = 0x656d69546e6f6974;
const LETTERS_29: u64 = 0x706d617473656d69;
