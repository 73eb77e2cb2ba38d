import { RdbError } from '../../errors.ts';
import { checkVersion, type RdbFlavour, type RdbFormat } from '../../format.ts';
import type { Source, Suspendable } from './source.ts';

/** Both magics take nine bytes, digits of the version included: `REDIS0011`, `VALKEY080`. */
const HEADER_BYTES = 9;
const MAGICS: readonly { readonly text: string; readonly flavour: RdbFlavour }[] = [
  { text: 'REDIS', flavour: 'redis' },
  { text: 'VALKEY', flavour: 'valkey' },
];
/** The envelope within which Valkey 9.2 can write a file as one compressed stream. */
const COMPRESSED_ENVELOPES = ['VKCS', 'VCS'];

/** Reads magic and version. */
export function* readHeader(source: Source): Suspendable<RdbFormat> {
  while (!source.has(HEADER_BYTES)) yield;
  const header = String.fromCharCode(...source.bytes.subarray(source.at, source.at + HEADER_BYTES));
  const format = parseHeader(header);
  checkVersion(format, 0);
  source.at += HEADER_BYTES;
  return format;
}

function parseHeader(header: string): RdbFormat {
  for (const { text, flavour } of MAGICS) {
    const digits = header.slice(text.length);
    if (header.startsWith(text) && /^\d+$/.test(digits)) return { flavour, version: Number(digits) };
  }
  if (COMPRESSED_ENVELOPES.some((magic) => header.startsWith(magic))) {
    const detail = 'expected an RDB file, found one inside the compression envelope of Valkey 9.2 or later';
    throw new RdbError('UnsupportedVersion', 0, detail);
  }
  const detail = `expected a file that begins with REDISnnnn or VALKEYnnn, found ${JSON.stringify(header)}`;
  throw new RdbError('BadMagic', 0, detail);
}
