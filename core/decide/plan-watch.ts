import type { WatchMemory } from '../contracts/watch.ts';
import type { Alert } from '../ports.ts';
import type { Freshness } from './assess-freshness.ts';
import { alertOfFreshness, alertOfRecovery } from './compose-alerts.ts';

/** One fault is told at most once an hour, and once more when it is over. */
const TELL_AGAIN_AFTER_MS = 3_600_000;

export interface WatchDecision {
  readonly alerts: readonly Alert[];
  readonly memory: WatchMemory;
}

/** Whom to tell what after a look at the vault, and what to remember until the next one. */
export function planWatch(fleet: readonly Freshness[], memory: WatchMemory, now: Date): WatchDecision {
  const alerts: Alert[] = [];
  const told: Record<string, string> = {};
  const firstSeen: Record<string, string> = {};
  for (const each of fleet) {
    const { cache, newest, outsideRpo } = each;
    const toldAt = memory.told[cache];
    if (newest === undefined) firstSeen[cache] = memory.firstSeen[cache] ?? now.toISOString();
    if (!outsideRpo) {
      if (toldAt !== undefined) alerts.push(alertOfRecovery(each));
      continue;
    }
    const due = toldAt === undefined || now.getTime() - Date.parse(toldAt) >= TELL_AGAIN_AFTER_MS;
    if (due) alerts.push(alertOfFreshness(each));
    told[cache] = due ? now.toISOString() : toldAt;
  }
  return { alerts, memory: { version: 1, firstSeen, told } };
}
