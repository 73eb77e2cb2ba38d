import { createInterface, type Interface } from 'node:readline/promises';
import { AppError } from '../../core/model/errors.ts';

/** Where questions are asked and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** The terminal of this process; undefined if nobody sits at standard input. */
export function ownTerminal(): Terminal | undefined {
  return process.stdin.isTTY === true ? { input: process.stdin, output: process.stderr } : undefined;
}

/**
 * Asks one question after the other. Lines that are typed ahead answer the next ones. Ctrl-C ends the process by the signal;
 * Ctrl-D refuses the question.
 */
export class Questions {
  readonly #lines: Interface;
  readonly #typedAhead: string[] = [];
  readonly #output: NodeJS.WritableStream;
  #waiting: { answer(line: string): void; refuse(error: Error): void } | undefined;
  #isOver = false;

  constructor({ input, output }: Terminal) {
    this.#output = output;
    this.#lines = createInterface({ input, output });
    this.#lines.on('line', (line) => {
      if (this.#waiting === undefined) this.#typedAhead.push(line);
      else this.#waiting.answer(line);
    });
    this.#lines.on('SIGINT', () => {
      this.close();
      process.kill(process.pid, 'SIGINT');
    });
    this.#lines.on('close', () => {
      this.#isOver = true;
      this.#waiting?.refuse(inputEnded());
    });
  }

  /** @throws AppError `BadInput` if the input ends instead. @returns the answer, without blanks around it */
  async ask(question: string): Promise<string> {
    const [ahead] = this.#typedAhead.splice(0, 1);
    if (ahead !== undefined) {
      this.#output.write(`${question}${ahead}\n`);
      return ahead.trim();
    }
    if (this.#isOver) throw inputEnded();
    this.#lines.setPrompt(question);
    this.#lines.prompt();
    const line = await new Promise<string>((answer, refuse) => {
      this.#waiting = { answer, refuse };
    }).finally(() => {
      this.#waiting = undefined;
    });
    return line.trim();
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  close(): void {
    this.#lines.close();
  }
}

function inputEnded(): AppError {
  return new AppError('BadInput', 'the input ended before every question was answered; nothing was written');
}
