import type { ExportSeal } from '../contracts/export.ts';
import { groupBy } from '../model/group-by.ts';
import { executionNameOf } from '../model/names.ts';
import { HOUR_MS } from '../model/time.ts';
import type { Workflows } from '../ports.ts';

/** How far the ingest of one export has come; Step Functions never reuses a name, so each try has its own number. */
export interface IngestProgress {
  /** `resting`: the last try ended less than an hour ago. */
  readonly state: 'running' | 'resting' | 'due';
  readonly failedTries: number;
}

/** A try an hour, so that a fault which lasts is told once an hour; the steps' own retries see to what passes sooner. */
const PAUSE_MS = HOUR_MS;

export async function ingestProgress(
  { cache, slot }: Pick<ExportSeal, 'cache' | 'slot'>,
  now: Date,
  find: (name: string) => ReturnType<Workflows['find']>,
): Promise<IngestProgress> {
  let lastEndedMs = Number.NEGATIVE_INFINITY;
  for (let failedTries = 0; ; failedTries++) {
    const execution = await find(executionNameOf(cache, slot, failedTries + 1));
    if (execution === undefined) {
      return { state: now.getTime() - lastEndedMs < PAUSE_MS ? 'resting' : 'due', failedTries };
    }
    // Whether a redriven execution keeps the date of its first end, AWS does not say; its status is what counts.
    if (execution.stoppedAt === undefined || execution.status === 'RUNNING') {
      return { state: 'running', failedTries };
    }
    lastEndedMs = execution.stoppedAt.getTime();
  }
}

/**
 * Exports that are asked about in one look. DescribeExecution allows 250 calls at once and 10 a second from then on, in
 * some regions more, and an export takes a call for each of its tries.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html (checked 2026-11-22)
 */
const ASKED_IN_A_LOOK = 100;

/**
 * The waiting exports that this look is about: mostly all. Where an outage has left more than can be asked about, caches
 * take turns, each with all its exports, because which of them is next only all of them tell.
 *
 * @param look a number that grows by one from look to look
 */
export function exportsInTurn(waiting: readonly ExportSeal[], look: number): readonly ExportSeal[] {
  const caches = [...groupBy(waiting, ({ cache }) => cache)].sort(([one], [other]) => (one < other ? -1 : 1));
  const turns: ExportSeal[][] = [];
  for (const [, exports] of caches) {
    const last = turns.at(-1);
    if (last === undefined || last.length + exports.length > ASKED_IN_A_LOOK) turns.push([...exports]);
    else last.push(...exports);
  }
  return turns[look % turns.length] ?? [];
}

export interface WaitingExport {
  readonly seal: ExportSeal;
  readonly progress: IngestProgress;
}

/** After so many failed tries an export lets newer ones of its cache go first. */
const STANDS_ASIDE_AFTER = 3;

/** What ingests may take of the account's Lambdas. */
export interface LambdaRoom {
  /** How many the account may run at the same time, whoever's they are. */
  readonly lambdas: number;
  /** How many one ingest runs at most. */
  readonly shardsAtOnce: number;
}

/** Of a new account, until it has been used. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const FEWEST_LAMBDAS = 10;

/**
 * The exports to ingest next. All ingests together take half of the account's Lambdas, so that the other half is there
 * for the watch and whatever else; who has waited longest goes first, and one always goes.
 */
export function nextExports(
  waiting: readonly WaitingExport[],
  { lambdas, shardsAtOnce }: LambdaRoom,
): readonly WaitingExport[] {
  const takes = ({ seal }: WaitingExport) => Math.min(seal.shards.length, shardsAtOnce);
  let taken = waiting
    .filter(({ progress }) => progress.state === 'running')
    .reduce((sum, each) => sum + takes(each), 0);
  const started: WaitingExport[] = [];
  for (const next of nextOfEachCache(waiting).toSorted((one, other) => bySlot(one, other))) {
    if (taken > 0 && taken + takes(next) > Math.floor(lambdas / 2)) break;
    taken += takes(next);
    started.push(next);
  }
  return started;
}

/**
 * Of each cache, the export to ingest next, if any. One at a time, the oldest slot first, because a tier is earned by what
 * is already verified; but an export that keeps failing must not hold up the sound ones behind it. Those that stand aside
 * take turns, and share one try an hour: a fault of the whole cache must not be told once an hour for each of them.
 */
function nextOfEachCache(waiting: readonly WaitingExport[]): readonly WaitingExport[] {
  const caches = groupBy(waiting, ({ seal }) => seal.cache);
  return [...caches.values()].flatMap((exports) => {
    const is = (state: IngestProgress['state']) => exports.some(({ progress }) => progress.state === state);
    const first = exports.toSorted(byTurn)[0];
    if (first?.progress.state !== 'due' || is('running')) return [];
    return standsAside(first) && is('resting') ? [] : [first];
  });
}

/** The oldest slot first; after all others those that stand aside, the least tried first. */
function byTurn(one: WaitingExport, other: WaitingExport): number {
  const turn = (each: WaitingExport) => (standsAside(each) ? each.progress.failedTries : 0);
  return turn(one) - turn(other) || bySlot(one, other);
}

function bySlot({ seal: one }: WaitingExport, { seal: other }: WaitingExport): number {
  return one.slot === other.slot ? 0 : one.slot < other.slot ? -1 : 1;
}

function standsAside({ progress }: WaitingExport): boolean {
  return progress.failedTries >= STANDS_ASIDE_AFTER;
}
