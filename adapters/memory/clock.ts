/** Time as the ports in memory see it; ms since the epoch. */
export interface Clock {
  readonly now: number;
  /** Calls back at that instant, or at the present one if it has passed. */
  at(instantMs: number, fire: () => void): void;
}
