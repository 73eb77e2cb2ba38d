import type { ExportSeal } from '../contracts/export.ts';
import { executionNameOf } from '../model/names.ts';
import type { Workflows } from '../ports.ts';

/** Of each cache, the export with the oldest slot. */
export function oldestPerCache(seals: readonly ExportSeal[]): readonly ExportSeal[] {
  const oldest = new Map<string, ExportSeal>();
  for (const seal of seals) {
    const other = oldest.get(seal.cache);
    if (other === undefined || seal.slot < other.slot) oldest.set(seal.cache, seal);
  }
  return [...oldest.values()];
}

/** Tries of one export: two pauses of a quarter of an hour, then hourly ones for the week that the landing bucket keeps it. */
const MAX_ATTEMPTS = 7 * 24;
const PAUSE_MS = { early: 15 * 60_000, later: 60 * 60_000 } as const;

/**
 * The number of the next try to start; undefined while one is running, or the last one ended a moment ago. Step Functions
 * never reuses a name, so each try has its own.
 */
export async function nextAttempt(
  { cache, slot }: Pick<ExportSeal, 'cache' | 'slot'>,
  now: Date,
  find: (name: string) => ReturnType<Workflows['find']>,
): Promise<number | undefined> {
  let pausedUntilMs = 0;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const execution = await find(executionNameOf(cache, slot, attempt));
    if (execution === undefined) return now.getTime() < pausedUntilMs ? undefined : attempt;
    if (execution.stoppedAt === undefined || execution.status === 'RUNNING') return undefined;
    pausedUntilMs = execution.stoppedAt.getTime() + (attempt <= 2 ? PAUSE_MS.early : PAUSE_MS.later);
  }
  return undefined;
}
