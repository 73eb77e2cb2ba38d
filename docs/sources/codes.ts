import type { RdbErrorCode, RdbWarning } from '@redrill/rdb';
import { table } from './table.ts';

/** Codes that are no errors of Redrill: what its findings say of a file, and of a copy. */

const OF_FILES: Readonly<Record<RdbErrorCode | RdbWarning['code'] | 'DigestFormatError', string>> = {
  BadMagic: 'The file does not begin with the signature of an RDB file.',
  UnsupportedVersion: 'A newer server wrote the file; the message names the version. The file may be intact.',
  UnsupportedType: 'The file holds a type of value that this version of Redrill does not read.',
  UnsupportedOpcode: 'The file holds an instruction that this version of Redrill does not read.',
  UnsupportedSize: 'A value is larger than this version of Redrill reads.',
  Truncated: 'The file ends too early.',
  TrailingBytes: 'Bytes follow the end of the file.',
  BadChecksum: 'The CRC-64 at the end of the file does not match the bytes before it.',
  BadLength: 'A length is encoded in a way that no server uses.',
  BadOpcode: 'A key or an instruction is at a place where none is allowed.',
  BadString: 'A string cannot be decoded.',
  BadLzf: 'Compressed bytes cannot be decompressed.',
  BadListpack: 'A list, hash, set, sorted set or stream in listpack encoding is damaged.',
  BadZiplist: 'A list, hash or sorted set in ziplist encoding is damaged.',
  BadIntset: 'A set of integers is damaged.',
  BadZipmap: 'A hash in zipmap encoding is damaged.',
  BadQuicklist: 'A list in quicklist encoding is damaged.',
  BadHash: 'A hash, or an expiry time of one of its fields, is damaged.',
  BadStream: 'A stream, or one of its groups or consumers, is damaged.',
  BadModule: 'A value of a module is damaged.',
  BadScore: 'A score of a sorted set is not a number.',
  BadExpiry: 'An expiry time is invalid.',
  DuplicateMember: 'A member, field, group or consumer occurs twice in a value. Servers refuse the file.',
  DuplicateKey: 'A key occurs twice in a database. Servers do not start with the file.',
  StreamLength:
    'A warning: a stream records another number of entries than it holds. Valkey 9.1 refuses the file.',
  SlotImport: 'A warning: the node was importing hash slots, and the file may hold keys of another shard.',
  KeyDbMemberExpiry: 'A warning: KeyDB wrote expiry times of single members, which Redis and Valkey ignore.',
  BadCheckpoint: 'A saved checkpoint cannot be used; reading starts again.',
  DigestFormatError:
    'The file digest-000n.bin of a recovery point is damaged, so that a drill or compare has nothing to compare with. `redrill verify <point>` shows whether the data files are sound; use another recovery point.',
};

/** Of recovery points: why one is corrupt or suspect, and what is remarked on a verified one. */
const OF_POINTS: Readonly<Record<string, readonly [verdict: string, meaning: string]>> = {
  ShardMissing: ['corrupt', 'A file that the export lists does not exist.'],
  ExportChanged: ['corrupt', 'A file of the export was replaced after the export was sealed.'],
  SizeDiffers: ['corrupt', 'The size of the file in the vault differs from that of the exported one.'],
  SlotsIncomplete: ['corrupt', 'The shards do not serve each hash slot exactly once.'],
  SlotGap: [
    'suspect',
    'The export of a serverless cache has a long range of hash slots without keys, as if a file were missing.',
  ],
  ForeignKeys: ['corrupt', 'A shard holds keys of hash slots that another shard serves.'],
  Stale: ['corrupt', 'A file was written before the slot of its backup.'],
  Empty: ['suspect', 'The copy holds no keys.'],
  Shrunk: ['suspect', 'The copy holds far fewer keys than the copies before it, as a whole or of one type.'],
  ExpiriesMoved: ['suspect', 'The share of keys with an expiry differs greatly from earlier copies.'],
  Unexpected: ['suspect', 'The copy does not meet the plan’s contentGate.expect.'],
  ChecksumAbsent: [
    'verified',
    'The file has no checksum of its own, because the server that wrote it had checksums disabled.',
  ],
  DuplicatesNotCompared: [
    'verified',
    'There were too many keys or members to check all of them for duplicates.',
  ],
  Grown: ['verified', 'The copy holds far more keys than the copies before it.'],
  ValuesChanged: ['verified', 'The size or entropy of values differs from earlier copies.'],
  ExpiriesChanged: ['verified', 'Fewer or more keys have an expiry than in earlier copies.'],
};

const code = (name: string) => `\`${name}\``;

export function codesOfFiles(): string {
  return table(
    ['code', 'meaning for the file'],
    Object.entries(OF_FILES).map(([name, meaning]) => [code(name), meaning]),
  );
}

export function codesOfPoints(): string {
  return table(
    ['code', 'verdict', 'meaning for the copy'],
    Object.entries(OF_POINTS).map(([name, [verdict, meaning]]) => [code(name), verdict, meaning]),
  );
}
