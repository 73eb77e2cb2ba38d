import { type RangedBytes, RestoreStream, slotOf, type TooBig } from '@redrill/rdb';
import { ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { BIG_BYTES } from './big-value.ts';
import type { Pace } from './pace.ts';
import { refusedBy } from './server-facts.ts';
import type { TargetCluster } from './target-cluster.ts';
import type { Selection } from './write-shard.ts';

export interface LookOrder {
  readonly source: RangedBytes;
  readonly cluster: TargetCluster;
  readonly selection: Selection;
  readonly nowMs: number;
  readonly database: number | undefined;
  readonly pace: Pace;
  readonly onProgress: (bytes: number) => void;
}

/** How many of a file's keys are in the cache already. */
export interface Looked {
  readonly there: number;
  readonly missing: number;
}

/**
 * Asks for every key that would be written whether it is there; writes nothing.
 * @throws AppError `TargetRefused`
 */
export async function lookForKeys(order: LookOrder): Promise<Looked> {
  const found = { there: 0, missing: 0 };
  for await (const keys of keysOf(order)) {
    await order.pace.take(keys.length);
    const asked = await Promise.all(keys.map(({ database, name }) => isThere(order.cluster, database, name)));
    for (const there of asked) found[there ? 'there' : 'missing']++;
  }
  return found;
}

interface Key {
  readonly database: number;
  readonly name: Uint8Array;
}

async function* keysOf({ source, selection, nowMs, database: into, onProgress }: LookOrder) {
  let big: Key[] = [];
  const onTooBig = ({ kind, database, name }: TooBig) => {
    if (kind === 'key') big.push({ database: into ?? database, name });
  };
  const options = { ...selection, nowMs, libraries: false, maxPayloadBytes: BIG_BYTES, onTooBig };
  for await (const batch of new RestoreStream(source, options)) {
    const keys: Key[] = big;
    big = [];
    for (let index = 0; index < batch.commands; index++) {
      const command = batch.command(index);
      if (command.kind === 'restore') keys.push({ database: into ?? command.database, name: command.key });
    }
    onProgress(batch.mark?.position ?? 0);
    batch.release();
    yield keys;
  }
  yield big;
}

async function isThere(cluster: TargetCluster, database: number, name: Uint8Array): Promise<boolean> {
  try {
    return Number(await cluster.askAbout(slotOf(name), database, ['EXISTS', name])) === 1;
  } catch (error) {
    if (error instanceof ServerRefusal) throw refusedBy(cluster.name, error.message);
    throw error;
  }
}
