import { setTimeout as sleep } from 'node:timers/promises';

/** How much of a second's worth may go at once: more would come in bursts. */
const BURST_SECONDS = 0.05;

/** A bucket of tokens that fills at so many a second. */
export class Pace {
  /** How many may be taken at once. */
  readonly atOnce: number;
  readonly #perSecond: number;
  readonly #signal: AbortSignal;
  #tokens: number;
  #filledAt = performance.now();
  #holds = 0;
  #held: (() => void)[] = [];

  /** @param perSecond without end if undefined */
  constructor(perSecond: number | undefined, signal: AbortSignal) {
    this.#perSecond = perSecond ?? Number.POSITIVE_INFINITY;
    this.#signal = signal;
    this.atOnce = Math.max(1, Math.floor(this.#perSecond * BURST_SECONDS));
    this.#tokens = this.atOnce;
    signal.addEventListener('abort', () => this.#resume());
  }

  /** Waits until so many may go; they may leave a debt that those after them wait for. */
  async take(count: number): Promise<void> {
    while (this.#holds > 0 && !this.#signal.aborted)
      await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.#perSecond === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#filledAt = now;
    this.#tokens = Math.min(this.atOnce, this.#tokens + earned) - count;
    if (this.#tokens < 0)
      await sleep((-this.#tokens / this.#perSecond) * 1000, undefined, { signal: this.#signal });
  }

  /** Lets nothing more go until each hold is released: what has gone has to be tried again first. */
  hold(): void {
    this.#holds++;
  }

  release(): void {
    if (--this.#holds === 0) this.#resume();
  }

  #resume(): void {
    for (const resume of this.#held.splice(0)) resume();
  }
}
