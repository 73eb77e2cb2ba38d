import { RdbError } from './errors.ts';

/** The types of keys, as TYPE answers them; `module` stands for every module's own. */
export const KEY_TYPES = ['string', 'list', 'set', 'zset', 'hash', 'stream', 'module'] as const;
export type KeyType = (typeof KEY_TYPES)[number];

/**
 * What ElastiCache itself writes into database 0 of its clusters, to measure how far replicas lag behind: the current time. It
 * is no content, and a restored cluster has one of its own.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Clusters.Create.html (checked 2026-11-22)
 */
export const ELASTICACHE_KEY = 'ElastiCacheMasterReplicationTimestamp';

/** Whose numbering of types and opcodes holds: they differ from 22 up and from 243 down. */
export type RdbFlavour = 'redis' | 'valkey';

/** Redis 8.6. */
export const MAX_REDIS_VERSION = 13;
/** Valkey 9.0 and 9.1. Valkey 7.2 and 8 write RDB 11 with the magic of Redis; 81 is Valkey 9.2. */
export const VALKEY_VERSION = 80;
/** The first version whose files end with a CRC-64. */
export const FIRST_VERSION_WITH_CHECKSUM = 5;
/** Redis 7.4: hash fields with a TTL of their own. */
const FIRST_VERSION_WITH_FIELD_EXPIRY = 12;
/** Redis 8.6: streams that remember which messages a producer has sent. */
const FIRST_VERSION_WITH_PRODUCERS = 13;

/** Who writes the versions that are known of, but not how they are read: their types cannot be skipped. */
const NEWER: Readonly<Record<RdbFlavour, Readonly<Record<number, string>>>> = {
  redis: { 14: 'Redis 8.8', 15: 'a Redis after 8.8' },
  valkey: { 81: 'Valkey 9.2' },
};

export const Type = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  modulePreGa: 6,
  module2: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  streamListpacks: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  streamListpacks2: 19,
  setListpack: 20,
  streamListpacks3: 21,
  valkeyHash2: 22,
  hashMetadata: 24,
  hashListpackEx: 25,
  streamListpacks4: 26,
} as const;

export const Opcode = {
  slotImport: 243,
  slotInfo: 244,
  function2: 245,
  functionPreGa: 246,
  moduleAux: 247,
  idle: 248,
  frequency: 249,
  aux: 250,
  resizeDatabase: 251,
  expireTimeMs: 252,
  expireTime: 253,
  selectDatabase: 254,
  endOfFile: 255,
} as const;

/** What precedes the parts of a module's value: 0 ends it. */
export const ModulePart = { end: 0, signed: 1, unsigned: 2, float: 3, double: 4, string: 5 } as const;

export interface RdbType {
  readonly name: string;
  readonly keyType: KeyType;
  /** For values that are one packed blob: the size of a blob without elements. */
  readonly emptyBlobBytes?: number;
}

/** Packed values without elements. */
export const EMPTY_INTSET_BYTES = 8;
export const EMPTY_LISTPACK_BYTES = 7;
export const EMPTY_ZIPLIST_BYTES = 11;
export const EMPTY_ZIPMAP_BYTES = 2;

const packed = (name: string, keyType: KeyType, emptyBlobBytes: number): RdbType => ({
  name,
  keyType,
  emptyBlobBytes,
});

const TYPES: Readonly<Record<number, RdbType>> = {
  [Type.string]: { name: 'string', keyType: 'string' },
  [Type.list]: { name: 'list', keyType: 'list' },
  [Type.set]: { name: 'set', keyType: 'set' },
  [Type.zset]: { name: 'zset', keyType: 'zset' },
  [Type.hash]: { name: 'hash', keyType: 'hash' },
  [Type.zset2]: { name: 'zset-2', keyType: 'zset' },
  [Type.module2]: { name: 'module-2', keyType: 'module' },
  [Type.hashZipmap]: packed('hash-zipmap', 'hash', EMPTY_ZIPMAP_BYTES),
  [Type.listZiplist]: packed('list-ziplist', 'list', EMPTY_ZIPLIST_BYTES),
  [Type.setIntset]: packed('set-intset', 'set', EMPTY_INTSET_BYTES),
  [Type.zsetZiplist]: packed('zset-ziplist', 'zset', EMPTY_ZIPLIST_BYTES),
  [Type.hashZiplist]: packed('hash-ziplist', 'hash', EMPTY_ZIPLIST_BYTES),
  [Type.listQuicklist]: { name: 'list-quicklist', keyType: 'list' },
  [Type.streamListpacks]: { name: 'stream-listpacks', keyType: 'stream' },
  [Type.hashListpack]: packed('hash-listpack', 'hash', EMPTY_LISTPACK_BYTES),
  [Type.zsetListpack]: packed('zset-listpack', 'zset', EMPTY_LISTPACK_BYTES),
  [Type.listQuicklist2]: { name: 'list-quicklist-2', keyType: 'list' },
  [Type.streamListpacks2]: { name: 'stream-listpacks-2', keyType: 'stream' },
  [Type.setListpack]: packed('set-listpack', 'set', EMPTY_LISTPACK_BYTES),
  [Type.streamListpacks3]: { name: 'stream-listpacks-3', keyType: 'stream' },
  [Type.valkeyHash2]: { name: 'hash-2', keyType: 'hash' },
  [Type.hashMetadata]: { name: 'hash-metadata', keyType: 'hash' },
  [Type.streamListpacks4]: { name: 'stream-listpacks-4', keyType: 'stream' },
  [Type.hashListpackEx]: packed('hash-listpack-ex', 'hash', EMPTY_LISTPACK_BYTES),
};

/** What a file or payload declares itself to be. */
export interface RdbFormat {
  readonly flavour: RdbFlavour;
  readonly version: number;
}

/** @throws UnsupportedVersion for any version of which not every type and opcode is known */
export function checkVersion(format: RdbFormat, offset: number): void {
  const { flavour, version } = format;
  const known =
    flavour === 'valkey' ? version === VALKEY_VERSION : version >= 1 && version <= MAX_REDIS_VERSION;
  if (known) return;
  throw new RdbError('UnsupportedVersion', offset, unknownVersion(format));
}

/** What is said of a version that is not read. */
export function unknownVersion({ flavour, version }: RdbFormat): string {
  const expected = `expected RDB 1 to ${MAX_REDIS_VERSION} of Redis or ${VALKEY_VERSION} of Valkey`;
  const writer = NEWER[flavour][version];
  if (writer === undefined) return `${expected}, found ${version} of ${flavour}`;
  return `${expected}, found RDB ${version}, which is written by ${writer} and which this reader does not support yet`;
}

/** What is said of an opcode that this format does not have, or that is known and not read. */
export function unknownOpcode(opcode: number, { flavour, version }: RdbFormat): string {
  const found =
    opcode === Opcode.slotImport && flavour === 'redis' && version >= FIRST_VERSION_WITH_PRODUCERS
      ? `${opcode}: what a module keeps about a key, which this reader does not support`
      : `${opcode}`;
  return `expected an opcode that RDB ${version} of ${flavour} has, found ${found}`;
}

/** The type of a value, if it is one that this format has. @throws UnsupportedType */
export function typeOf(type: number, format: RdbFormat, offset: number): RdbType {
  const known = TYPES[type];
  if (known && (type < Type.valkeyHash2 || hasType(type, format))) return known;
  const detail = `expected a type of value that RDB ${format.version} of ${format.flavour} has, found ${type}`;
  throw new RdbError('UnsupportedType', offset, detail);
}

/** From 22 up the two engines have given one number different meanings, so only the right pairs are read. */
function hasType(type: number, format: RdbFormat): boolean {
  if (type === Type.valkeyHash2) return format.flavour === 'valkey';
  if (format.flavour !== 'redis') return false;
  const since =
    type === Type.streamListpacks4 ? FIRST_VERSION_WITH_PRODUCERS : FIRST_VERSION_WITH_FIELD_EXPIRY;
  return format.version >= since;
}

/** Whose types a DUMP payload has, which tells only a version. Valkey writes payloads of RDB 11 as well, where the two engines agree on everything. */
export function flavourOfPayload(version: number, engine: RdbFlavour | undefined): RdbFlavour {
  if (engine === 'valkey' && version <= 11) return 'redis';
  return engine ?? (version >= VALKEY_VERSION ? 'valkey' : 'redis');
}
