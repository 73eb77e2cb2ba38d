import { type FileHandle, open } from 'node:fs/promises';

/**
 * Servers run on the machine's time and the local AWS on a virtual one. So that a snapshot says when it was taken in
 * the time that everybody else goes by, the creation time in its header is moved, and the checksum at its end
 * follows: nothing else in the file changes.
 *
 * The header field is an AUX entry, `FA 05 "ctime"` and the seconds as a 32-bit string-encoded integer; the file ends
 * with the CRC-64 (Jones) of all before it. https://rdb.fnordig.de/file_format.html
 */
const FIELD = Buffer.concat([Buffer.from([0xfa, 5]), Buffer.from('ctime'), Buffer.from([0xc2])]);
/** All AUX entries come first; this is ample for them. */
const HEADER_BYTES = 1_024;
const CHECKSUM_BYTES = 8;

/**
 * Sets the creation time of an RDB file.
 * @returns false when the file has no creation time in the expected form; it is left as it is then
 */
export async function setRdbCreationTime(file: string, seconds: number): Promise<boolean> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    const header = Buffer.alloc(Math.min(HEADER_BYTES, size));
    await handle.read(header, 0, header.length, 0);
    const field = header.indexOf(FIELD);
    if (field < 0) return false;
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(seconds >>> 0);
    await overwrite(handle, size, field + FIELD.length, bytes);
    return true;
  } finally {
    await handle.close();
  }
}

/** Where the four digits of the version are, after `REDIS`. */
const VERSION_AT = 5;

/** Says in the header that an RDB file is of another version of the format; nothing else changes. */
export async function setRdbVersion(file: string, version: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    const { size } = await handle.stat();
    await overwrite(handle, size, VERSION_AT, Buffer.from(`${version}`.padStart(4, '0')));
  } finally {
    await handle.close();
  }
}

/** Overwrites bytes of an RDB file, and lets its checksum follow. */
async function overwrite(handle: FileHandle, size: number, at: number, bytes: Buffer): Promise<void> {
  const difference = Buffer.alloc(bytes.length);
  await handle.read(difference, 0, bytes.length, at);
  for (const [index, byte] of bytes.entries()) difference[index] = (difference[index] ?? 0) ^ byte;
  await handle.write(bytes, 0, bytes.length, at);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  await handle.read(checksum, 0, CHECKSUM_BYTES, size - CHECKSUM_BYTES);
  if (checksum.every((byte) => byte === 0)) return;
  adjust(checksum, difference, size - CHECKSUM_BYTES - at - bytes.length);
  await handle.write(checksum, 0, CHECKSUM_BYTES, size - CHECKSUM_BYTES);
}

/** A CRC is linear: the change of the sum is the sum of the change, followed by as many zeros as bytes follow it. */
function adjust(checksum: Buffer, difference: Buffer, zerosAfter: number): void {
  let low = 0;
  let high = 0;
  const feed = (byte: number) => {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (TABLE_LOW[index] ?? 0);
    high = (high >>> 8) ^ (TABLE_HIGH[index] ?? 0);
  };
  for (const byte of difference) feed(byte);
  for (let zero = 0; zero < zerosAfter; zero++) feed(0);
  checksum.writeUInt32LE((checksum.readUInt32LE(0) ^ low) >>> 0, 0);
  checksum.writeUInt32LE((checksum.readUInt32LE(4) ^ high) >>> 0, 4);
}

/** The Jones polynomial 0xad93d23594c935a9, bits reversed, in two halves: BigInt would be some 50 times slower. */
const POLYNOMIAL_LOW = 0xac4bc9b5 | 0;
const POLYNOMIAL_HIGH = 0x95ac9329 | 0;
const TABLE_LOW = new Int32Array(256);
const TABLE_HIGH = new Int32Array(256);
for (let index = 0; index < 256; index++) {
  let low = index;
  let high = 0;
  for (let bit = 0; bit < 8; bit++) {
    const odd = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (odd === 1) {
      low ^= POLYNOMIAL_LOW;
      high ^= POLYNOMIAL_HIGH;
    }
  }
  TABLE_LOW[index] = low;
  TABLE_HIGH[index] = high;
}
