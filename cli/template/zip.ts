import { crc32, deflateRawSync } from 'node:zlib';

/** A file of an archive. */
export interface ZipFile {
  /** With slashes. */
  readonly name: string;
  readonly content: Buffer;
}

/** Midnight of the first day that the format knows: equal files make equal archives. */
const FIRST_DAY = 0x0021;
const VERSION_NEEDED = 20;
/** The attributes are those of Unix; names are UTF-8. */
const MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED;
const UTF_8 = 0x0800;
const DEFLATED = 8;
/** A regular file that everybody may read, which Lambda needs. */
const READABLE = 0o100644;
const MAX_FILES = 0xffff;

/**
 * Small files as a zip archive, without its 64-bit form.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export function zip(files: readonly ZipFile[]): Buffer {
  if (files.length > MAX_FILES)
    throw new Error(`a zip archive of ${files.length} files needs the 64-bit form`);
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const [path, packed] = [Buffer.from(name), deflateRawSync(content)];
    const shared = sharedHeader(content, packed, path);
    const header = Buffer.concat([uint32(0x04034b50), uint16(VERSION_NEEDED), shared, path]);
    local.push(header, packed);
    const place = [uint16(0), uint16(0), uint16(0), uint32(READABLE * 0x10000), uint32(offset)];
    central.push(uint32(0x02014b50), uint16(MADE_BY_UNIX), uint16(VERSION_NEEDED), shared, ...place, path);
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const counts = [uint16(0), uint16(0), uint16(files.length), uint16(files.length)];
  const end = [uint32(0x06054b50), ...counts, uint32(directory.length), uint32(offset), uint16(0)];
  return Buffer.concat([...local, directory, ...end]);
}

/** What the local header and the central directory both say of a file. */
function sharedHeader(content: Buffer, packed: Buffer, path: Buffer): Buffer {
  return Buffer.concat([
    uint16(UTF_8),
    uint16(DEFLATED),
    uint16(0),
    uint16(FIRST_DAY),
    uint32(crc32(content)),
    uint32(packed.length),
    uint32(content.length),
    uint16(path.length),
    uint16(0),
  ]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
