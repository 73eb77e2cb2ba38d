import { setTimeout as sleep } from 'node:timers/promises';
import type { Argument } from '../../adapters/redis/resp-command.ts';
import {
  type Reply,
  RespConnection,
  type ServerAddress,
  ServerRefusal,
} from '../../adapters/redis/resp-connection.ts';
import { AppError } from '../../core/model/errors.ts';
import type { Parcel } from './parcel.ts';
import { ProcessGone } from './process-gone.ts';
import { OCCUPIED } from './refusals.ts';
import { asking, factsOf, refusedBy, type ServerFacts } from './server-facts.ts';
import { pauseMs, whileBusy } from './while-busy.ts';

/** How many bytes may be on their way to one server without an answer: what it takes in within some 15 ms. */
const WINDOW_BYTES = 2 << 20;
/** How long what is under way may take to be answered when the work is stopped, ms. */
export const LAST_ANSWERS_MS = 2_000;
/** Connections in a row that are lost before anything is answered on them: something cuts them. */
const FRUITLESS_MAX = 20;

export interface LaneOptions {
  /** How long a server that was there may be away, ms, before the work is interrupted. */
  readonly patienceMs: number;
  /** Ends the lane within {@link LAST_ANSWERS_MS}. */
  readonly signal: AbortSignal;
  /** The process that has to answer there. @default whichever does */
  readonly runId?: string;
}

/**
 * The way to one server. What is sent along it arrives: a connection that is lost is made again, and what was not
 * answered is sent again, as long as it is the same process that answers.
 */
export class Lane {
  readonly name: string;
  readonly address: ServerAddress;
  readonly #options: LaneOptions;
  #facts: ServerFacts | undefined;
  #runId: string | undefined;
  #connection: RespConnection | undefined;
  #connecting: Promise<RespConnection> | undefined;
  /** The connection that is being made. */
  #attempt: RespConnection | undefined;
  #isClosed = false;
  #wasThere = false;
  #use: 'none' | 'sent to' | 'written into' = 'none';
  #fruitless = 0;
  #database = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #onTheirWay = 0;
  #waiting: (() => void)[] = [];

  constructor(address: ServerAddress, options: LaneOptions) {
    this.name = `${address.host}:${address.port}`;
    this.address = address;
    this.#options = options;
    this.#runId = options.runId;
    options.signal.addEventListener('abort', () => this.closeSoon(), { once: true });
  }

  /** As of the last connection. */
  get facts(): ServerFacts | undefined {
    return this.#facts;
  }

  /** Whether this process holds what was written: should it lose anything, that would be ours. */
  get isWrittenInto(): boolean {
    return this.#use === 'written into';
  }

  /** Whether it may have got something to write. */
  get isSentTo(): boolean {
    return this.#use !== 'none';
  }

  /** To be called when it has taken something. */
  noteWriting(): void {
    this.#use = 'written into';
  }

  /** To be called before it is sent something to write. */
  noteSending(): void {
    if (this.#use === 'none') this.#use = 'sent to';
  }

  /** Asks the server anew what it says of itself. @throws as {@link open} */
  async look(): Promise<ServerFacts> {
    const facts = await asking(
      this.name,
      whileBusy(() => this.alone(0, factsOf), this.#options),
    );
    this.#facts = facts;
    return facts;
  }

  /** Connects. @throws AppError `TargetUnreachable`, `TargetRefused`, `TargetChanged` */
  async open(): Promise<ServerFacts> {
    await this.#open();
    return this.#facts as ServerFacts;
  }

  /** Waits until there is room, then sends. @returns `done`, when every command has been answered */
  async push(parcel: Parcel): Promise<{ readonly done: Promise<void> }> {
    const size = parcel.commands.bytes.length;
    while (this.#onTheirWay > 0 && this.#onTheirWay + size > WINDOW_BYTES) {
      this.#refuseClosed();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#onTheirWay += size;
    try {
      const sent = await this.#write(parcel);
      return { done: this.#finish(parcel, sent.answered, size) };
    } catch (error) {
      this.#leave(size);
      throw error;
    }
  }

  /** Asks one question, again while the server is occupied. @throws ServerRefusal in its own words, AppError as {@link open} */
  ask(database: number, ...command: readonly Argument[]): Promise<Reply> {
    return whileBusy(() => this.alone(database, (connection) => connection.ask(...command)), this.#options);
  }

  /** Has the connection to itself as long as `work` sends; tried again if it is lost, so it must be safe to repeat. */
  async alone<Result>(
    database: number,
    work: (connection: RespConnection) => Promise<Result>,
  ): Promise<Result> {
    for (;;) {
      try {
        const begun = await this.#inTurn(async () => ({ result: work(await this.#at(database)) }));
        const result = await begun.result;
        this.#fruitless = 0;
        return result;
      } catch (error) {
        forgive(error);
      }
    }
  }

  /** Has the connection to itself until `work`, which writes, is done. What is lost is not tried again. */
  async exclusively<Result>(
    database: number,
    work: (connection: RespConnection) => Promise<Result>,
  ): Promise<Result> {
    const result = await this.#inTurn(async () => work(await this.#at(database)));
    this.noteWriting();
    this.#fruitless = 0;
    return result;
  }

  /** For good: whatever is under way, or waits, fails. */
  close(): void {
    this.#isClosed = true;
    this.#attempt?.close();
    this.#connection?.close();
    this.#wake();
  }

  /** Leaves what is under way {@link LAST_ANSWERS_MS} to be answered, and a server that is silent no more. */
  closeSoon(): void {
    setTimeout(() => this.close(), LAST_ANSWERS_MS).unref();
  }

  async #finish(parcel: Parcel, first: Promise<void>, size: number): Promise<void> {
    try {
      for (let answered = first; ; answered = (await this.#write(parcel)).answered) {
        try {
          await answered;
          this.#fruitless = 0;
          return;
        } catch (error) {
          forgive(error);
          parcel.isRepeated = true;
        }
      }
    } finally {
      this.#leave(size);
    }
  }

  #leave(size: number): void {
    this.#onTheirWay -= size;
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  async #write(parcel: Parcel): Promise<{ readonly answered: Promise<void> }> {
    for (;;) {
      try {
        return await this.#inTurn(async () => {
          const connection = await this.#at(parcel.database);
          this.noteSending();
          parcel.isSent = true;
          return { answered: connection.send(parcel.rest, parcel) };
        });
      } catch (error) {
        forgive(error);
      }
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** The connection, with this database selected: were it refused, keys would get into another one. */
  async #at(database: number): Promise<RespConnection> {
    const connection = await this.#open();
    if (database === this.#database) return connection;
    await asking(
      this.name,
      whileBusy(() => connection.ask('SELECT', database), this.#options),
    ).catch((error) => {
      throw error instanceof AppError && error.code === 'TargetRefused'
        ? new AppError('TargetRefused', `${error.message}, asked for database ${database}`)
        : error;
    });
    this.#database = database;
    return connection;
  }

  async #open(): Promise<RespConnection> {
    if (this.#connection?.isLost === false) return this.#connection;
    this.#connecting ??= this.#connect();
    try {
      this.#connection = await this.#connecting;
      return this.#connection;
    } finally {
      this.#connecting = undefined;
    }
  }

  async #connect(): Promise<RespConnection> {
    const until = Date.now() + this.#options.patienceMs;
    for (let tries = 0; ; tries++) {
      this.#refuseClosed();
      if (this.#fruitless > FRUITLESS_MAX)
        throw new AppError(
          'RecoverInterrupted',
          `${this.name} closed the connection ${this.#fruitless} times in a row before it answered`,
        );
      const found = await this.#tryConnect().catch((error: unknown) => this.#failed(error, until));
      if (found !== undefined) return found;
      await sleep(pauseMs(tries), undefined, { signal: this.#options.signal });
    }
  }

  /** @returns undefined while the server loads its data */
  async #tryConnect(): Promise<RespConnection | undefined> {
    const connection = RespConnection.begin(this.address);
    this.#attempt = connection;
    try {
      await connection.enter();
      const facts = await factsOf(connection);
      this.#refuseOther(facts);
      if (facts.isLoading) throw new ServerRefusal('LOADING the server is loading its data');
      this.#facts = facts;
      this.#fruitless++;
      this.#wasThere = true;
      this.#database = 0;
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    } finally {
      this.#attempt = undefined;
    }
  }

  #refuseClosed(): void {
    this.#options.signal.throwIfAborted();
    if (this.#isClosed)
      throw new AppError('RecoverInterrupted', `the command was stopped before ${this.name} answered`);
  }

  #refuseOther({ runId }: ServerFacts): void {
    this.#runId ??= runId;
    if (runId === this.#runId) return;
    throw ProcessGone.replaced(this.name);
  }

  /** Whether to go on trying. */
  #failed(error: unknown, until: number): undefined {
    this.#refuseClosed();
    const isOccupied = error instanceof ServerRefusal && OCCUPIED.has(error.code);
    if (error instanceof ServerRefusal && !isOccupied) throw refusedBy(this.name, error.message);
    const isLost = error instanceof AppError && error.code === 'RestoreUnreachable';
    if (!isLost && !isOccupied) throw error;
    const why = isLost ? error.message.replace(/^\S+ cannot be read: /, '') : (error as Error).message;
    if (!this.#wasThere && isLost)
      throw new AppError('TargetUnreachable', `${this.name} cannot be reached: ${why}`, { cause: error });
    if (Date.now() < until) return undefined;
    const seconds = Math.round(this.#options.patienceMs / 1000);
    const message = `${this.name} has been unavailable for ${seconds} s: ${why}`;
    throw new AppError('RecoverInterrupted', message, { cause: error });
  }
}

/** A connection that is lost is made again; anything else is no business of a lane. */
function forgive(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'RestoreUnreachable') throw error;
}
