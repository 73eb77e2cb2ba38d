import { ERASE_LINE, type Screen } from './screen.ts';

/** A server that answers within this time is not waited for visibly. */
const FIRST_MS = 1_000;
const FRAME_MS = 1_000;

/** Says that a server has not answered yet, since when, and how long it is waited for. Once where there is no terminal. */
export class WaitingLine {
  readonly #screen: Screen;
  readonly #timer: NodeJS.Timeout;
  #isShown = false;

  constructor(screen: Screen, server: string, longestMs: number) {
    this.#screen = screen;
    const sinceMs = Date.now();
    const words = `waiting for ${server}, which has not answered since ${timeOf(sinceMs)}; until ${timeOf(sinceMs + longestMs)} at most`;
    this.#timer = setInterval(() => this.#show(words), screen.isTTY === true ? FRAME_MS : FIRST_MS);
    this.#timer.unref();
  }

  erase(): void {
    clearInterval(this.#timer);
    if (this.#isShown && this.#screen.isTTY === true) this.#screen.write(ERASE_LINE);
  }

  #show(words: string): void {
    if (this.#screen.isTTY === true) this.#screen.write(`${ERASE_LINE}  ${words}`);
    else if (!this.#isShown) this.#screen.write(`${words}\n`);
    this.#isShown = true;
  }
}

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 19)} UTC`;
