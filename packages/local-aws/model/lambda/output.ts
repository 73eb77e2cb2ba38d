import type { Readable } from 'node:stream';
import { endOfOutput } from './protocol.ts';

/** Cuts a child's output into lines, and knows when all output of an invocation has been read. */
export class OutputReader {
  readonly #onLine: (line: string) => void;
  #rest = '';
  #awaited: { readonly mark: string; readonly seen: () => void } | undefined;

  constructor(stream: Readable, onLine: (line: string) => void) {
    this.#onLine = onLine;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#read(text));
    stream.on('end', () => this.#end());
  }

  /** Resolves once everything that was written before the invocation's end mark was handed to `onLine`. */
  endOf(requestId: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { mark: endOfOutput(requestId), seen: resolve };
      this.#read('');
    });
  }

  #read(text: string): void {
    this.#rest += text;
    const mark = this.#awaited?.mark;
    const at = mark === undefined ? -1 : this.#rest.indexOf(mark);
    if (mark === undefined || at < 0) {
      this.#cut();
      return;
    }
    const after = this.#rest.slice(at + mark.length);
    this.#rest = this.#rest.slice(0, at);
    this.#flush();
    this.#rest = after;
    this.#awaited?.seen();
    this.#awaited = undefined;
  }

  #cut(): void {
    const lines = this.#rest.split('\n');
    // An end mark that nobody awaits yet stays in `#rest`, with everything after it.
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
  }

  #flush(): void {
    this.#cut();
    this.#emit(this.#rest);
    this.#rest = '';
  }

  #end(): void {
    this.#flush();
    this.#awaited?.seen();
    this.#awaited = undefined;
  }

  #emit(line: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: end marks of an invocation nobody waited for
    const text = line.replaceAll(/\u0000[^\u0000]*\u0000/g, '').trimEnd();
    if (text !== '') this.#onLine(text);
  }
}
