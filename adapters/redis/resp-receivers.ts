import { AppError } from '../../core/model/errors.ts';
import type { RespHandler } from './resp-parser.ts';

/** Takes the replies to what was sent with it, in order, and knows when it has them all. */
export interface Receiver extends RespHandler {
  readonly isComplete: boolean;
}

/** What a server has answered a command with instead of a result: its own words. */
export class ServerRefusal extends Error {
  override readonly name = 'ServerRefusal';

  /** The first word, such as `NOPERM`. */
  get code(): string {
    return /^[A-Z][A-Z0-9]*/.exec(this.message)?.[0] ?? 'ERR';
  }
}

/** A reply as a value: strings as their bytes, nil as undefined. */
export type Reply = number | bigint | Uint8Array | string | undefined | readonly Reply[];

/** Refuses whatever it is not made for. */
export abstract class StrictReceiver implements Receiver {
  abstract readonly isComplete: boolean;

  integer(_value: number | bigint): void {
    throw unexpected('an integer');
  }

  bulk(_bytes: Uint8Array, _from: number, _to: number): void {
    throw unexpected('a string');
  }

  nil(): void {
    throw unexpected('nil');
  }

  status(_text: string): void {
    throw unexpected('a status');
  }

  array(_length: number): void {
    throw unexpected('an array');
  }

  /** The message may quote what it was asked, so only its code is passed on. */
  error(message: string): void {
    const [code = ''] = message.split(' ', 1);
    throw new AppError('RestoreUnreachable', `the restored cluster refuses to be read: ${code}`);
  }
}

function unexpected(found: string): AppError {
  return new AppError(
    'RestoreUnreachable',
    `the restored cluster answers with ${found} that was not asked for`,
  );
}

/** A whole reply of any form. */
export class OneReply extends StrictReceiver {
  value: Reply;
  isComplete = false;
  /** Arrays that are not full yet, the innermost last. */
  readonly #open: { readonly items: Reply[]; readonly length: number }[] = [];

  get isNested(): boolean {
    return this.#open.length > 0;
  }

  override integer(value: number | bigint): void {
    this.#add(value);
  }

  override bulk(bytes: Uint8Array, from: number, to: number): void {
    this.#add(Buffer.from(bytes.subarray(from, to)));
  }

  override nil(): void {
    this.#add(undefined);
  }

  override status(text: string): void {
    this.#add(text);
  }

  override array(length: number): void {
    if (length <= 0) this.#add(length < 0 ? undefined : []);
    else this.#open.push({ items: [], length });
  }

  #add(value: Reply): void {
    let whole = value;
    for (let inner = this.#open.at(-1); inner !== undefined; inner = this.#open.at(-1)) {
      inner.items.push(whole);
      if (inner.items.length < inner.length) return;
      whole = inner.items;
      this.#open.pop();
    }
    this.value = whole;
    this.isComplete = true;
  }
}

/** A whole reply of any form, or an error. An error within an array is one of its elements. */
export class ReplyOrRefusal extends OneReply {
  refusal: ServerRefusal | undefined;

  override error(message: string): void {
    if (this.isNested) {
      this.status(message);
      return;
    }
    this.refusal = new ServerRefusal(message);
    this.isComplete = true;
  }
}
