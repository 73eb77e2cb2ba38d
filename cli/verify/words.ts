import { type RdbError, type RdbErrorCode, REPLICATION_MARK } from '@redrill/rdb';
import { counted, grouped } from '../terminal/figures.ts';
import { quoted } from '../terminal/shell.ts';
import type { RefusedFile } from './verification.ts';

/** What a refusal means, for somebody who has never seen the format. */
const MEANING: Readonly<Record<RdbErrorCode, string>> = {
  BadMagic: 'It does not begin like an RDB file: it is another kind of file, or its beginning is damaged.',
  UnsupportedVersion: 'Its format version is not known to this Redrill.',
  UnsupportedType: 'It holds a type of value that is not known to this Redrill.',
  UnsupportedOpcode: 'It holds an instruction between two keys that is not known to this Redrill.',
  UnsupportedSize: 'It holds a value that is larger than this Redrill supports.',
  Truncated: 'It ends too early: it was truncated, or never completely written.',
  TrailingBytes: 'It continues after its end marker: bytes were appended, or two files were joined.',
  BadChecksum: 'It can be read to its end, but its checksum is wrong: at least one byte has changed.',
  BadLength: 'It holds an invalid length or number.',
  BadOpcode: 'It holds an expiry that is not followed by a key.',
  BadString: 'It holds a string with an unknown encoding.',
  BadLzf: 'It holds a compressed string that cannot be decompressed.',
  BadListpack: 'It holds a collection in listpack encoding that is inconsistent.',
  BadZiplist: 'It holds a collection in ziplist encoding that is inconsistent.',
  BadIntset: 'It holds a set of integers (an intset) that is inconsistent.',
  BadZipmap: 'It holds a hash in zipmap encoding that is inconsistent.',
  BadQuicklist: 'It holds a list with an invalid structure.',
  BadHash: 'It holds a hash that is inconsistent.',
  BadStream: 'It holds a stream that is inconsistent.',
  BadModule: 'It holds a module value with an invalid structure.',
  BadScore: 'It holds a sorted set with a score that is not a number.',
  BadExpiry: 'It holds an expiry time that no server writes.',
  DuplicateMember:
    'It holds a set, sorted set, hash or stream in which one member, field, group or consumer occurs twice. A server refuses to load it.',
  DuplicateKey: 'It holds a key of the same database twice. A server stops when it loads it.',
  BadCheckpoint: 'The saved checkpoint cannot be resumed.',
};

const EMPTY = 'The file is empty.';

/** Refused because a length reaches beyond the end: the file or the length may be what is wrong. */
const BEYOND_END = /, but \d+ bytes are left$/;
const CUT_OR_DAMAGED =
  'Its data ends before an announced length: it was truncated, or the length at this place is damaged.';

const hasMark = ({ detail }: RdbError): boolean => detail.includes(REPLICATION_MARK);
const MARKED =
  'It was taken from a replication stream: the 40 characters by which a primary marks the end ($EOF) still follow its end.';

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
    return 'The data may be intact: the part after this place was not read.';
  }
  if (error.code === 'BadChecksum') {
    return 'The wrong byte cannot be located, so none of the keys can be trusted. A server refuses the file unless it is set to ignore checksums (rdbchecksum no).';
  }
  if (error.code === 'TrailingBytes') {
    return hasMark(error)
      ? 'The part before is complete, and its checksum is right unless it has none. Servers load that part and ignore the mark.'
      : 'The part before is complete, and its checksum is right unless it has none. A server may load that part and ignore the rest.';
  }
  const server = isIncomplete(error)
    ? 'A server refuses the file.'
    : 'Depending on its version and settings, a server refuses the file, loads wrong data, or stops when the damaged value is read.';
  if (counts.keys === 0) return `No key was read. ${server}`;
  return `What was read is well-formed, but not covered by a checksum, which is at the end of the file. ${server}`;
}

const isIncomplete = ({ code, detail }: RdbError): boolean =>
  code === 'Truncated' ||
  (code === 'BadMagic' && !/found "(REDIS|VALKEY)/.test(detail)) ||
  BEYOND_END.test(detail);

const RUNBOOK = 'Runbook: npx redrill open data-file-damaged';

/** What to do now, most promising first. */
export function adviceOn({ name, verdict, error, sizeBytes }: RefusedFile): readonly string[] {
  if (verdict === 'unsupported') {
    return [
      'Try a newer Redrill; docs/cli.md lists the versions that this one reads.',
      'To test the file meanwhile, load it into a server of the version that wrote it.',
    ];
  }
  const size = sizeBytes === undefined ? '' : ` (this one has ${counted(sizeBytes, 'byte')})`;
  const again = `If it was copied: compare size and checksum with the original’s${size}, and copy it again.`;
  const older =
    'If not: use an older copy, and verify that one. “npx redrill points” lists the copies in a Redrill vault.';
  const cut = error.code === 'TrailingBytes';
  return cut
    ? [
        `To see what the first ${grouped(error.offset)} bytes are: head -c ${error.offset} ${quoted(name)} | npx redrill verify -`,
        older,
        RUNBOOK,
      ]
    : [again, older, 'Keep this file: parts of it may still be readable.', RUNBOOK];
}
