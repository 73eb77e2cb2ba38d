import { Worker } from '../pool.ts';
import type { RunReply, RunRequest } from '../worker.ts';
import type { Mutation } from './mutation.ts';
import { MUTATIONS, mutationNamed } from './mutations.ts';

/** What became of one planted bug. */
export interface Catch {
  readonly bug: string;
  readonly file: string;
  /** Undefined if nothing was noticed. */
  readonly invariant: string | undefined;
  readonly message: string;
  readonly seed: number;
  readonly days: number;
}

export interface PlantedOptions {
  /** @default all */
  readonly names: readonly string[];
  readonly workers: number;
  /** The stacks as they are without a bug. */
  readonly deployment: string;
  /** Whether bugs that come out under unusual answers of AWS are hunted under the usual ones too. @default false */
  readonly usualReadings?: boolean;
  readonly caught: (found: Catch) => void;
}

/** So many runs, of so many days, before a bug counts as not caught. */
const SEEDS = 8;
const DAYS = 70;
/** Under the faults that bring a bug out they come thicker. */
const DAYS_UNDER = 24;

/** Plants one bug after another, and runs the simulation until it is caught. */
export async function runPlanted({
  names,
  workers,
  deployment,
  usualReadings = false,
  caught,
}: PlantedOptions): Promise<readonly Catch[]> {
  const bugs = names.length === 0 ? MUTATIONS : names.map(mutationNamed);
  const found = new Map<string, Catch>();
  let next = 0;
  const worker = async () => {
    for (let bug = bugs[next++]; bug !== undefined; bug = bugs[next++]) {
      const result = await hunted(usualReadings ? { ...bug, readings: {} } : bug, deployment);
      found.set(bug.name, result);
      caught(result);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return bugs.flatMap(({ name }) => found.get(name) ?? []);
}

/** The run that is to catch a bug; without the bug nothing is violated in it. */
export function runThatCatches({ under, days: own, readings = {} }: Mutation, seed: number): RunRequest {
  const days = own ?? (under === undefined ? DAYS : DAYS_UNDER);
  return { seed, days, drawnDays: days, caches: 3, ...(under && { only: under }), readings };
}

async function hunted(bug: Mutation, deployment: string): Promise<Catch> {
  const worker = new Worker({
    REDRILL_PLANTED: bug.name,
    // What is built from lib/ must be synthesised with the bug in it.
    ...(bug.file.startsWith('lib/') || bug.file.startsWith('core/model/')
      ? {}
      : { REDRILL_DEPLOYMENT: deployment }),
  });
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const reply = await worker.run(runThatCatches(bug, seed));
      if (reply.violation !== undefined) return catchOf(bug, reply, seed);
    }
    return {
      bug: bug.name,
      file: bug.file,
      invariant: undefined,
      message: 'not caught',
      seed: SEEDS,
      days: DAYS,
    };
  } catch (error) {
    throw new Error(`planted bug '${bug.name}': ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    worker.end();
  }
}

function catchOf(bug: Mutation, { violation, days }: RunReply, seed: number): Catch {
  const { invariant, message = '' } = violation ?? {};
  return { bug: bug.name, file: bug.file, invariant, message, seed, days };
}
