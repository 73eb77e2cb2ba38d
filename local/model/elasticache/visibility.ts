import type { Readings } from '../../readings.ts';

const HIDDEN_MS = 60_000;

/** Whether a `Describe…` shows what a `Create…` made at an instant. */
export function isVisible(readings: Readings, madeAt: number, now: number): boolean {
  return readings['created-visible'] === 'at-once' || now - madeAt >= HIDDEN_MS;
}
