import type { RestoreBatch } from '@redrill/rdb';
import type { Lane } from './lane.ts';
import type { Commands } from './parcel.ts';
import { slotOfRestore } from './parse-restore.ts';
import type { TargetCluster } from './target-cluster.ts';

/** Commands of a batch for one server. */
export interface Share {
  readonly lane: Lane;
  readonly commands: Commands;
  /** Which command of the batch stands at a position. */
  indexOf(position: number): number;
}

export interface Division {
  /** Commands at once, at most. */
  readonly atOnce: number;
  /** Commands that are not sent, by index. */
  readonly leftOut: ReadonlySet<number>;
}

/** Divides a batch among the owners of its slots. */
export function* parcelsOf(
  batch: RestoreBatch,
  cluster: TargetCluster,
  { atOnce, leftOut }: Division,
): Generator<Share> {
  for (let from = 0; from < batch.commands; from += atOnce) {
    const to = Math.min(batch.commands, from + atOnce);
    if (cluster.isCluster || leftOut.size > 0) yield* byOwner(batch, cluster, { from, to, leftOut });
    else yield { lane: cluster.ownerOf(0), ...slice(batch, from, to) };
  }
}

interface Part extends Pick<Division, 'leftOut'> {
  readonly from: number;
  readonly to: number;
}

const beginOf = (batch: RestoreBatch, index: number) => (index === 0 ? 0 : batch.endOf(index - 1));

/** Commands that lie one after the other, where they are. */
function slice(batch: RestoreBatch, from: number, to: number): Omit<Share, 'lane'> {
  const begin = beginOf(batch, from);
  return {
    commands: {
      bytes: batch.bytes.subarray(begin, batch.endOf(to - 1)),
      count: to - from,
      endOf: (position) => batch.endOf(from + position) - begin,
    },
    indexOf: (position) => from + position,
  };
}

function* byOwner(batch: RestoreBatch, cluster: TargetCluster, part: Part): Generator<Share> {
  const { from, to, leftOut } = part;
  const owned = new Map<Lane, number[]>();
  for (let index = from; index < to; index++) {
    if (leftOut.has(index)) continue;
    const lane = cluster.ownerOf(slotOfRestore(batch.bytes, beginOf(batch, index)));
    const indexes = owned.get(lane);
    if (indexes === undefined) owned.set(lane, [index]);
    else indexes.push(index);
  }
  for (const [lane, indexes] of owned) {
    if (indexes.length === to - from) yield { lane, ...slice(batch, from, to) };
    else yield { lane, ...gathered(batch, indexes) };
  }
}

function gathered(batch: RestoreBatch, indexes: readonly number[]): Omit<Share, 'lane'> {
  const ends = new Uint32Array(indexes.length);
  let size = 0;
  for (const [position, index] of indexes.entries()) {
    size += batch.endOf(index) - beginOf(batch, index);
    ends[position] = size;
  }
  const bytes = new Uint8Array(size);
  for (const [position, index] of indexes.entries()) {
    const at = position === 0 ? 0 : (ends[position - 1] ?? 0);
    bytes.set(batch.bytes.subarray(beginOf(batch, index), batch.endOf(index)), at);
  }
  return {
    commands: { bytes, count: indexes.length, endOf: (position) => ends[position] ?? 0 },
    indexOf: (position) => indexes[position] ?? 0,
  };
}
