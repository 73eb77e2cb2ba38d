/** What an interpretation needs of a clock; the local AWS's and the simulation's have it. */
export interface Clock {
  /** ms since the epoch. */
  now(): number;
  /** Calls `fire` at the instant, never at once. */
  at(instantMs: number, fire: () => void): { cancel(): void };
}

/**
 * An execution, or a part of it that can end on its own: the branches of one state, one attempt of a Task. After the end
 * nothing in it continues, and its waits never resolve.
 */
export class Scope {
  readonly #clock: Clock;
  readonly #endings = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A part of this scope. It ends when this scope ends, or earlier. */
  inner(): Scope {
    const inner = new Scope(this.#clock);
    const forget = this.onEnd(() => inner.end());
    inner.onEnd(forget);
    return inner;
  }

  /** @returns a function that removes the listener */
  onEnd(listener: () => void): () => void {
    this.#endings.add(listener);
    return () => void this.#endings.delete(listener);
  }

  waitUntil(instantMs: number): Promise<void> {
    if (this.#isOver) return never();
    return new Promise((wake) => {
      const timer = this.#clock.at(instantMs, () => {
        forget();
        wake();
      });
      const forget = this.onEnd(() => timer.cancel());
    });
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const listener of [...this.#endings]) listener();
    this.#endings.clear();
  }
}

/** A new promise for each caller, because a promise keeps its listeners in memory. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
