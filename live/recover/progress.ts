import type { RestoreCounts, RestoreMark } from '@redrill/rdb';
import * as z from 'zod';

/** What is written into a target, and how it is kept between two runs. */

const count = z.int().nonnegative();

/** A name as text, or in base64 if it is none. */
const keyName = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.string() })]);
export type KeyName = z.output<typeof keyName>;

/** A key, or a function library, that the target would not take. */
export const refusedItem = z.strictObject({
  kind: z.enum(['key', 'library']),
  database: count,
  name: keyName,
  type: z.string(),
  /** The first word of the server's error, `BAD_DATA`, `BAD_PAYLOAD`, or `TOO_BIG`. */
  code: z.string(),
  message: z.string(),
});
export type RefusedItem = z.output<typeof refusedItem>;

/** What has become of the keys that were sent. */
export interface Tally {
  written: number;
  /** There already, and left as they are. */
  skipped: number;
  readonly refused: RefusedItem[];
}

const counts = z.strictObject({
  emitted: count,
  filtered: count,
  expired: count,
  tooBig: count,
  empty: count,
  libraries: count,
}) satisfies z.ZodType<RestoreCounts>;

const mark = z.strictObject({
  flavour: z.enum(['redis', 'valkey']),
  version: count,
  position: count,
  database: count,
  crc64: z.string(),
  counts,
}) satisfies z.ZodType<RestoreMark>;

/** How far one shard has come. `tally` is of what lies before the mark. */
export const shardProgress = z.strictObject({
  shard: z.int().positive(),
  isDone: z.boolean(),
  mark: mark.optional(),
  /** Nothing beyond this byte of the file has been sent. */
  horizon: count,
  counts,
  tally: z.strictObject({ written: count, skipped: count, refused: z.array(refusedItem) }),
  /** Places of the keys that were under way when the run ended, by server. */
  inFlight: z.record(z.string(), z.array(count)).optional(),
  /** The place of a key that is under way with nothing else. */
  alone: count.optional(),
  /** Places of keys that were under way when a server died, and from where to look for them. */
  suspects: z.strictObject({ from: mark.optional(), offsets: z.array(count) }).optional(),
  /** Places of keys of which a server died. */
  condemned: z.array(count).optional(),
});
export type ShardProgress = z.output<typeof shardProgress>;

/** Of a value of which a server died. */
export const SERVER_DIED = 'SERVER_DIED';

export const NO_COUNTS: RestoreCounts = {
  emitted: 0,
  filtered: 0,
  expired: 0,
  tooBig: 0,
  empty: 0,
  libraries: 0,
};

export function freshProgress(shard: number): ShardProgress {
  return {
    shard,
    isDone: false,
    horizon: 0,
    counts: NO_COUNTS,
    tally: { written: 0, skipped: 0, refused: [] },
  };
}

export function keyNameOf(name: Uint8Array): KeyName {
  const bytes = Buffer.from(name.buffer, name.byteOffset, name.byteLength);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}
