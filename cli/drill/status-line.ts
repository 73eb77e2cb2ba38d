import type { ExecutionView } from '../../adapters/aws/execution-view.ts';

const ERASE_LINE = '\r\u001b[K';

/** Where an execution is: one line that is rewritten on a terminal, one line per step elsewhere. */
export class StatusLine {
  readonly #screen: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;
  #last = '';

  constructor(screen: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>) {
    this.#screen = screen;
  }

  show({ state, startedAt }: ExecutionView): void {
    const step = inWords(state);
    if (this.#screen.isTTY) {
      const seconds = Math.max(0, Math.round((Date.now() - startedAt.getTime()) / 1000));
      this.#screen.write(`${ERASE_LINE}  ${step}  ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
    } else if (step !== this.#last) this.#screen.write(`  ${step}\n`);
    this.#last = step;
  }

  end(): void {
    if (this.#screen.isTTY && this.#last !== '') this.#screen.write(ERASE_LINE);
  }
}

/** `VerifyRestore` as `verify restore`. */
function inWords(state: string): string {
  return state.replace(/(?<=[a-z])[A-Z]/g, ' $&').toLowerCase();
}
