import type { RangedBytes } from '@redrill/rdb';
import { isolate } from './isolate.ts';
import { LAST_ANSWERS_MS } from './lane.ts';
import { type Libraries, loadLibraries, tooBigLibrary } from './libraries.ts';
import { Pace } from './pace.ts';
import type { RefusedItem, ShardProgress } from './progress.ts';
import type { StateFile } from './state-file.ts';
import type { TargetCluster } from './target-cluster.ts';
import { type Selection, ShardWriting, type WritingContext } from './write-shard.ts';

export interface WriteOrder {
  /** The shards' files, in the order of the state's shards. */
  readonly sources: readonly RangedBytes[];
  readonly cluster: TargetCluster;
  readonly mode: 'missing' | 'overwrite';
  readonly selection: Selection;
  readonly nowMs: number;
  /** @default the one that each key came from */
  readonly database?: number;
  /** @default as fast as it goes */
  readonly keysPerSecond?: number;
  readonly patienceMs: number;
  /** Function libraries to load. */
  readonly libraries: readonly Uint8Array[];
  /** Libraries that no command can hold, by their size. */
  readonly tooBigLibraries?: readonly number[];
  readonly state: StateFile;
  /** Stops it where it is, so that another run can go on. */
  readonly signal: AbortSignal;
  readonly onProgress?: () => void;
}

/** What has become of everything in a recovery point or file. */
export interface Outcome {
  /** Keys read. The five that follow add up to it. */
  readonly read: number;
  readonly written: number;
  /** There already, and left as they are. */
  readonly skipped: number;
  readonly expired: number;
  readonly refused: number;
  /** Of databases or types that were not asked for, or with other names. */
  readonly filtered: number;
  /** Collections without elements, which a server drops when it loads a file. */
  readonly empty: number;
  readonly libraries: Libraries;
  readonly refusals: readonly RefusedItem[];
}

/** Shards that are read at the same time: each takes a core of 9 MiB. */
const SHARDS_AT_ONCE = 4;

/**
 * Writes the keys of a recovery point or file into a server or cluster that is in use.
 * @throws whatever stopped it; the state file then says from where another run goes on
 */
export async function writeAll(order: WriteOrder): Promise<Outcome> {
  const { state } = order;
  const stopping = new AbortController();
  const stop = () => stopping.abort(order.signal.reason);
  order.signal.addEventListener('abort', stop);
  stopping.signal.addEventListener('abort', () => order.cluster.closeSoon());
  const context = contextOf(order, stopping);
  const writings = shardsOf(order).map(([source, shard]) => ({
    shard,
    writing: new ShardWriting(context, source, shard),
  }));
  try {
    order.signal.throwIfAborted();
    if (state.state.libraries === undefined) {
      await context.save();
      state.state.libraries = await librariesOf(order);
      await context.save();
    }
    state.keep(context.save, context.fail);
    for (const [source, shard] of shardsOf(order)) await isolate(context, source, shard);
    await writeShards(context, writings);
    await order.cluster.refuseLoss();
  } catch (error) {
    await lastAnswers(state);
    for (const { shard, writing } of writings) shard.inFlight = writing.inFlight;
    // What stopped the work first, not what failed because of it.
    throw stopping.signal.aborted ? stopping.signal.reason : error;
  } finally {
    order.signal.removeEventListener('abort', stop);
    state.stop();
    await context.save();
  }
  return outcomeOf(state);
}

function contextOf(order: WriteOrder, stopping: AbortController): WritingContext {
  const { cluster, state, onProgress = () => undefined } = order;
  return {
    ...order,
    database: order.database,
    pace: new Pace(order.keysPerSecond, stopping.signal),
    signal: stopping.signal,
    fail: (error) => stopping.abort(error),
    save: () => {
      state.state.servers = { ...cluster.servers };
      return state.save();
    },
    onProgress: () => {
      state.changed();
      onProgress();
    },
  };
}

async function librariesOf({ cluster, libraries, tooBigLibraries = [], mode }: WriteOrder) {
  const { written, skipped, refused } = await loadLibraries(cluster, libraries, mode);
  return { written, skipped, refused: [...refused, ...tooBigLibraries.map(tooBigLibrary)] };
}

/** Each file with the progress of its shard. */
const shardsOf = ({ sources, state }: WriteOrder) =>
  state.shards.flatMap((shard, at) => {
    const source = sources[at];
    return source === undefined ? [] : [[source, shard] as const];
  });

async function writeShards(
  context: WritingContext,
  writings: readonly { readonly writing: ShardWriting }[],
): Promise<void> {
  const waiting = [...writings];
  const writeNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.writing.run();
  };
  const writers = Array.from({ length: Math.min(SHARDS_AT_ONCE, writings.length) }, writeNext);
  // Each of them, so that nothing goes on behind our back.
  const ends = await Promise.allSettled(
    writers.map((writer) =>
      writer.catch((error) => {
        context.fail(error);
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  context.signal.throwIfAborted();
}

/** What has been sent is still being answered, and need not be looked at again. */
async function lastAnswers({ shards }: StateFile): Promise<void> {
  const position = () => shards.map(({ mark }) => mark?.position ?? 0).join();
  const until = Date.now() + LAST_ANSWERS_MS;
  for (let before = ''; Date.now() < until && before !== position(); ) {
    before = position();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** What the state says has been done. */
export function outcomeOf({ state }: StateFile): Outcome {
  const libraries = state.libraries ?? { written: 0, skipped: 0, refused: [] };
  const sum = (of: (shard: ShardProgress) => number) =>
    state.shards.reduce((total, shard) => total + of(shard), 0);
  const refusals = state.shards.flatMap(({ tally }) => tally.refused);
  const counted = {
    written: sum(({ tally }) => tally.written),
    skipped: sum(({ tally }) => tally.skipped),
    expired: sum(({ counts }) => counts.expired),
    refused: refusals.length,
    filtered: sum(({ counts }) => counts.filtered),
    empty: sum(({ counts }) => counts.empty),
  };
  return {
    read: sum(
      ({ counts: { emitted, tooBig, expired, filtered, empty } }) =>
        emitted + tooBig + expired + filtered + empty,
    ),
    ...counted,
    libraries,
    refusals: [...libraries.refused, ...refusals],
  };
}
