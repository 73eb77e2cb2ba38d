import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { AppError } from '../../core/model/errors.ts';
import { type Argument, encodeCommand } from './resp-command.ts';
import { type RespHandler, RespParser } from './resp-parser.ts';
import { OneReply, type Receiver, type Reply, ReplyOrRefusal } from './resp-receivers.ts';

export { type Receiver, type Reply, ServerRefusal, StrictReceiver } from './resp-receivers.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  /** @default the server's default user */
  readonly username?: string;
  readonly password?: string;
  /** Whether the server speaks TLS, which its certificate must be right for; or options such as a private `ca`. */
  readonly tls: boolean | ConnectionOptions;
  /** How long the server may think, ms. @default two minutes: DUMP of the largest value that there can be, and room */
  readonly silenceMs?: number;
}

/** How long the network may keep us waiting before the server counts as unreachable, ms. */
export const CONNECT_TIMEOUT_MS = 10_000;
export const SILENCE_MS = 120_000;

/** How much is read from the network at once. */
const READ_BYTES = 256 * 1024;

interface Waiting {
  readonly receiver: Receiver;
  settle(): void;
  fail(error: unknown): void;
}

/**
 * One connection on which any number of commands are under way. It reads straight from the socket into whoever waits,
 * at a quarter of the processor time that a client takes which makes a promise and a value for each reply.
 */
export class RespConnection implements RespHandler {
  readonly #socket: Socket;
  readonly #address: ServerAddress;
  readonly #parser = new RespParser(this);
  readonly #waiting: Waiting[] = [];
  /** Parts of commands that the network has not taken yet. */
  #parts = 0;
  /** When the server last gave a sign of life; what we send is none. */
  #heardAtMs = 0;
  /** Undefined before it is connected. */
  #silence: NodeJS.Timeout | undefined;
  #failure: unknown;

  /** @throws AppError `RestoreUnreachable` if it cannot be reached or does not accept the password */
  static async open(address: ServerAddress): Promise<RespConnection> {
    const connection = new RespConnection(address);
    const { username, password } = address;
    // A server before ACLs, or without users, knows a password alone.
    if (password !== undefined)
      await connection.call('AUTH', ...(username === undefined ? [] : [username]), password);
    else await connection.call('PING');
    return connection;
  }

  /**
   * As {@link open}, but a refusal comes with the server's own words, and nothing is asked if there is no password.
   * @throws AppError `RestoreUnreachable` if it cannot be reached
   * @throws ServerRefusal if it does not accept the password
   */
  static async openFor(address: ServerAddress): Promise<RespConnection> {
    const connection = RespConnection.begin(address);
    await connection.enter();
    return connection;
  }

  /** One that can be closed before it is there, and that {@link enter} is to be called of. */
  static begin(address: ServerAddress): RespConnection {
    return new RespConnection(address);
  }

  /** As {@link openFor}. Fails for good if it is refused. */
  async enter(): Promise<void> {
    const { username, password } = this.#address;
    try {
      if (password !== undefined)
        await this.ask('AUTH', ...(username === undefined ? [] : [username]), password);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  private constructor(address: ServerAddress) {
    const { host, port, tls, silenceMs = SILENCE_MS } = address;
    this.#address = address;
    // An address is no server name (RFC 6066), and is checked against the certificate all the same.
    const named = isIP(host) === 0 ? { servername: host } : {};
    const options = typeof tls === 'object' ? tls : {};
    const onread = { buffer: Buffer.allocUnsafeSlow(READ_BYTES), callback: this.#heard };
    const endpoint = { host, port, onread };
    this.#socket = tls ? connectTls({ ...endpoint, ...named, ...options }) : connectTcp(endpoint);
    this.#socket.setNoDelay(true);
    const isSilent = () => this.#isOwed && this.#fail(this.#lost('it does not answer'));
    this.#socket.setTimeout(CONNECT_TIMEOUT_MS, isSilent);
    this.#socket.once(tls ? 'secureConnect' : 'connect', () => {
      this.#socket.setTimeout(0);
      this.#noteLife();
      this.#watchSilence(silenceMs, silenceMs, isSilent);
    });
    this.#socket.on('drain', () => this.#noteLife());
    this.#socket.on('error', (cause) => this.#fail(this.#lost(cause.message, cause)));
    this.#socket.on('close', () => this.#fail(this.#lost('it has closed the connection')));
  }

  /** Whether it is of no more use. */
  get isLost(): boolean {
    return this.#failure !== undefined;
  }

  /** Sends a part of a command, of which {@link send} sends the last one. @returns when there is room for more */
  async sendPart(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#socket.write(bytes)) return;
    this.#expect();
    this.#parts++;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
    this.#parts--;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Sends one or more commands. @returns when the receiver is complete */
  send(commands: Uint8Array, receiver: Receiver): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (receiver.isComplete) return Promise.resolve();
    this.#expect();
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

  /** As {@link call}. @throws ServerRefusal if it is answered with an error; the connection stays usable */
  async ask(...command: readonly Argument[]): Promise<Reply> {
    return this.askWith(encodeCommand(command));
  }

  /** As {@link ask}, with a command, or the last part of one, as bytes. */
  async askWith(bytes: Uint8Array): Promise<Reply> {
    const receiver = new ReplyOrRefusal();
    await this.send(bytes, receiver);
    if (receiver.refusal !== undefined) throw receiver.refusal;
    return receiver.value;
  }

  close(): void {
    this.#fail(this.#lost('it was closed'));
  }

  integer(value: number | bigint): void {
    this.#receiver.integer(value);
    this.#settle();
  }

  bulk(bytes: Uint8Array, from: number, to: number): void {
    this.#receiver.bulk(bytes, from, to);
    this.#settle();
  }

  nil(): void {
    this.#receiver.nil();
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

  /** Whether the server has something to answer or to take in. */
  get #isOwed(): boolean {
    return this.#waiting.length > 0 || this.#parts > 0;
  }

  /** A server that owed nothing was right to be silent. */
  #expect(): void {
    if (!this.#isOwed) this.#noteLife();
  }

  #noteLife(): void {
    this.#heardAtMs = performance.now();
  }

  /** Looks again when the silence would be long enough: a timer that each piece of a reply starts anew costs more. */
  #watchSilence(silenceMs: number, afterMs: number, isSilent: () => void): void {
    this.#silence = setTimeout(() => {
      const leftMs = Math.ceil(this.#heardAtMs + silenceMs - performance.now());
      if (leftMs <= 0) isSilent();
      if (this.#failure === undefined)
        this.#watchSilence(silenceMs, leftMs > 0 ? leftMs : silenceMs, isSilent);
    }, afterMs).unref();
  }

  get #receiver(): Receiver {
    const first = this.#waiting[0];
    if (first === undefined) throw this.#lost('it says more than it was asked');
    return first.receiver;
  }

  #settle(): void {
    if (this.#receiver.isComplete) this.#waiting.shift()?.settle();
  }

  /** Replies lie in memory that the next ones are read into: whoever keeps one takes a copy. */
  readonly #heard = (bytes: number, memory: Uint8Array): boolean => {
    this.#noteLife();
    try {
      this.#parser.write(Buffer.from(memory.buffer, memory.byteOffset, bytes));
    } catch (error) {
      this.#fail(error);
    }
    return true;
  };

  #fail(error: unknown): void {
    this.#failure ??= error;
    clearTimeout(this.#silence);
    this.#silence = undefined;
    for (const { fail } of this.#waiting.splice(0)) fail(error);
    this.#socket.destroy();
  }

  #lost(why: string, cause?: unknown): AppError {
    const { host, port } = this.#address;
    return new AppError('RestoreUnreachable', `${host}:${port} cannot be read: ${why}`, { cause });
  }
}
