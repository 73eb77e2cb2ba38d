import type { ContentDigest, DumpedKey } from '../../index.ts';
import { crc64 } from './crc64.ts';
import { Cursor, textFrom } from './cursor.ts';
import { checkedFormat } from './entries.ts';
import { addItems } from './items.ts';
import { typeOf } from './read-value.ts';
import { damaged } from './refusal.ts';

/** RDB version and CRC-64, after type and value. */
const FOOTER_BYTES = 10;
/** Those of Valkey begin here; below, both engines agree. */
const FIRST_VERSION_OF_VALKEY = 80;

/** Adds the key that DUMP answered this payload for. @throws Refusal */
export function addDump(digest: ContentDigest, { database, key, payload, expiresAtMs }: DumpedKey): void {
  const end = payload.length - FOOTER_BYTES;
  if (end < 2) damaged('a payload without a value');
  const footer = new Cursor(payload.subarray(end));
  const version = footer.unsigned(2);
  if (footer.take(8).readBigUInt64LE() !== crc64(payload.subarray(0, end + 2))) damaged('another checksum');
  const flavour = version >= FIRST_VERSION_OF_VALKEY ? 'valkey' : 'redis';
  const cursor = new Cursor(payload.subarray(0, end));
  const type = typeOf(cursor.unsigned(1), checkedFormat({ flavour, version }));
  const value = type.read(cursor);
  if (cursor.left > 0) damaged('bytes behind the value');
  const expiry = expiresAtMs === undefined ? {} : { expiresAtMs: BigInt(expiresAtMs) };
  value.content();
  if (!value.isEmpty)
    addItems(digest, { type, database, name: textFrom(Buffer.from(key)), value, ...expiry });
}
