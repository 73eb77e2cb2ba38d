/** Commands as servers read them: arrays of strings. */
export type Argument = string | number | Uint8Array;

const LINE_END = Buffer.from('\r\n');
const FIRST_CAPACITY_BYTES = 64 * 1024;

/** One command as bytes. */
export function encodeCommand(command: readonly Argument[]): Buffer {
  const parts = command.map((argument) =>
    typeof argument === 'object' ? argument : Buffer.from(String(argument)),
  );
  return Buffer.concat([
    Buffer.from(`*${parts.length}\r\n`),
    ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, LINE_END]),
  ]);
}

/** What stands before the last argument of a command of which only that one changes. */
export function encodeStart(...command: readonly [string, ...string[]]): Buffer {
  const words = command.map((word) => `$${word.length}\r\n${word}\r\n`);
  return Buffer.from(`*${command.length + 1}\r\n${words.join('')}`);
}

/** Many commands, each of a start that stays and an argument of its own, put together without an object for any. */
export class CommandBatch {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  #size = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  add(start: Uint8Array, source: Uint8Array, from: number, to: number): void {
    const size = to - from;
    const length = `$${size}\r\n`;
    this.#reserve(start.length + length.length + size + LINE_END.length);
    this.#bytes.set(start, this.#size);
    this.#size += start.length;
    this.#size += this.#bytes.write(length, this.#size, 'latin1');
    this.#bytes.set(source.subarray(from, to), this.#size);
    this.#size += size;
    this.#bytes.set(LINE_END, this.#size);
    this.#size += LINE_END.length;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#size + bytes));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}
