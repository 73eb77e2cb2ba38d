import { REPORT, STATE } from './layout';

/**
 * All that a reading has to remember. It lies at a fixed place, so that a checkpoint is a copy of it, and an access
 * costs one load.
 */
@unmanaged
export class State {
  // The input. `at` and `end` are addresses in the window; the other positions are in the file.
  at: u32;
  end: u32;
  /** Position in the file of the first byte of the window. */
  base: f64;
  sizeBytes: f64;
  heldBytes: f64;
  crc: u64;
  /** Address up to which the checksum has been computed, and from which the bytes of the value have not been taken. */
  summed: u32;
  valueFrom: u32;

  // What to do.
  isDeep: i32;
  tellsKeys: i32;
  tellsItems: i32;
  /** Whether RESTORE commands are written. */
  restores: i32;

  // Where the reading is.
  stage: i32;
  /** Within the stage. */
  phase: i32;
  /** What is being read, for a truncation: 0 the header, 1 a key or the end, 2 a key, 3 an opcode, 4 the checksum. */
  reading: i32;
  opcode: i32;
  opcodeOffset: f64;
  version: i32;
  isValkey: i32;
  crcOutcome: i32;

  // Lengths and strings.
  length: u64;
  special: i32;
  stringKind: i32;
  stringOffset: f64;
  stringLength: u64;
  stringStored: u64;
  /** Of a string that is held whole. */
  start: u32;
  size: u32;
  /** 0 if no long string is under way, otherwise how it is stored. */
  longKind: i32;
  longLeft: u64;
  longOffset: f64;
  longLength: u64;
  /** Of a long compressed string: bytes decompressed before `partEnd`. */
  longDone: u64;
  /** The part buffer: `[partAt, partEnd)` is not used up. */
  partAt: u32;
  partEnd: u32;

  // The key.
  database: u32;
  type: i32;
  keyType: i32;
  keyOffset: f64;
  hasExpiry: i32;
  /** Whether the item has been added already. */
  hasItem: i32;
  isAnnounced: i32;
  expiry: i64;
  nameLow: u64;
  nameHigh: u64;
  slotCrc: u32;
  tagCrc: u32;
  tagState: i32;
  /** What keys the hashes by which duplicates are found. */
  secret0: u64;
  secret1: u64;
  secret2: u64;
  secret3: u64;
  /** Whether members, and keys, are looked for; and in which of several readings. */
  seeks: i32;
  seeksKeys: i32;
  pass: u32;
  /** How many readings see all members of the largest value. */
  memberPasses: u32;
  /** Whether the key has the name of ElastiCache's own, and how many such keys there were; see own-key.ts. */
  isOwnName: i32;
  /** Whether the name is read although a shallow reading needs none; −1 while it is not known. */
  isNamed: i32;
  ownKeys: f64;
  /** What of the value has come twice, 0 for nothing. */
  isTwice: i32;
  /** Whether a checkpoint did not keep all hashes. */
  isForgotten: i32;
  /** Where the first key is that came before, −1 for none. */
  twiceAt: f64;
  keyHash: u64;
  keyPlace: u64;
  sumLow: u64;
  sumHigh: u64;
  elements: f64;
  volatileFields: f64;
  left: u64;
  field: i32;
  earliest: f64;
  earliestOffset: f64;
  after: f64;

  // A packed value.
  packedKind: i32;
  packedFamily: i32;
  packedStep: i32;
  packedStarted: i32;
  role: i32;
  isLong: i32;
  /** Addresses: next element, end of what is there, end of the value, its beginning, the element before. */
  packedAt: i32;
  packedThere: i32;
  packedEnd: i32;
  packedFrom: i32;
  packedPrevious: i32;
  packedCount: f64;
  packedOffset: f64;
  packedExpected: u32;
  packedTail: u32;
  width: u32;
  lastInteger: i64;
  /** The element. */
  isInteger: i32;
  integer: i64;
  elementAt: u32;
  elementSize: u32;
  /** Of an element too long to be there whole: bytes left, where it began, its size with the header, unused bytes. */
  hugeLeft: u32;
  hugeEntry: i32;
  hugeSize: u32;
  hugeUnused: u32;
  hugeInto: u32;
  isHuge: i32;

  // A stream.
  /** Nodes read. */
  nodes: f64;
  nodeMs: u64;
  nodeSequence: u64;
  idMs: u64;
  idSequence: u64;
  firstMs: u64;
  firstSequence: u64;
  entryMs: u64;
  entrySequence: u64;
  lastMs: u64;
  lastSequence: u64;
  oldestMs: u64;
  oldestSequence: u64;
  deletedMs: u64;
  deletedSequence: u64;
  groupMs: u64;
  groupSequence: u64;
  countersOffset: f64;
  streamLength: u64;
  entriesAdded: u64;
  live: f64;
  entries: f64;
  hasFirst: i32;
  nodeLive: i64;
  nodeDeleted: i64;
  seenLive: i64;
  seenDeleted: i64;
  names: u32;
  namesEnd: u32;
  namesLeft: i64;
  nameAt: u32;
  flags: i32;
  entryFields: i64;
  fieldsLeft: i64;
  groupsLeft: u64;
  groups: f64;
  groupsSumLow: u64;
  groupsSumHigh: u64;
  groupOffset: f64;
  pending: f64;
  /** The pending entry before, in the group or of the consumer. */
  pendingMs: u64;
  pendingSequence: u64;
  hasPending: i32;
  pendingSumLow: u64;
  pendingSumHigh: u64;
  idsLow: u64;
  idsHigh: u64;
  consumersLeft: u64;
  consumers: f64;
  consumersSumLow: u64;
  consumersSumHigh: u64;
  ownedIdsLow: u64;
  ownedIdsHigh: u64;
  ownedInAll: f64;
  owned: f64;
  ownedSumLow: u64;
  ownedSumHigh: u64;

  /** Of a slot import. */
  firstSlot: f64;

  // What was found.
  /** Streams that say another number of entries than they hold. */
  wrongLengths: f64;
  databaseKeys: f64;
  withExpiry: f64;
  emptyKeys: f64;
  functions: f64;
  elementsInAll: f64;
  volatileInAll: f64;
  bigThreshold: f64;
  binCount: u32;
  binWidthSeconds: f64;
  auxNameSize: i32;

  // Commands: what is wanted.
  nowMs: i64;
  replaces: i32;
  takesLibraries: i32;
  asksKeys: i32;
  /** One bit per type of key. */
  typesTaken: i32;
  maxPayloadBytes: f64;
  // The commands at hand: addresses of the batch's beginning and end, and the end of the unfinished command behind it.
  outFrom: u32;
  outEnd: u32;
  outAt: u32;
  commands: u32;
  /** The database that the receiver has selected when it has read this far, and whether its keys are wanted. */
  outDatabase: u32;
  databaseTaken: i32;
  // The key's command.
  outcome: i32;
  keyNameAt: u32;
  keyNameSize: u32;
  /** −1 for none. */
  frequency: i32;
  idleSeconds: i64;
  valueOffset: f64;
  /** Where the payload begins, 0 if nothing of it has been written yet; and the bytes of the value passed so far. */
  payloadAt: u32;
  valueBytes: f64;
  isBeyond: i32;
  // The last place where a reading can begin again: an address in the window or 0, then what has been settled.
  markAt: u32;
  markOffset: f64;
  markCrc: u64;
  markDatabase: u32;
  outcome0: f64;
  outcome1: f64;
  outcome2: f64;
  outcome3: f64;
  outcome4: f64;
  libraries: f64;
}

export const S: State = changetype<State>(STATE);

/** Places of the report that are written while reading. */
export const RESULT_LOW = REPORT;
export const RESULT_HIGH = REPORT + 8;
/** Integers that a refusal quotes exactly. */
export const QUOTED = REPORT + 16;
