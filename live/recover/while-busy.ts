import { setTimeout as sleep } from 'node:timers/promises';
import { ServerRefusal } from '../../adapters/redis/resp-connection.ts';
import { OCCUPIED } from './refusals.ts';

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/** How long to wait before the next try, ms: after each longer. @param tries made so far */
export const pauseMs = (tries: number): number => Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);

/**
 * Asks again and again while the server is occupied.
 * @throws ServerRefusal in the server's own words, of being occupied too when patience is at its end
 */
export async function whileBusy<Result>(
  question: () => Promise<Result>,
  { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
): Promise<Result> {
  const until = Date.now() + patienceMs;
  for (let tries = 0; ; tries++) {
    try {
      return await question();
    } catch (error) {
      const isOccupied = error instanceof ServerRefusal && OCCUPIED.has(error.code);
      if (!isOccupied || Date.now() >= until) throw error;
    }
    await sleep(pauseMs(tries), undefined, { signal });
  }
}
