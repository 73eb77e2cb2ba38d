import { ERASE_LINE, type Screen } from './screen.ts';

const BETWEEN_FRAMES_MS = 200;
/** Counts between two looks at the clock. */
const COUNTS_PER_LOOK = 1_024;

/** One line with a number that grows; nothing where there is no terminal. */
export class CountLine {
  readonly #screen: Screen;
  readonly #words: (counted: number) => string;
  #counted = 0;
  #nextMs = 0;

  constructor(screen: Screen, words: (counted: number) => string) {
    this.#screen = screen;
    this.#words = words;
  }

  count(): void {
    this.#counted++;
    if (this.#screen.isTTY !== true || this.#counted % COUNTS_PER_LOOK !== 0) return;
    const now = performance.now();
    if (now < this.#nextMs) return;
    this.#nextMs = now + BETWEEN_FRAMES_MS;
    this.#screen.write(`${ERASE_LINE}  ${this.#words(this.#counted)}`);
  }

  erase(): void {
    if (this.#nextMs > 0) this.#screen.write(ERASE_LINE);
    this.#nextMs = 0;
  }
}
