import { type RdbError, type RdbErrorCode, REPLICATION_MARK } from '@redrill/rdb';
import { counted, grouped } from '../terminal/figures.ts';
import { quoted } from './look-alikes.ts';
import type { RefusedFile } from './verification.ts';

/** What a refusal means, for somebody who has never seen the format. */
const MEANING: Readonly<Record<RdbErrorCode, string>> = {
  BadMagic: 'It does not begin as an RDB file does: it is something else, or its beginning is damaged.',
  UnsupportedVersion: 'It says that it is of a version of the format that this Redrill does not know.',
  UnsupportedType: 'It holds a kind of value that this Redrill does not know.',
  UnsupportedOpcode: 'It holds something between two keys that this Redrill does not know.',
  UnsupportedSize: 'It holds something larger than this Redrill takes.',
  Truncated: 'It ends too early: it was cut off, or never written to its end.',
  TrailingBytes: 'It goes on behind its own end: something was appended, or two files were joined.',
  BadChecksum: 'It can be read to its end, but not every byte is what was written: its checksum is wrong.',
  BadLength: 'It gives a length or a number that cannot be right.',
  BadOpcode: 'It says how long a key lives, and then no key follows.',
  BadString: 'It holds a text stored in a way that does not exist.',
  BadLzf: 'It holds a compressed text that cannot be decompressed.',
  BadListpack: 'It holds a collection packed into one block (a listpack), and the block contradicts itself.',
  BadZiplist: 'It holds a collection packed into one block (a ziplist), and the block contradicts itself.',
  BadIntset: 'It holds a set of integers packed into one block, and the block contradicts itself.',
  BadZipmap: 'It holds a hash packed into one block (a zipmap), and the block contradicts itself.',
  BadQuicklist: 'It holds a list that is put together in a way that does not exist.',
  BadHash: 'It holds a hash that contradicts itself.',
  BadStream: 'It holds a stream that contradicts itself.',
  BadModule: 'It holds a value of a module that is put together in a way that does not exist.',
  BadScore: 'It holds a sorted set with a score that is no number.',
  BadExpiry: 'It holds a time to expire that no server writes.',
  DuplicateMember:
    'It holds a set, sorted set, hash or stream in which one member, field, group or consumer occurs twice. A server refuses to load it.',
  DuplicateKey: 'It holds a key of the same database twice. A server stops when it loads it.',
  BadCheckpoint: 'What was read before cannot be gone on with.',
};

const EMPTY = 'The file is empty. Not even the beginning of an RDB file is there.';

/** Refused because a length reaches beyond the end: the file or the length may be what is wrong. */
const BEYOND_END = /, but \d+ bytes are left$/;
const CUT_OR_DAMAGED =
  'It says that more follows than there is: it was cut off, or the length at this place is damaged.';

const hasMark = ({ detail }: RdbError): boolean => detail.includes(REPLICATION_MARK);
const MARKED =
  'It was taken from a replication stream: the 40 characters by which a primary marks the end ($EOF) are still behind its own end.';

/** In a sentence. */
export function meaningOf({ error, sizeBytes, counts }: RefusedFile): string {
  const isEmpty = sizeBytes === 0 || (error.code === 'Truncated' && error.offset === 0 && counts.bytes === 0);
  if (isEmpty) return EMPTY;
  if (hasMark(error)) return MARKED;
  return BEYOND_END.test(error.detail) ? CUT_OR_DAMAGED : MEANING[error.code];
}

/** `299,992,583 of 300,000,000` */
export function placeOf({ error, sizeBytes }: RefusedFile): string {
  if (sizeBytes === undefined || sizeBytes === 0) return grouped(error.offset);
  return `${grouped(error.offset)} of ${grouped(sizeBytes)}`;
}

/** What was expected, and what was found instead if the refusal says so. */
export function expectationOf({ error }: RefusedFile): readonly (readonly [string, string])[] {
  const [expected = '', ...found] = error.detail.replace(/^expected /, '').split(', found ');
  const rest = found.join(', found ');
  return [['expected', expected], ...(rest === '' ? [] : [['found', rest] as const])];
}

/** What can be said of the keys that were read. */
export function consequenceOf({ verdict, error, counts }: RefusedFile): string {
  if (verdict === 'unsupported') {
    return 'This says nothing against the data: what lies behind this place was not read.';
  }
  if (error.code === 'BadChecksum') {
    return 'Which byte is wrong cannot be told, so none of the keys can be trusted. A server refuses the file unless it is set to ignore checksums (rdbchecksum no).';
  }
  if (error.code === 'TrailingBytes') {
    return hasMark(error)
      ? 'What lies before is whole, and its checksum is right unless it has none. Servers load that and ignore the mark.'
      : 'What lies before is whole, and its checksum is right unless it has none. A server may load that and ignore the rest.';
  }
  const server = isIncomplete(error)
    ? 'A server refuses the file.'
    : 'Depending on its version and settings, a server refuses the file, loads other data than was saved, or stops when the damaged value is read.';
  if (counts.keys === 0) return `No key was read. ${server}`;
  return `What was read is well-formed, but no checksum vouches for it: that stands at the end. ${server}`;
}

const isIncomplete = ({ code, detail }: RdbError): boolean =>
  code === 'Truncated' ||
  (code === 'BadMagic' && !/found "(REDIS|VALKEY)/.test(detail)) ||
  BEYOND_END.test(detail);

const RUNBOOK = 'Runbook: docs/runbooks/data-file-damaged.md';

/** What to do now, most promising first. */
export function adviceOn({ name, verdict, error, sizeBytes }: RefusedFile): readonly string[] {
  if (verdict === 'unsupported') {
    return [
      'Try a newer Redrill; docs/cli.md says which versions this one reads.',
      'To prove the file meanwhile, load it into a server of the version that wrote it.',
    ];
  }
  const size = sizeBytes === undefined ? '' : ` (this one has ${counted(sizeBytes, 'byte')})`;
  const again = `If it was copied: compare size and checksum with the original’s${size}, and copy it again.`;
  const older =
    'If not: take an older copy, and verify that one. “npx redrill points” lists those in a vault of Redrill’s.';
  const cut = error.code === 'TrailingBytes';
  return cut
    ? [
        `To see what the first ${grouped(error.offset)} bytes are: head -c ${error.offset} ${quoted(name)} | npx redrill verify -`,
        older,
        RUNBOOK,
      ]
    : [again, older, 'Keep this file: what is damaged may still be worth reading.', RUNBOOK];
}
