import type { Receiver } from '../../adapters/redis/resp-connection.ts';
import { notOk } from './refusals.ts';

/** Commands in RESP, one after the other. */
export interface Commands {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each ends in `bytes`. */
  endOf(position: number): number;
}

/** What becomes of the commands of a parcel. */
export interface ParcelHandler {
  succeeded(position: number): void;
  /** @param message the server's own words */
  refused(position: number, message: string, parcel: Parcel): void;
}

/** Commands that go to one server together, and how many of them have been answered. */
export class Parcel implements Receiver {
  readonly commands: Commands;
  readonly database: number;
  /** Whether the server may have had these commands before, because a connection was lost. */
  isRepeated = false;
  /** Whether the server has got any of it, as far as is known. */
  isSent = false;
  readonly #handler: ParcelHandler;
  #answered = 0;

  constructor(commands: Commands, database: number, handler: ParcelHandler) {
    this.commands = commands;
    this.database = database;
    this.#handler = handler;
  }

  get isComplete(): boolean {
    return this.#answered === this.commands.count;
  }

  /** The positions of the commands that were sent and not answered. */
  get unanswered(): readonly number[] {
    if (!this.isSent) return [];
    return Array.from({ length: this.commands.count - this.#answered }, (_, at) => this.#answered + at);
  }

  /** What has not been answered. */
  get rest(): Uint8Array {
    const { bytes } = this.commands;
    return this.#answered === 0 ? bytes : bytes.subarray(this.commands.endOf(this.#answered - 1));
  }

  /** @throws AppError `RecoverInterrupted` unless it is OK, which alone says that a key was written */
  status(text: string): void {
    if (text !== 'OK') throw notOk(`'${text}'`);
    this.#handler.succeeded(this.#answered++);
  }

  integer(): void {
    throw notOk('a number');
  }

  bulk(): void {
    throw notOk('a string');
  }

  nil(): void {
    throw notOk('nil');
  }

  array(): void {
    throw notOk('an array');
  }

  error(message: string): void {
    this.#handler.refused(this.#answered++, message, this);
  }
}

/** One command after ASKING, which opens a slot that is being moved to a server for the next command. */
export function askingFor(command: Uint8Array): Commands {
  const bytes = new Uint8Array(ASKING.length + command.length);
  bytes.set(ASKING);
  bytes.set(command, ASKING.length);
  return { bytes, count: 2, endOf: (position) => (position === 0 ? ASKING.length : bytes.length) };
}

export const single = (command: Uint8Array): Commands => ({
  bytes: command,
  count: 1,
  endOf: () => command.length,
});

const ASKING = Buffer.from('*1\r\n$6\r\nASKING\r\n');
