/** A CRC-64 as S3 writes checksums: its eight bytes, the most significant first, in base64. */
export function crc64Text(value: bigint): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes.toString('base64');
}
