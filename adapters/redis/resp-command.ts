/** Commands as servers read them: arrays of strings. */
export type Argument = string | number | Uint8Array;

const LINE_END = Buffer.from('\r\n');
const FIRST_CAPACITY_BYTES = 192 * 1024;
/** A batch keeps no more memory than this for the next one. */
const MAX_CAPACITY_BYTES = 1024 * 1024;
const [CARRIAGE_RETURN, LINE_FEED] = [0x0d, 0x0a];
const DOLLAR = 0x24;
const ZERO = 0x30;
const TEN = 10;
/** What an encoded argument has besides its own bytes, at most: `$`, the digits of the length, and two line ends. */
export const ARGUMENT_BYTES = 26;
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

/** Many commands, each of a start that stays and an argument that is encoded already, put together without an object for any. */
export class CommandBatch {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
  #size = 0;

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#size);
  }

  /** Begins anew, in the same memory unless that has become large: what was sent has to be answered by then. */
  clear(): void {
    if (this.#bytes.length > MAX_CAPACITY_BYTES) this.#bytes = Buffer.allocUnsafe(FIRST_CAPACITY_BYTES);
    this.#size = 0;
  }

  /** @param source has the argument at `[from, to)`, as {@link encodeArgument} writes it */
  add(start: Uint8Array, source: Uint8Array, from: number, to: number): void {
    this.#reserve(start.length + to - from);
    this.#size = copyInto(this.#bytes, this.#size, start, 0, start.length);
    this.#size = copyInto(this.#bytes, this.#size, source, from, to);
  }

  #reserve(bytes: number): void {
    if (this.#size + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#size + bytes));
    this.#bytes.copy(larger, 0, 0, this.#size);
    this.#bytes = larger;
  }
}

/** Writes `source[from, to)` as an argument: at most {@link ARGUMENT_BYTES} more than it has. @returns where it ends */
export function encodeArgument(
  into: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  to: number,
): number {
  into[at] = DOLLAR;
  const named = lineEnd(into, encodeNumber(into, at + 1, to - from));
  return lineEnd(into, copyInto(into, named, source, from, to));
}

/** @returns where it ends */
function copyInto(into: Uint8Array, at: number, source: Uint8Array, from: number, to: number): number {
  if (to - from > LOOP_BYTES) into.set(source.subarray(from, to), at);
  else for (let next = from, place = at; next < to; next++) into[place++] = source[next] ?? 0;
  return at + to - from;
}

function encodeNumber(into: Uint8Array, at: number, value: number): number {
  let place = 1;
  while (place * TEN <= value) place *= TEN;
  let end = at;
  for (; place >= 1; place /= TEN) into[end++] = ZERO + (Math.floor(value / place) % TEN);
  return end;
}

function lineEnd(into: Uint8Array, at: number): number {
  into[at] = CARRIAGE_RETURN;
  into[at + 1] = LINE_FEED;
  return at + LINE_END.length;
}
