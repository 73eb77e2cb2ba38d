import { setTimeout as sleep } from 'node:timers/promises';
import { slotOf } from '@redrill/rdb';
import { ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Lane } from './lane.ts';
import { PASSING, REDIRECTIONS_AT_ONCE, REDIRECTS } from './refusals.ts';
import type { TargetCluster } from './target-cluster.ts';

const PAUSE_MS = 250;
/** Connections that are lost under one value: something cuts them. */
const LOSSES_MAX = 20;

/** Whether the slot is being moved there, and whether the key may be one that was written before. */
export type How = Readonly<Record<'asking' | 'mayBeOwn', boolean>>;

export interface SlotContext {
  readonly cluster: TargetCluster;
  /** How long all pauses together may be, ms. */
  readonly patienceMs: number;
  readonly mayBeOwn: boolean;
  readonly signal: AbortSignal;
}

/**
 * Does work about a key at whoever owns its slot: follows the slot, waits for what passes, and begins anew when the
 * connection is lost.
 * @throws ServerRefusal in the server's own words, of what does not pass in time as well
 * @throws AppError `RecoverInterrupted` if the connection is lost again and again, `TargetChanged` if the process is gone
 */
export async function atSlotOwner<Result>(
  { cluster, patienceMs, mayBeOwn, signal }: SlotContext,
  key: Uint8Array,
  work: (lane: Lane, how: How) => Promise<Result>,
): Promise<Result> {
  const slot = slotOf(key);
  let lane = cluster.ownerOf(slot);
  let how: How = { asking: false, mayBeOwn };
  for (let tries = 0, losses = 0, waitedMs = 0; ; tries++) {
    signal.throwIfAborted();
    try {
      return await work(lane, how);
    } catch (error) {
      const isLost = error instanceof AppError && error.code === 'RestoreUnreachable';
      if (isLost && ++losses > LOSSES_MAX)
        throw new AppError('RecoverInterrupted', error.message, { cause: error });
      const [code = '', , endpoint = ''] = error instanceof ServerRefusal ? error.message.split(' ') : [];
      // A process that died under this value shall not be followed by another one.
      if (isLost) await lane.open();
      const isRedirect = REDIRECTS.has(code);
      if (!isLost && !((isRedirect || PASSING.has(code)) && waitedMs < patienceMs)) throw error;
      if (!isRedirect || tries >= REDIRECTIONS_AT_ONCE) {
        await sleep(PAUSE_MS, undefined, { signal });
        waitedMs += PAUSE_MS;
      }
      how = { asking: code === 'ASK', mayBeOwn: how.mayBeOwn || isLost };
      if (!how.asking) await cluster.refresh();
      lane = isRedirect ? cluster.laneTo(endpoint) : cluster.ownerOf(slot);
    }
  }
}
