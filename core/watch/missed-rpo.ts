import { alertOfFreshness, alertOfRecovery } from '../alerts/compose-alerts.ts';
import type { EndOf, Notice } from '../alerts/plan-notices.ts';
import type { Freshness } from './assess-freshness.ts';

/** A notice for each cache outside its RPO, which is a fault of the cache's name. */
export function noticesOfRpo(fleet: readonly Freshness[]): readonly Notice[] {
  return fleet
    .filter(({ outsideRpo }) => outsideRpo)
    .map((each) => ({ fault: each.cache, parts: [], alert: alertOfFreshness(each) }));
}

/** That a cache is within its RPO again; nothing of a cache that was forgotten meanwhile. */
export function endOfMissedRpo(fleet: readonly Freshness[]): EndOf {
  return (fault) => {
    const found = fleet.find(({ cache }) => cache === fault);
    return found && alertOfRecovery(found);
  };
}
