import type { VirtualClock } from '../../clock.ts';
import type { Readings } from '../../readings.ts';

const HIDDEN_MS = 60_000;

/** Forgets what is deleted, when a `Describe…` no longer shows it. */
export function whenForgotten(
  { readings, clock }: { readonly readings: Readings; readonly clock: VirtualClock },
  forget: () => void,
): void {
  if (readings['deleted-visible'] === 'gone') forget();
  else clock.at(clock.now() + HIDDEN_MS, forget);
}

/** Whether a `Describe…` shows what a `Create…` made at an instant. */
export function isVisible(readings: Readings, madeAt: number, now: number): boolean {
  return readings['created-visible'] === 'at-once' || now - madeAt >= HIDDEN_MS;
}
