import type { RestoreBatch } from '@redrill/rdb';
import type { Lane } from './lane.ts';
import type { RefusedItem } from './progress.ts';

/** Commands of a batch, and what has become of them. */
export interface Entry {
  readonly batch: RestoreBatch;
  readonly database: number;
  /** Not settled yet. */
  left: number;
  written: number;
  skipped: number;
  readonly refused: RefusedItem[];
}

/** What a server has answered to one command of a batch, instead of taking it. */
export interface Refusal {
  readonly index: number;
  readonly lane: Lane;
  readonly message: string;
  readonly isRepeated: boolean;
}

/** Tries of one command that is somewhere else, or has to wait. */
export interface Tries {
  readonly count: number;
  readonly sinceMs: number;
}

/** A copy: it outlives its batch's memory. */
export function commandOf({ batch }: Entry, index: number): Uint8Array {
  return batch.bytes.slice(index === 0 ? 0 : batch.endOf(index - 1), batch.endOf(index));
}
