import type { Duplicates } from './duplicates.ts';
import type { KeyType } from './format.ts';

/**
 * The largest packed value (listpack, ziplist, intset), key name or function library; a larger one is refused as
 * `UnsupportedSize`. Servers pack values of 8 to 64 KiB by default, but a list of Redis 7.0 packs a single element of
 * up to 1 GiB. Nothing of that size is held in memory.
 */
export const DEFAULT_HELD_BYTES = 1024 * 1024 * 1024 + 64 * 1024;

/** A key as it was found, for whoever has to name the keys behind a difference. */
export interface FoundKey {
  readonly database: number;
  readonly name: Uint8Array;
  readonly type: KeyType;
  readonly expiresAtMs: number | undefined;
  /** The digest's bucket, which counts if the key does not expire. */
  readonly bucket: number;
  /** The hash of the key's item, 32 hexadecimal digits. */
  readonly hash: string;
  readonly elements: number;
  readonly volatileFields: number;
}

/** What a reading calls back. It does not become part of a checkpoint. */
export interface RdbReaderCallbacks {
  /** Called for each key of a deep reading. */
  readonly onKey?: (key: FoundKey) => void;
}

export interface RdbReaderOptions extends RdbReaderCallbacks {
  /**
   * `structural`: the format, all lengths and the checksum. `deep`: also decompresses everything, checks packed values
   * to the last byte, and digests the content.
   */
  readonly depth: 'structural' | 'deep';
  /** The size of the file, if known: no length may then reach beyond it. */
  readonly sizeBytes?: number;
  /** @default {@link DEFAULT_HELD_BYTES} */
  readonly heldBytes?: number;
  /**
   * What may be taken for the hashes of keys, by which duplicates are found: a power of two, up to 512 MiB. For every
   * eleven bytes one key is compared with all others in one reading. @default 16 MiB, 1.5 million keys
   */
  readonly keysTableBytes?: number;
  /** Another reading of a file, which compares keys and members that an earlier one could not; see {@link Duplicates}. */
  readonly again?: { readonly pass: number; readonly of: Duplicates };
  /** Tells the names of the biggest keys of a deep reading, not only their hashes. Each name is then copied. */
  readonly namesBiggest?: true;
}
