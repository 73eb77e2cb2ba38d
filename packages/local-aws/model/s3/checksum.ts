import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { Crc64 } from '@redrill/rdb';
import { NotModelledError } from '../service.ts';
import { type CrcKind, combineCrcs } from './crc-combine.ts';

/**
 * The checksums of https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html that are
 * modelled. SHA-512, MD5 and the XXHash family came in 2026; nothing here asks for them.
 */
export const ALGORITHMS = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const;
export type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

/** FULL_OBJECT speaks of the object's bytes, COMPOSITE of its parts' checksums. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** A checksum as it is kept and answered: base64, `-<parts>` appended if composite. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
  readonly type: ChecksumType;
}

/** A checksum under way. */
export interface RunningChecksum {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

const CRC_KINDS: Partial<Record<ChecksumAlgorithm, CrcKind>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};

const START: Readonly<Record<ChecksumAlgorithm, () => RunningChecksum>> = {
  CRC32: () => runningCrc32((bytes, before) => crc32(bytes, before)),
  CRC32C: () => runningCrc32(crc32c),
  CRC64NVME: runningCrc64,
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
};

/** @throws NotModelledError naming an algorithm that is not modelled */
export function checksumAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = ALGORITHMS.find((one) => one === name);
  if (algorithm === undefined) throw new NotModelledError(`the checksum algorithm ${name}`);
  return algorithm;
}

export function startChecksum(algorithm: ChecksumAlgorithm | 'MD5'): RunningChecksum {
  return algorithm === 'MD5' ? createHash('md5') : START[algorithm]();
}

/** Whether an algorithm's parts combine into a checksum of the whole. */
export function isCrc(algorithm: ChecksumAlgorithm): boolean {
  return CRC_KINDS[algorithm] !== undefined;
}

/** The checksum of parts laid end to end, from the parts' own. Only of CRCs. */
export function fullObjectChecksum(
  algorithm: ChecksumAlgorithm,
  parts: readonly { readonly digest: Uint8Array; readonly bytes: number }[],
): string {
  const kind = CRC_KINDS[algorithm];
  if (kind === undefined) throw new Error(`${algorithm} has no full-object checksum of parts`);
  const whole = parts.reduce((crc, part) => combineCrcs(kind, crc, toBigInt(part.digest), part.bytes), 0n);
  const bytes = Buffer.from(whole.toString(16).padStart(kind.bits / 4, '0'), 'hex');
  return bytes.toString('base64');
}

/** The checksum of the parts' checksums, with their number. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, digests: readonly Uint8Array[]): string {
  const running = startChecksum(algorithm);
  for (const digest of digests) running.update(digest);
  return `${running.digest().toString('base64')}-${digests.length}`;
}

/** Input and output member of a checksum, as the SDK calls it. */
export function checksumMember(algorithm: ChecksumAlgorithm): `Checksum${ChecksumAlgorithm}` {
  return `Checksum${algorithm}`;
}

export function isChecksumHeader(header: string): boolean {
  return algorithmOfHeader(header) !== undefined;
}

/** `x-amz-checksum-crc32` → CRC32. */
export function algorithmOfHeader(header: string): ChecksumAlgorithm | undefined {
  const name = /^x-amz-checksum-(\w+)$/.exec(header)?.[1]?.toUpperCase();
  return ALGORITHMS.find((algorithm) => algorithm === name);
}

/** Whether a `Content-MD5` or `x-amz-checksum-…` header is right about these bytes. */
export function checksumMatches(header: string, value: string, bytes: Uint8Array): boolean {
  const running = startChecksum(algorithmOfHeader(header) ?? 'MD5');
  running.update(bytes);
  return running.digest().toString('base64') === value;
}

function runningCrc32(step: (bytes: Uint8Array, before: number) => number): RunningChecksum {
  let crc = 0;
  return {
    update(bytes) {
      crc = step(bytes, crc);
    },
    digest() {
      const digest = Buffer.alloc(4);
      digest.writeUInt32BE(crc >>> 0);
      return digest;
    },
  };
}

function runningCrc64(): RunningChecksum {
  const crc = new Crc64('nvme');
  return {
    update: (bytes) => crc.update(bytes),
    digest() {
      const digest = Buffer.alloc(8);
      digest.writeBigUInt64BE(crc.digest());
      return digest;
    },
  };
}

const CRC32C_TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});

function crc32c(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (const byte of bytes) crc = (CRC32C_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc;
}

function toBigInt(digest: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(digest).toString('hex')}`);
}
