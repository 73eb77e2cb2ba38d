import type { ExportSeal } from '../contracts/export.ts';
import { executionNameOf } from '../model/names.ts';
import type { Workflows } from '../ports.ts';

/** How far the ingest of one export has come; Step Functions never reuses a name, so each try has its own number. */
export type IngestProgress =
  | { readonly state: 'running' }
  /** The last try ended a moment ago. */
  | { readonly state: 'resting'; readonly failedTries: number }
  | { readonly state: 'due'; readonly failedTries: number };

/** A try an hour, so that a fault which lasts is told once an hour; the steps' own retries see to what passes sooner. */
const PAUSE_MS = 60 * 60_000;

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
    if (execution.stoppedAt === undefined) return { state: 'running' };
    lastEndedMs = execution.stoppedAt.getTime();
  }
}

export interface WaitingExport {
  readonly seal: ExportSeal;
  readonly progress: IngestProgress;
}

/** After so many failed tries an export lets newer ones of its cache go first. */
const STANDS_ASIDE_AFTER = 3;

/**
 * Of each cache, the export to ingest next, if any. One at a time, the oldest slot first, because a tier is earned by what
 * is already verified; but an export that keeps failing must not hold up the sound ones behind it.
 */
export function nextExports(waiting: readonly WaitingExport[]): readonly WaitingExport[] {
  const caches = Map.groupBy(waiting, ({ seal }) => seal.cache);
  return [...caches.values()].flatMap((exports) => {
    if (exports.some(({ progress }) => progress.state === 'running')) return [];
    const oldestFirst = exports.toSorted((one, other) => (one.seal.slot < other.seal.slot ? -1 : 1));
    const first = oldestFirst.find(({ progress }) => !standsAside(progress)) ?? oldestFirst.find(isDue);
    return first !== undefined && isDue(first) ? [first] : [];
  });
}

function standsAside(progress: IngestProgress): boolean {
  return progress.state !== 'running' && progress.failedTries >= STANDS_ASIDE_AFTER;
}

function isDue({ progress }: WaitingExport): boolean {
  return progress.state === 'due';
}
