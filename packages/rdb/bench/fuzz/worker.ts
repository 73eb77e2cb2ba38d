/** One of the threads that share a run: it judges its range of files, and shows which one it is at. */
import { parentPort, workerData } from 'node:worker_threads';
import { fuzz } from './run.ts';

/** What a thread is given to do. */
export interface Shard {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly oracleShare: number;
  /** When to stop, whatever is left. */
  readonly untilMs: number;
  /** The number of the file that is being judged. */
  readonly current: BigInt64Array<SharedArrayBuffer>;
}

const shard = workerData as Shard;
const before = (number: number): boolean => {
  Atomics.store(shard.current, 0, BigInt(number));
  return Date.now() < shard.untilMs;
};
parentPort?.postMessage(fuzz({ ...shard, before }));
