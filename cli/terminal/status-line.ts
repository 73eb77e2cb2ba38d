import type { ExecutionView } from '../../adapters/aws/execution-view.ts';
import type { Now } from '../../core/ports.ts';
import { ERASE_LINE, type Screen } from './screen.ts';

/** Where an execution is: one line that is rewritten on a terminal, one line per step elsewhere. */
export class StatusLine {
  readonly #screen: Screen;
  readonly #now: Now;
  #last = '';

  constructor(screen: Screen, now: Now) {
    this.#screen = screen;
    this.#now = now;
  }

  show({ state, startedAt }: ExecutionView): void {
    this.step(inWords(state), startedAt);
  }

  /** @param detail how far it is, for terminals */
  step(step: string, startedAt: Date, detail = ''): void {
    if (this.#screen.isTTY) {
      const seconds = Math.max(0, Math.round((this.#now().getTime() - startedAt.getTime()) / 1000));
      this.#screen.write(
        `${ERASE_LINE}  ${step}${detail}  ${Math.floor(seconds / 60)} min ${seconds % 60} s`,
      );
    } else if (step !== this.#last) this.#screen.write(`  ${step}\n`);
    this.#last = step;
  }

  end(): void {
    if (this.#screen.isTTY && this.#last !== '') this.#screen.write(ERASE_LINE);
    this.#last = '';
  }
}

/** `VerifyRestore` as `verify restore`. */
function inWords(state: string): string {
  return state.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}
