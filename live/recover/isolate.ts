import { type RangedBytes, RestoreStream, type TooBig } from '@redrill/rdb';
import { ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { atSlotOwner } from './at-slot-owner.ts';
import { BIG_BYTES, writeBig } from './big-value.ts';
import { readRestore } from './parse-restore.ts';
import type { ShardProgress } from './progress.ts';
import { codeOf, STOPS } from './refusals.ts';
import { refusedBy } from './server-facts.ts';
import type { WritingContext } from './write-shard.ts';

/** A value that was under way when a server died. */
interface Suspect {
  readonly offset: number;
  readonly key: Uint8Array;
  readonly send: () => Promise<unknown>;
}

/**
 * Sends each value that was under way when a server died, with nothing else under way. Which one is written down
 * before: should the server die of it, it is never sent again. Its answer does not matter here, for all that a server
 * survives is sent once more with the others.
 */
export async function isolate(
  context: WritingContext,
  source: RangedBytes,
  progress: ShardProgress,
): Promise<void> {
  const { suspects } = progress;
  if (suspects === undefined) return;
  const left = new Set(suspects.offsets);
  for await (const { offset, key, send } of suspectsIn(context, source, suspects)) {
    context.cluster.ownerOfKey(key).noteSending();
    progress.alone = offset;
    await context.save();
    await context.pace.take(1);
    await send();
    left.delete(offset);
    progress.alone = undefined;
    progress.suspects = { ...suspects, offsets: [...left] };
  }
  progress.suspects = undefined;
  await context.save();
}

async function* suspectsIn(
  context: WritingContext,
  source: RangedBytes,
  { from, offsets }: NonNullable<ShardProgress['suspects']>,
): AsyncGenerator<Suspect> {
  const wanted = new Set(offsets);
  const big: TooBig[] = [];
  const stream = new RestoreStream(source, {
    ...context.selection,
    nowMs: context.nowMs,
    replace: context.mode === 'overwrite',
    libraries: false,
    maxPayloadBytes: BIG_BYTES,
    onTooBig: (found) => big.push(found),
    ...(from === undefined ? {} : { from }),
  });
  for await (const batch of stream) {
    for (const found of big.splice(0))
      if (wanted.delete(found.keyOffset)) yield bigSuspect(context, source, found);
    for (let index = 0; index < batch.commands && wanted.size > 0; index++) {
      const command = batch.command(index);
      if (command.kind !== 'restore' || !wanted.delete(command.offset)) continue;
      const bytes = batch.bytes.slice(index === 0 ? 0 : batch.endOf(index - 1), batch.endOf(index));
      yield smallSuspect(context, bytes, command);
    }
    batch.release();
    if (wanted.size === 0) return;
  }
  for (const found of big) if (wanted.delete(found.keyOffset)) yield bigSuspect(context, source, found);
}

function smallSuspect(
  context: WritingContext,
  command: Uint8Array,
  place: { readonly database: number; readonly offset: number },
): Suspect {
  const { key } = readRestore(command);
  const database = context.database ?? place.database;
  const sending = atSlotOwner.bind(undefined, { ...context, mayBeOwn: true }, key, (lane, { asking }) =>
    lane.exclusively(database, (connection) => {
      if (asking) connection.ask('ASKING').catch(() => undefined);
      return connection.askWith(command);
    }),
  );
  const send = async () => {
    try {
      await sending();
    } catch (error) {
      if (!(error instanceof ServerRefusal)) throw error;
      if (STOPS.has(codeOf(error.message))) throw refusedBy(context.cluster.name, error.message);
    }
  };
  return { offset: place.offset, key, send };
}

function bigSuspect(context: WritingContext, source: RangedBytes, big: TooBig): Suspect {
  const { database = big.database } = context;
  const send = () => writeBig({ ...context, database, source, mayBeOwn: true }, big);
  return { offset: big.keyOffset, key: big.name, send };
}
