import type { RdbCounts } from '@redrill/rdb';
import { quoted } from '../terminal/shell.ts';

/** Enough of a file's beginning to tell what it is. */
export const BEGINNING_BYTES = 512;

/** Whether the file is read once, or has to be one that can be read again. */
type Use = 'verify' | 'keys';

interface LookAlike {
  readonly what: string;
  /** What to do instead; `file` is quoted for a shell, `use` is what it was given for. */
  readonly advice: (file: string, use: Use) => string;
}

const takeRdb = () => 'take an RDB file with BGSAVE, or with redis-cli --rdb dump.rdb';
const unpackable = (what: string, command: string): LookAlike => ({
  what,
  advice: (file, use) =>
    use === 'verify'
      ? `unpack it on the way: ${command} ${file} | npx redrill verify -`
      : `unpack it first: ${command} ${file} > dump.rdb`,
});

/** By first bytes, in hexadecimal. */
const BY_MAGIC: Readonly<Record<string, LookAlike>> = {
  '1f8b': unpackable('gzip data', 'gunzip -c'),
  '504b0304': unpackable('a zip archive', 'unzip -p'),
  '28b52ffd': unpackable('zstd data', 'zstd -dc'),
  fd377a585a00: unpackable('xz data', 'xz -dc'),
  '425a68': unpackable('bzip2 data', 'bunzip2 -c'),
  '04224d18': unpackable('LZ4 data', 'lz4 -dc'),
};

const BY_TEXT: readonly (readonly [RegExp, LookAlike])[] = [
  [/^[\s\S]{257}ustar/, unpackable('a tar archive', 'tar -xOf')],
  [
    /^(?:#TS:\d+\r?\n)?\*\d+\r\n\$/,
    {
      what: 'an append-only file (AOF)',
      advice: (file) => `check it with: redis-check-aof ${file}; for an RDB file, ${takeRdb()}`,
    },
  ],
  [
    /^file \S+ seq \d+ type [bhi]/,
    {
      what: 'the manifest of an append-only file (AOF)',
      advice: () => 'the RDB file is the one that it names with type b',
    },
  ],
  [/^\s*[[{]/, { what: 'JSON', advice: takeRdb }],
  [
    /^\s*<[?!a-zA-Z]/,
    {
      what: 'XML or HTML',
      advice: () => 'it may be the error message of a failed download; download the file again',
    },
  ],
];

/** What a file seems to be that is no RDB file, and what to do; undefined if it cannot be told. */
export function looksLike(beginning: Uint8Array, name: string, use: Use = 'verify'): string | undefined {
  const bytes = Buffer.from(beginning);
  const [hex, text] = [bytes.toString('hex'), bytes.toString('latin1')];
  const byMagic = Object.entries(BY_MAGIC).find(([magic]) => hex.startsWith(magic));
  const [, found] = byMagic ?? BY_TEXT.find(([pattern]) => pattern.test(text)) ?? [];
  return found && `it looks like ${found.what}; ${found.advice(quoted(name), use)}`;
}

/**
 * Whether the bytes behind the RDB file are an append-only file's commands: `aof-preamble` is the field of Redis 4 to 6,
 * `aof-base` that of 7.
 */
export const beginsAof = ({ aux }: RdbCounts): boolean =>
  aux['aof-preamble'] === '1' || aux['aof-base'] === '1';
