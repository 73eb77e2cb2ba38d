/** Shares a run between threads, and stops it when one of them hangs. */
import { setInterval } from 'node:timers';
import { Worker } from 'node:worker_threads';
import { noTallies, type Tallies } from './run.ts';
import type { Shard } from './worker.ts';

/** A thread that is at one file for so long hangs: far beyond what a file may take, for the machine may be busy. */
const HANGS_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

export interface Run {
  readonly seed: number;
  readonly files: number;
  readonly shards: number;
  readonly oracleShare: number;
  readonly seconds: number;
}

/** @throws the failure of any shard */
export async function fuzzInShards(run: Run): Promise<Tallies> {
  const untilMs = Date.now() + run.seconds * 1000;
  const bounds = Array.from({ length: run.shards + 1 }, (_, i) => Math.floor((run.files * i) / run.shards));
  const parts = await Promise.all(
    bounds.slice(1).map((to, index) =>
      inThread({
        ...run,
        from: bounds[index] ?? 0,
        to,
        untilMs,
        current: new BigInt64Array(new SharedArrayBuffer(8)),
      }),
    ),
  );
  return merged(parts);
}

function inThread(shard: Shard): Promise<Tallies> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: shard });
    let [at, sinceMs] = [-1n, Date.now()];
    const watch = setInterval(() => {
      const now = Atomics.load(shard.current, 0);
      if (now !== at) [at, sinceMs] = [now, Date.now()];
      else if (Date.now() - sinceMs > HANGS_AFTER_MS) {
        reject(new Error(`file ${at} of seed ${shard.seed}: hangs`));
        worker.terminate();
      }
    }, LOOK_EVERY_MS);
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      clearInterval(watch);
      reject(new Error(`a thread ended with status ${code} at file ${Atomics.load(shard.current, 0)}`));
    });
  });
}

function merged(parts: readonly Tallies[]): Tallies {
  const whole = noTallies();
  for (const [name, tally] of parts.flatMap((part) => Object.entries(part))) {
    const sum = whole[name];
    if (!sum) continue;
    sum.files += tally.files;
    sum.compared += tally.compared;
    sum.slowestMs = Math.max(sum.slowestMs, tally.slowestMs);
    for (const [outcome, files] of Object.entries(tally.outcomes))
      sum.outcomes[outcome] = (sum.outcomes[outcome] ?? 0) + files;
  }
  return whole;
}
