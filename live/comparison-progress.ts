import { Crc64 } from '@redrill/rdb';
import type { ObjectStore } from '../core/ports.ts';

/** How far the databases of one server have been read. */
export interface Place {
  readonly database: number;
  /** Where its scan goes on. */
  readonly cursor: string;
  readonly isRead: boolean;
}

/** A comparison that goes on in another invocation. */
export interface Progress {
  /** How often it has been saved. */
  readonly invocations: number;
  /** Spent so far. */
  readonly seconds: number;
  /** Which part of the keys is being read. */
  readonly pass: number;
  readonly inPieces: number;
  /** By the run id of the server. */
  readonly places: Readonly<Record<string, readonly Place[]>>;
  /** Of everything that has been read so far. */
  readonly digest: Uint8Array;
  /** Which keys of this pass have been read. */
  readonly seen: Uint8Array;
}

const MAGIC = 'RDRCOMP1';
const HEAD_BYTES = MAGIC.length + 4;
const CHECKSUM_BYTES = 8;

/** Where a comparison keeps how far it has come, so that it may take longer than one invocation. */
export class ProgressStore {
  readonly #store: ObjectStore;
  readonly #key: string;

  constructor(store: ObjectStore, key: string) {
    this.#store = store;
    this.#key = key;
  }

  /** @returns undefined if the comparison has not been interrupted, or what was saved is not whole */
  async load(): Promise<Progress | undefined> {
    const found = await this.#store.read(this.#key);
    return found && parsed(found.body);
  }

  /** One object, so what is there is always of one moment. */
  async save(progress: Progress): Promise<void> {
    await this.#store.write(this.#key, serialised(progress));
  }
}

/** Magic, length of the head, head in JSON, digest, fingerprints of keys, CRC-64. */
function serialised({ digest, seen, ...head }: Progress): Uint8Array {
  const json = Buffer.from(JSON.stringify({ ...head, digestBytes: digest.length, seenBytes: seen.length }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const body = Buffer.concat([Buffer.from(MAGIC), length, json, digest, seen]);
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeBigUInt64LE(crcOf(body));
  return Buffer.concat([body, checksum]);
}

function parsed(bytes: Uint8Array): Progress | undefined {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = whole.length - CHECKSUM_BYTES;
  if (end < HEAD_BYTES || whole.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  if (whole.readBigUInt64LE(end) !== crcOf(whole.subarray(0, end))) return undefined;
  const digestAt = HEAD_BYTES + whole.readUInt32LE(MAGIC.length);
  // The checksum says that this is what was saved.
  const { digestBytes, seenBytes, ...head } = JSON.parse(
    whole.toString('utf8', HEAD_BYTES, digestAt),
  ) as Head;
  const seenAt = digestAt + digestBytes;
  return {
    ...head,
    digest: whole.subarray(digestAt, seenAt),
    seen: whole.subarray(seenAt, seenAt + seenBytes),
  };
}

interface Head extends Omit<Progress, 'digest' | 'seen'> {
  readonly digestBytes: number;
  readonly seenBytes: number;
}

function crcOf(bytes: Uint8Array): bigint {
  const crc = new Crc64('jones');
  crc.update(bytes);
  return crc.digest();
}
