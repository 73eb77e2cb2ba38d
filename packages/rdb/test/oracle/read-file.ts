/**
 * A second reader of RDB files, which the tests hold the real one against. It is written from the format and from
 * docs/digest-format.md, and shares no code with the core. It has the whole file before it, and is slow.
 */
import type { RdbSummary } from '../../index.ts';
import { crc64 } from './crc64.ts';
import { Cursor } from './cursor.ts';
import { type Entry, entriesOf, readHeader } from './entries.ts';
import { partsOf } from './modules.ts';
import type { RdbFormat } from './read-value.ts';
import { damaged } from './refusal.ts';
import { countsOf, deepCountsOf } from './summary.ts';

/** `structural`: no value is unpacked, so what is damaged inside one is not found. */
export type Depth = 'deep' | 'structural';

const FIRST_VERSION_WITH_CHECKSUM = 5;

/** @throws Refusal */
export function readFile(file: Uint8Array, depth: Depth = 'deep'): RdbSummary {
  const cursor = new Cursor(file);
  const format = readHeader(cursor);
  const entries: Entry[] = [];
  for (const entry of entriesOf(cursor, format)) {
    if (depth === 'deep') unpack(entry);
    entries.push(entry);
  }
  const checksum = checksumOf(cursor, format);
  if (cursor.left > 0) damaged('bytes behind the end');
  const summary = { bytes: file.length, crc64: checksum, ...countsOf(entries, format) };
  return depth === 'deep' ? { ...summary, ...deepCountsOf(entries) } : summary;
}

/** Finds the damage inside. @throws Refusal */
function unpack(entry: Entry): void {
  if (entry.kind === 'key') {
    entry.name.bytes();
    entry.value.content();
  }
  if (entry.kind === 'library') entry.code.bytes();
  if (entry.kind === 'module') partsOf(entry.parts);
}

function checksumOf(cursor: Cursor, { version }: RdbFormat): RdbSummary['crc64'] {
  if (version < FIRST_VERSION_WITH_CHECKSUM) return 'none';
  const computed = crc64(cursor.slice(0, cursor.at));
  const stored = cursor.take(8).readBigUInt64LE();
  if (stored === 0n) return 'absent';
  return stored === computed ? 'valid' : damaged('another checksum');
}
