import type { RedrillEvent } from '../contracts/events.ts';
import type { RecoveryPoint } from '../contracts/recovery-point.ts';
import type { ReleaseDecision } from './decide-releases.ts';

/** That recovery points were released, for programs. */
export function releasedEventsOf(
  cache: string,
  region: string,
  { release }: Pick<ReleaseDecision<RecoveryPoint>, 'release'>,
): readonly RedrillEvent[] {
  return release.map(({ point: { slot, tier, plan }, why }) => ({
    name: 'Released',
    detail: { version: 1, id: `release/${tier}/${cache}/${slot}`, region, cache, plan, slot, tier, why },
  }));
}
