import { DAY_MS } from '../core/model/time.ts';
import type { Worker } from './pool.ts';
import { type Chosen, readingsInWords } from './readings.ts';
import type { RunReply, RunRequest } from './worker.ts';

/** Lines of the trace that are shown. */
const SHOWN_LINES = 80;

/**
 * The shortest run that still violates the same invariant: fewer caches, then fewer faults, one at a time, the latest
 * first, then fewer unusual answers of AWS, and no day after the violation.
 */
export async function shortest(found: RunReply, request: RunRequest, worker: Worker): Promise<RunReply> {
  const violated = found.violation?.invariant;
  let smallest: RunRequest = {
    ...request,
    days: found.days,
    keep: found.faults.map(({ id }) => id),
    readings: found.readings,
  };
  const tries = async (changed: RunRequest) => {
    const reply = await worker.run(changed);
    if (reply.violation?.invariant !== violated) return;
    smallest = { ...changed, days: reply.days };
  };
  for (let caches = 1; caches < request.caches && smallest.caches === request.caches; caches++)
    await tries({ ...smallest, caches });
  const latestFirst = found.faults.toSorted((one, other) => other.fromMs - one.fromMs);
  for (const { id } of latestFirst) {
    const keep = smallest.keep?.filter((each) => each !== id) ?? [];
    if (keep.length < (smallest.keep?.length ?? 0)) await tries({ ...smallest, keep });
  }
  for (const id of Object.keys(found.readings)) {
    const { [id]: _, ...others } = smallest.readings as Chosen;
    await tries({ ...smallest, readings: others });
  }
  return worker.run({ ...smallest, traced: SHOWN_LINES });
}

/** What to tell of a run that failed. */
export function told(
  { seed, violation, faults, readings, trace, days }: RunReply,
  request: RunRequest,
): string {
  const at = violation === undefined ? '' : new Date(violation.atMs).toISOString();
  const began = faults.filter(({ fromMs }) => fromMs <= (violation?.atMs ?? 0) + DAY_MS);
  return [
    `seed ${seed}: ${violation?.invariant} is violated at ${at}, on day ${days}`,
    `  ${violation?.message}`,
    'faults that it takes:',
    ...(began.length === 0 ? ['  none'] : began.map((fault) => `  ${fault.told}`)),
    `answers of AWS that it takes: ${readingsInWords(readings)}`,
    'the end of its trace:',
    ...trace.map((line) => `  ${line}`),
    `again: npm run simulate -- --seed ${seed} --days ${request.drawnDays} --caches ${request.caches} --readings ${request.readings === 'drawn' ? 'drawn' : 'default'}`,
  ].join('\n');
}
