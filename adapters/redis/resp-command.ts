/** Commands as servers read them: arrays of strings. */
export type Argument = string | number | Uint8Array;

const LINE_END = Buffer.from('\r\n');
const FIRST_CAPACITY_BYTES = 192 * 1024;
const [CARRIAGE_RETURN, LINE_FEED] = [0x0d, 0x0a];
const DOLLAR = 0x24;
const ZERO = 0x30;
const TEN = 10;
/** `$`, the digits of a length, and the end of the line, at most. */
const LENGTH_BYTES = 24;
/** Up to this a loop copies faster than a view of the bytes. */
const LOOP_BYTES = 128;

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
    this.#reserve(start.length + LENGTH_BYTES + size + LINE_END.length);
    this.#append(start, 0, start.length);
    this.#bytes[this.#size++] = DOLLAR;
    this.#appendNumber(size);
    this.#endLine();
    this.#append(source, from, to);
    this.#endLine();
  }

  /** Names are short: what a view and a call into the runtime cost is more than a loop takes. */
  #append(source: Uint8Array, from: number, to: number): void {
    const bytes = this.#bytes;
    let at = this.#size;
    if (to - from > LOOP_BYTES) bytes.set(source.subarray(from, to), at);
    else for (let next = from; next < to; next++) bytes[at++] = source[next] ?? 0;
    this.#size += to - from;
  }

  #appendNumber(value: number): void {
    let place = 1;
    while (place * TEN <= value) place *= TEN;
    for (; place >= 1; place /= TEN) this.#bytes[this.#size++] = ZERO + (Math.floor(value / place) % TEN);
  }

  #endLine(): void {
    this.#bytes[this.#size++] = CARRIAGE_RETURN;
    this.#bytes[this.#size++] = LINE_FEED;
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#size + bytes));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}
