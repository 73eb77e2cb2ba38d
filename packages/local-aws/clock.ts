/**
 * The virtual clock of the local AWS. It runs at the speed of real time, and jumps to the next timer when nothing
 * is being worked on, so a 40-minute wait of a state machine costs milliseconds and every timestamp still agrees.
 *
 * Whoever does real work (an HTTP request, a Lambda invocation, a BGSAVE) declares it with {@link VirtualClock.track};
 * the clock never jumps while work is under way.
 */
export interface Timer {
  cancel(): void;
}

interface PendingTimer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

export class VirtualClock {
  #skippedMs: number;
  #order = 0;
  #working = 0;
  readonly #timers = new Set<PendingTimer>();

  /** @param startsAt virtual instant of now, ms since the epoch. @default the real time */
  constructor(startsAt: number = Date.now()) {
    this.#skippedMs = startsAt - Date.now();
  }

  /** The virtual instant, ms since the epoch. */
  now(): number {
    return Date.now() + this.#skippedMs;
  }

  /** What to add to the real time to get the virtual one, ms. Handed to child processes so that they agree. */
  get offsetMs(): number {
    return this.#skippedMs;
  }

  /** Calls `fire` once the virtual time is at or after `at`. */
  at(at: number, fire: () => void): Timer {
    const timer: PendingTimer = { at, order: this.#order++, fire };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Resolves after `ms` of virtual time; rejects with the signal's reason if it is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        timer.cancel();
        reject(signal?.reason);
      };
      const timer = this.at(this.now() + ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Declares work under way until the promise settles; returns the promise. */
  async track<T>(work: Promise<T> | (() => Promise<T>)): Promise<T> {
    this.#working++;
    try {
      return await (typeof work === 'function' ? work() : work);
    } finally {
      this.#working--;
    }
  }

  /** How many timers wait; what nothing else will wake. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  /**
   * Lets virtual time pass, jumping over idle stretches, until `done()` is true or `untilMs` (virtual instant) is reached.
   * @returns whether `done()` became true
   */
  async run(options: { readonly until: number; readonly done?: () => boolean }): Promise<boolean> {
    const done = options.done ?? (() => false);
    while (true) {
      await this.#idle();
      if (done()) return true;
      const next = this.#next();
      if (next === undefined || next.at > options.until) {
        this.#jumpTo(options.until);
        return done();
      }
      this.#fire(next);
    }
  }

  /** Fires the timers that real time has made due; call it regularly when nobody calls {@link run}. */
  fireDue(): void {
    for (let next = this.#next(); next !== undefined && next.at <= this.now(); next = this.#next())
      this.#fire(next);
  }

  #fire(timer: PendingTimer): void {
    this.#timers.delete(timer);
    this.#jumpTo(timer.at);
    timer.fire();
  }

  #jumpTo(instant: number): void {
    const ahead = instant - this.now();
    if (ahead > 0) this.#skippedMs += ahead;
  }

  #next(): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (
        first === undefined ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }

  /** Resolves when no work is under way and the promises that its end woke have run. */
  async #idle(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 4; quietTurns++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#working === 0) continue;
      quietTurns = -1;
      this.fireDue();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}
