import type { ContentDigest } from '../../digest.ts';
import type { DumpedKey, DumpOptions } from '../../dump.ts';
import { RdbError } from '../../errors.ts';
import { checkVersion, flavourOfPayload, type RdbFlavour, type RdbFormat, typeOf } from '../../format.ts';
import { DEFAULT_HELD_BYTES } from '../../reader-options.ts';
import { Crc64 } from './crc64.ts';
import { type ExactMs, hashKey, instantOf, KeyItem } from './item.ts';
import { Source } from './source.ts';
import { Strings } from './strings.ts';
import { ValueReader } from './value-reader.ts';

/** RDB version and CRC-64, after type and value. */
const VERSION_BYTES = 2;
const FOOTER_BYTES = VERSION_BYTES + 8;

/** The machinery for one payload, kept because it is far larger than most payloads. No call leaves anything in it. */
class DumpReader {
  digest: ContentDigest | undefined;
  readonly source = new Source();
  readonly strings = new Strings(this.source, DEFAULT_HELD_BYTES);
  readonly item = new KeyItem(() => this.digest as ContentDigest);
  readonly values = new ValueReader(this.source, this.strings, this.item);
}

let shared: DumpReader | undefined;

/**
 * Checks the payload that DUMP answered for a key, decodes it, and adds the key to the digest, which thereby becomes
 * comparable with the digest of an RDB file.
 * @throws RdbError if the payload is damaged, or of a version or type that is not known
 */
export function oracleDigestDump(digest: ContentDigest, item: DumpedKey, options: DumpOptions = {}): void {
  const { payload } = item;
  const format = checkFooter(payload, options.engine);
  const type = payload[0] as number;
  const described = typeOf(type, format, 0);
  shared ??= new DumpReader();
  const { source, values } = shared;
  shared.digest = digest;
  hashKey(item.key, 0, item.key.length, shared.item.keyHash);
  shared.item.begin(described.keyType, item.database, exactMs(item.expiresAtMs));
  source.restart(payload, payload.length - FOOTER_BYTES);
  source.at = 1;
  const step = values.read(type, described).next();
  const whole = { offset: source.offset, left: source.end - source.at };
  // The payload is not held beyond the call.
  source.restart(new Uint8Array(0), 0);
  if (!step.done)
    throw new RdbError(
      'Truncated',
      whole.offset + whole.left,
      `expected more of a ${described.name}, found its end`,
    );
  if (whole.left > 0)
    throw new RdbError('TrailingBytes', whole.offset, `expected the footer, found ${whole.left} bytes`);
  if (!shared.item.isEmpty) shared.item.finish();
}

function exactMs(expiresAtMs: number | bigint | undefined): ExactMs | undefined {
  if (expiresAtMs === undefined) return undefined;
  const exact = BigInt(expiresAtMs);
  return instantOf(Number(BigInt.asIntN(32, exact)), Number(BigInt.asIntN(32, exact >> 32n)), 0);
}

function checkFooter(payload: Uint8Array, engine: RdbFlavour | undefined): RdbFormat {
  const footer = payload.length - FOOTER_BYTES;
  if (footer < 2) {
    const detail = `expected at least ${FOOTER_BYTES + 2} bytes, found ${payload.length}`;
    throw new RdbError('Truncated', payload.length, detail);
  }
  const view = new DataView(payload.buffer, payload.byteOffset + footer, FOOTER_BYTES);
  const crc = new Crc64('jones');
  crc.updateRange(payload, 0, footer + VERSION_BYTES);
  const stored = view.getBigUint64(VERSION_BYTES, true);
  if (stored !== crc.digest()) {
    const detail = `expected CRC-64 ${crc.digest().toString(16)}, found ${stored.toString(16)}`;
    throw new RdbError('BadChecksum', footer + VERSION_BYTES, detail);
  }
  const version = view.getUint16(0, true);
  const format = { version, flavour: flavourOfPayload(version, engine) };
  checkVersion(format, footer);
  return format;
}
