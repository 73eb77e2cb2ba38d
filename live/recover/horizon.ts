import type { ShardProgress } from './progress.ts';

/**
 * How far ahead of what has been written down may be sent, bytes of the file. Of what lies between, nobody knows after a
 * kill what has arrived, so its keys are looked at if they are there.
 */
const HORIZON_BYTES = 16 * 1024 * 1024;
/** How far before its end the next one is begun, so that nothing waits for the disk. */
const AHEAD_BYTES = HORIZON_BYTES / 2;

/** Up to which byte of a file something may have been sent, as it is written down. */
export class Horizon {
  /** Of an earlier run: before this byte, a key that is there may be our own. */
  readonly uncertainBefore: number;
  readonly #progress: ShardProgress;
  readonly #save: () => Promise<void>;
  #announced: number;
  #announcing: Promise<void> | undefined;

  /** @param save writes the progress down, and returns when it is safe */
  constructor(progress: ShardProgress, save: () => Promise<void>) {
    this.uncertainBefore = progress.horizon;
    this.#progress = progress;
    this.#save = save;
    this.#announced = progress.horizon;
  }

  /** Returns when what begins before this byte may be sent. @throws if it cannot be written down */
  async reach(position: number): Promise<void> {
    for (;;) {
      if (position + AHEAD_BYTES > this.#announced) this.#begin(position + HORIZON_BYTES);
      if (position <= this.#announced) return;
      await this.#announcing;
    }
  }

  #begin(horizon: number): void {
    if (this.#announcing !== undefined) return;
    this.#announcing = this.#announce(horizon);
    // Whoever has to wait for it learns of a failure, and nobody goes on without it.
    this.#announcing.catch(() => undefined);
  }

  async #announce(horizon: number): Promise<void> {
    this.#progress.horizon = horizon;
    try {
      await this.#save();
      this.#announced = horizon;
    } finally {
      this.#announcing = undefined;
    }
  }
}
