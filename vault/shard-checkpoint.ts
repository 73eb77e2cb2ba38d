import { Crc64 } from '@redrill/rdb';
import * as z from 'zod';

/** Where the reading of a shard's file was interrupted. It holds parts of keys and values. */
export interface ShardCheckpoint {
  /** The object that was read, and its version. */
  readonly key: string;
  readonly etag: string;
  /** State of the SHA-256 of the bytes that were read; belongs to one build of hash-wasm. */
  readonly sha256: Uint8Array;
  /** Their CRC64-NVME. */
  readonly crc64nvme: bigint;
  /** Counts of the bytes that were sampled. */
  readonly histogram: Uint8Array;
  /** Checkpoint of the RDB reader, its position included; belongs to one build of its core. */
  readonly reader: Uint8Array;
}

/** Of this layout and no other: the figure at its end goes up with every change. */
const MAGIC = 'RDRSHRD2';
const CRC_BYTES = 8;
const HEAD_AT = MAGIC.length + 4;

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));

const head = z.object({
  key: z.string(),
  etag: z.string(),
  sha256: bytes,
  histogram: bytes,
  crc64nvme: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .transform((text) => BigInt(`0x${text}`)),
});

/** Magic, length of the head, head in JSON, the RDB reader's checkpoint, and a CRC-64 of everything before it. */
export function writeShardCheckpoint({ reader, ...rest }: ShardCheckpoint): Uint8Array {
  const written: z.input<typeof head> = {
    ...rest,
    sha256: Buffer.from(rest.sha256).toString('base64'),
    histogram: Buffer.from(rest.histogram).toString('base64'),
    crc64nvme: rest.crc64nvme.toString(16).padStart(16, '0'),
  };
  const json = Buffer.from(JSON.stringify(written));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(json.length);
  const body = Buffer.concat([Buffer.from(MAGIC), size, json, reader]);
  return Buffer.concat([body, crcOf(body)]);
}

/** @returns undefined if it is damaged, or of another layout */
export function parseShardCheckpoint(bytes: Uint8Array): ShardCheckpoint | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = whole.length - CRC_BYTES;
  if (end < HEAD_AT || whole.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (!crcOf(whole.subarray(0, end)).equals(whole.subarray(end))) return undefined;
  const headEnd = HEAD_AT + whole.readUInt32LE(MAGIC.length);
  // The CRC says that this is what writeShardCheckpoint wrote.
  const parsed = head.parse(JSON.parse(whole.toString('utf8', HEAD_AT, headEnd)));
  return { ...parsed, reader: whole.subarray(headEnd, end) };
}

function crcOf(bytes: Uint8Array): Buffer {
  const crc = new Crc64('jones');
  crc.update(bytes);
  const written = Buffer.alloc(CRC_BYTES);
  written.writeBigUInt64LE(crc.digest());
  return written;
}
