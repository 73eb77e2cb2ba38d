import { Crc64 } from './crc64.ts';
import { RdbError } from './errors.ts';
import type { RdbReaderOptions } from './reader-options.ts';
import type { ProfileState } from './summary.ts';
import {
  BIN_BYTES,
  BINS,
  BUCKET_BYTES,
  BUCKET_COUNT,
  BUCKETS,
  CHUNK_BYTES,
  GROUPS_TABLE,
  MAX_KEYS_KEPT,
  MAX_TABLE_KEPT,
  MEMBERS_TABLE,
  NAMES,
  OUT,
  PART,
  SLOTS,
  SLOTS_BYTES,
  STATE,
  STATE_BYTES,
  WINDOW,
} from './wasm/assembly/layout.ts';
import { MODULE } from './wasm/build/module.ts';
import type { Core } from './wasm/core.ts';

const MAGIC = 'RDRCKPT1';
const CHECKSUM_BYTES = 8;
/** Slot and hash of a key. */
const PACKED_KEY_BYTES = 16;

/** What the shell remembers beside the core's memory. */
interface Shell {
  readonly options: Omit<RdbReaderOptions, 'onKey'>;
  readonly arrived: number;
  readonly isDone: boolean;
  readonly profile: ProfileState;
  readonly functions: readonly (readonly number[])[];
  readonly name: readonly (readonly number[])[];
}

export interface CheckpointParts extends Shell {
  /** Brings the core to where it was. */
  restore(core: Core, tellsKeys: boolean): void;
}

interface Head extends Shell {
  /** The build of the core, for its memory is stored as it is. */
  readonly build: string;
  /** Pieces of memory that follow, in order: address and size. Bins come last. */
  readonly pieces: readonly (readonly [at: number, size: number])[];
  readonly bins: number;
  /** Of the table of keys, or that there are too many. */
  readonly keys: number;
}

let knownBuild: string | undefined;

function build(): string {
  knownBuild ??= checksumOf(new TextEncoder().encode(MODULE)).toString(16);
  return knownBuild;
}

function checksumOf(bytes: Uint8Array): bigint {
  const crc = new Crc64('jones');
  crc.update(bytes);
  return crc.digest();
}

/** Everything that the core and its shell remember: magic, length of the head, head in JSON, memory, CRC-64. */
export function writeCheckpoint(core: Core, shell: Shell): Uint8Array {
  const isDeep = shell.options.depth === 'deep';
  const partEnd = core.calls.packPart();
  const bins = isDeep ? core.calls.bins() : 0;
  const keys = core.calls.packKeys() >>> 0;
  const sizes: readonly (readonly [number, number])[] = [
    [STATE, STATE_BYTES],
    [WINDOW, core.calls.unread()],
    [PART, Math.max(partEnd - PART, 0)],
    [NAMES, Math.max(core.calls.namesEnd() - NAMES, 0)],
    ...(isDeep ? ([[BUCKETS, BUCKET_COUNT * BUCKET_BYTES]] as const) : []),
    [MEMBERS_TABLE, kept(core.calls.membersBytes())],
    [GROUPS_TABLE, kept(core.calls.groupsBytes())],
    [OUT, keys <= MAX_KEYS_KEPT ? keys * PACKED_KEY_BYTES : 0],
  ];
  const head: Head = { ...shell, build: build(), pieces: sizes, bins, keys };
  const parts = [
    ...sizes.map(([at, size]) => core.bytes.subarray(at, at + size)),
    slotBits(core),
    core.bytes.subarray(BINS, BINS + bins * BIN_BYTES),
  ];
  return framed(new TextEncoder().encode(JSON.stringify(head)), parts);
}

/** A table that is too large is left out, and given up when the reading goes on. */
const kept = (bytes: number): number => (bytes <= MAX_TABLE_KEPT ? bytes : 0);

function framed(head: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const before = MAGIC.length + 4 + head.length;
  const size = parts.reduce((sum, part) => sum + part.length, before);
  const bytes = new Uint8Array(size + CHECKSUM_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, head.length, true);
  bytes.set(head, MAGIC.length + 4);
  let at = before;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setBigUint64(size, checksumOf(bytes.subarray(0, size)), true);
  return bytes;
}

function slotBits(core: Core): Uint8Array {
  const bits = new Uint8Array(SLOTS_BYTES / 8);
  for (let slot = 0; slot < SLOTS_BYTES; slot++) {
    if (core.bytes[SLOTS + slot] === 1) bits[slot >> 3] = (bits[slot >> 3] ?? 0) | (1 << (slot & 7));
  }
  return bits;
}

/** @throws RdbError `BadCheckpoint` */
export function parseCheckpoint(bytes: Uint8Array): CheckpointParts {
  const head = headOf(bytes);
  if (head.build !== build()) {
    fail(`expected a checkpoint of this build (${build()}), found one of ${head.build}`);
  }
  const { build: _, pieces, bins, keys, ...shell } = head;
  return { ...shell, restore: (core, tellsKeys) => restore(core, tellsKeys, bytes, { pieces, bins, keys }) };
}

function headOf(bytes: Uint8Array): Head {
  const end = bytes.length - CHECKSUM_BYTES;
  const magic = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (end < MAGIC.length + 4 || magic !== MAGIC)
    fail(`expected a checkpoint, found ${bytes.length} other bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const computed = checksumOf(bytes.subarray(0, end));
  const stored = view.getBigUint64(end, true);
  if (computed !== stored) fail(`expected checksum ${computed.toString(16)}, found ${stored.toString(16)}`);
  const from = MAGIC.length + 4;
  const json = bytes.subarray(from, from + view.getUint32(MAGIC.length, true));
  // The checksum says that this is what writeCheckpoint wrote.
  return JSON.parse(new TextDecoder().decode(json)) as Head;
}

function fail(detail: string): never {
  throw new RdbError('BadCheckpoint', 0, detail);
}

function restore(
  core: Core,
  tellsKeys: boolean,
  bytes: Uint8Array,
  head: Pick<Head, 'pieces' | 'bins' | 'keys'>,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC.length + 4 + view.getUint32(MAGIC.length, true);
  const window: Uint8Array[] = [];
  for (const [to, size] of head.pieces) {
    const piece = bytes.subarray(at, at + size);
    if (to === WINDOW) window.push(piece);
    else core.bytes.set(piece, to);
    at += size;
  }
  for (let slot = 0; slot < SLOTS_BYTES; slot++) {
    core.bytes[SLOTS + slot] = ((bytes[at + (slot >> 3)] ?? 0) >> (slot & 7)) & 1;
  }
  at += SLOTS_BYTES / 8;
  core.calls.afterRestore(tellsKeys ? 1 : 0);
  core.calls.restoreKeys(head.keys);
  // Bins go through the window, so what was unread returns to it after them.
  const perWindow = Math.floor(CHUNK_BYTES / BIN_BYTES);
  for (let bin = 0; bin < head.bins; bin += perWindow) {
    const count = Math.min(perWindow, head.bins - bin);
    core.bytes.set(bytes.subarray(at, at + count * BIN_BYTES), WINDOW);
    core.calls.restoreBins(count);
    at += count * BIN_BYTES;
  }
  for (const piece of window) core.bytes.set(piece, WINDOW);
}
