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

/** Tries of one export: the first two quarters of an hour apart, then hourly, until the landing bucket lets go of it. */
const MAX_ATTEMPTS = 7 * 24;
const PAUSE_MS = { early: 15 * 60_000, later: 60 * 60_000 } as const;

/**
 * The number of the next try to start; undefined while one is running, succeeded or failed a moment ago. Step Functions
 * never reuses a name, so each try has its own.
 */
export async function nextAttempt(
  { cache, slot }: Pick<ExportSeal, 'cache' | 'slot'>,
  now: Date,
  find: (name: string) => ReturnType<Workflows['find']>,
): Promise<number | undefined> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const execution = await find(executionNameOf(cache, slot, attempt));
    if (execution === undefined) return attempt;
    if (execution.stoppedAt === undefined || execution.status === 'RUNNING') return undefined;
    const pauseMs = attempt <= 2 ? PAUSE_MS.early : PAUSE_MS.later;
    const isLast = (await find(executionNameOf(cache, slot, attempt + 1))) === undefined;
    if (isLast && now.getTime() - execution.stoppedAt.getTime() < pauseMs) return undefined;
  }
  return undefined;
}
