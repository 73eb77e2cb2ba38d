import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { AppError } from '../../core/model/errors.ts';
import { type Argument, encodeCommand } from './resp-command.ts';
import { type RespHandler, RespParser } from './resp-parser.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly password?: string;
  /** Whether the server speaks TLS, which its certificate must be right for. */
  readonly tls: boolean;
}

/** How long the network may keep us waiting before the server counts as unreachable, ms. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** How long the server may think: DUMP of the largest value that there can be, and room. */
const SILENCE_MS = 120_000;

/** Takes the replies to what was sent with it, in order, and knows when it has them all. */
export interface Receiver extends RespHandler {
  readonly isComplete: boolean;
}

interface Waiting {
  readonly receiver: Receiver;
  settle(): void;
  fail(error: unknown): void;
}

/** A reply as a value: strings as their bytes, nil as undefined. */
export type Reply = number | bigint | Uint8Array | string | undefined | readonly Reply[];

/**
 * One connection on which any number of commands are under way. It reads straight from the socket into whoever waits,
 * at a quarter of the processor time that a client takes which makes a promise and a value for each reply.
 */
export class RespConnection implements RespHandler {
  readonly #socket: Socket;
  readonly #address: ServerAddress;
  readonly #parser = new RespParser(this);
  readonly #waiting: Waiting[] = [];
  #failure: unknown;

  /** @throws AppError `RestoreUnreachable` if it cannot be reached or does not accept the password */
  static async open(address: ServerAddress): Promise<RespConnection> {
    const connection = new RespConnection(address);
    if (address.password !== undefined) await connection.call('AUTH', address.password);
    else await connection.call('PING');
    return connection;
  }

  private constructor(address: ServerAddress) {
    const { host, port, tls } = address;
    this.#address = address;
    this.#socket = tls ? connectTls({ host, port, servername: host }) : connectTcp({ host, port });
    this.#socket.setNoDelay(true);
    this.#socket.setTimeout(CONNECT_TIMEOUT_MS);
    this.#socket.once(tls ? 'secureConnect' : 'connect', () => this.#socket.setTimeout(SILENCE_MS));
    this.#socket.on(
      'timeout',
      () => this.#waiting.length > 0 && this.#fail(this.#lost('it does not answer')),
    );
    this.#socket.on('error', (cause) => this.#fail(this.#lost(cause.message, cause)));
    this.#socket.on('close', () => this.#fail(this.#lost('it has closed the connection')));
    this.#socket.on('data', (chunk) => this.#read(chunk));
  }

  /** Sends one or more commands. @returns when the receiver is complete */
  send(commands: Uint8Array, receiver: Receiver): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (receiver.isComplete) return Promise.resolve();
    return new Promise((settle, fail) => {
      this.#waiting.push({ receiver, settle, fail });
      this.#socket.write(commands);
    });
  }

  async call(...command: readonly Argument[]): Promise<Reply> {
    const receiver = new OneReply();
    await this.send(encodeCommand(command), receiver);
    return receiver.value;
  }

  close(): void {
    this.#fail(this.#lost('it was closed'));
  }

  integer(value: number | bigint): void {
    this.#receiver.integer(value);
    this.#settle();
  }

  bulk(bytes: Uint8Array | undefined): void {
    this.#receiver.bulk(bytes);
    this.#settle();
  }

  status(text: string): void {
    this.#receiver.status(text);
    this.#settle();
  }

  array(length: number): void {
    this.#receiver.array(length);
    this.#settle();
  }

  error(message: string): void {
    this.#receiver.error(message);
    this.#settle();
  }

  get #receiver(): Receiver {
    const [first] = this.#waiting;
    if (first === undefined) throw this.#lost('it says more than it was asked');
    return first.receiver;
  }

  #settle(): void {
    if (this.#receiver.isComplete) this.#waiting.shift()?.settle();
  }

  #read(chunk: Buffer): void {
    try {
      this.#parser.write(chunk);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
    this.#socket.destroy();
  }

  #lost(why: string, cause?: unknown): AppError {
    const { host, port } = this.#address;
    return new AppError('RestoreUnreachable', `${host}:${port} cannot be read: ${why}`, { cause });
  }
}

/** Refuses whatever it is not made for. */
export abstract class StrictReceiver implements Receiver {
  abstract readonly isComplete: boolean;

  integer(_value: number | bigint): void {
    throw unexpected('an integer');
  }

  bulk(_bytes: Uint8Array | undefined): void {
    throw unexpected('a string');
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
class OneReply extends StrictReceiver {
  value: Reply;
  isComplete = false;
  /** Arrays that are not full yet, the innermost last. */
  readonly #open: { readonly items: Reply[]; readonly length: number }[] = [];

  override integer(value: number | bigint): void {
    this.#add(value);
  }

  override bulk(bytes: Uint8Array | undefined): void {
    this.#add(bytes?.slice());
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
