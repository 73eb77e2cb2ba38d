import type { Socket } from 'node:net';
import { AppError } from '../../core/model/errors.ts';
import type { RestoreBatch, RestoreCommand, RestoreMark } from '../../rdb/index.ts';
import { Replies } from './replies.ts';
import { connectTarget, nameOf, type Target } from './target.ts';

/** A command that the server refused. */
export interface RefusedCommand {
  readonly command: RestoreCommand;
  /** The first word of the error (`BUSYKEY`, `OOM`, `MOVED`, `ASK`), or `BAD_DATA`, `BAD_PAYLOAD` for two of `ERR`. */
  readonly code: string;
  /** The server's own words. */
  readonly message: string;
}

export interface SendOptions {
  /** How many bytes may be on their way without an answer. @default 1 MiB */
  readonly windowBytes?: number;
  /** How long the server may be silent while it owes answers. @default 60 s */
  readonly silenceMs?: number;
  /** Errors after which nothing more is sent, because what follows would be refused too. @default {@link STOPS_AT} */
  readonly stopsAt?: readonly string[];
  /** Called for each refused command, when its batch has been answered. */
  readonly onRefused?: (refused: RefusedCommand) => void;
  /** Called when everything up to the mark has been answered: the place to begin again after an interruption. */
  readonly onAnswered?: (mark: RestoreMark, sent: Sent) => void;
}

/** What has been answered. `written` and all `refused` add up to the keys and libraries that were sent. */
export interface Sent {
  /** Keys that the server took. A key that expired on its way counts: the server takes it, and keeps nothing. */
  readonly written: number;
  /** Function libraries that it loaded. */
  readonly libraries: number;
  /** Commands by the code of their refusal. */
  readonly refused: Readonly<Record<string, number>>;
  /** Where to begin again. */
  readonly mark: RestoreMark | undefined;
}

/** The sending ended early. {@link sent} is what had been answered until then. */
export class InterruptedError extends AppError {
  readonly sent: Sent;

  constructor(code: 'RecoverInterrupted' | 'TargetRefused', message: string, sent: Sent, cause?: unknown) {
    super(code, message, { cause });
    this.sent = sent;
  }
}

const DEFAULT_WINDOW_BYTES = 1 << 20;
const DEFAULT_SILENCE_MS = 60_000;

/**
 * The server will not take any key, whichever comes.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors (checked 2026-11-21)
 */
export const STOPS_AT = [
  'NOAUTH',
  'NOPERM',
  'READONLY',
  'LOADING',
  'MASTERDOWN',
  'MISCONF',
  'NOREPLICAS',
  'CLUSTERDOWN',
] as const;

/**
 * Sends RESTORE commands to one server, a window's worth ahead of its answers, and reads every answer.
 *
 * @example
 * const restores = new RestoreStream(file, { nowMs: Date.now() });
 * const { written, refused } = await sendRestores(restores, { endpoint: { host, port }, password, tls: {} });
 *
 * @throws AppError `TargetUnreachable`, `TargetRefused` before anything is sent
 * @throws InterruptedError `RecoverInterrupted` if the connection is lost, `TargetRefused` if the server refuses a
 *   SELECT or answers with one of {@link SendOptions.stopsAt}
 */
export async function sendRestores(
  batches: AsyncIterable<RestoreBatch>,
  target: Target,
  options: SendOptions = {},
): Promise<Sent> {
  const socket = await connectTarget(target);
  const sender = new Sender(socket, nameOf(target), options);
  try {
    for await (const batch of batches) await sender.send(batch);
    await sender.answered();
    return sender.sent;
  } finally {
    socket.destroy();
  }
}

interface OnItsWay {
  readonly batch: RestoreBatch;
  answered: number;
  refused: RefusedCommand[];
}

class Sender {
  readonly #socket: Socket;
  readonly #name: string;
  readonly #options: SendOptions;
  readonly #stopsAt: ReadonlySet<string>;
  readonly #onTheirWay: OnItsWay[] = [];
  #bytesOnTheirWay = 0;
  #written = 0;
  #libraries = 0;
  readonly #refused: Record<string, number> = {};
  #mark: RestoreMark | undefined;
  #failure: InterruptedError | undefined;
  #wake: () => void = () => undefined;

  constructor(socket: Socket, name: string, options: SendOptions) {
    this.#socket = socket;
    this.#name = name;
    this.#options = options;
    this.#stopsAt = new Set(options.stopsAt ?? STOPS_AT);
    const replies = new Replies({
      succeeded: (count) => this.#succeeded(count),
      failed: (message) => this.#failed(message),
    });
    socket.on('data', (chunk) => {
      try {
        replies.read(chunk);
      } catch (cause) {
        this.#lost(cause);
      }
      this.#wake();
    });
    socket.on('drain', () => this.#wake());
    socket.on('error', (cause) => this.#lost(cause));
    socket.on('close', () => this.#lost(new Error('the server closed the connection')));
    const silenceMs = options.silenceMs ?? DEFAULT_SILENCE_MS;
    socket.setTimeout(silenceMs, () => {
      if (this.#onTheirWay.length > 0) this.#lost(new Error(`no answer within ${silenceMs} ms`));
    });
  }

  get sent(): Sent {
    return {
      written: this.#written,
      libraries: this.#libraries,
      refused: { ...this.#refused },
      mark: this.#mark,
    };
  }

  async send(batch: RestoreBatch): Promise<void> {
    const windowBytes = this.#options.windowBytes ?? DEFAULT_WINDOW_BYTES;
    await this.#until(
      () => this.#onTheirWay.length === 0 || this.#bytesOnTheirWay + batch.bytes.length <= windowBytes,
    );
    const hasRoom = this.#socket.write(batch.bytes);
    if (batch.commands === 0) {
      // Nothing will be answered before the rest of the command has been sent.
      if (!hasRoom) await this.#until(() => !this.#socket.writableNeedDrain);
      return;
    }
    this.#bytesOnTheirWay += batch.bytes.length;
    this.#onTheirWay.push({ batch, answered: 0, refused: [] });
    // Were it refused, the keys after it would get into another database.
    if (batch.isSelect) await this.answered();
  }

  /** Waits for all answers. */
  async answered(): Promise<void> {
    await this.#until(() => this.#onTheirWay.length === 0);
  }

  async #until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (this.#failure) throw this.#failure;
      if (condition()) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #succeeded(count: number): void {
    for (let left = count; left > 0; ) {
      const first = this.#first();
      if (!first) return;
      const taken = Math.min(left, first.batch.commands - first.answered);
      first.answered += taken;
      left -= taken;
      this.#endIfAnswered(first);
    }
  }

  #failed(message: string): void {
    const first = this.#first();
    if (!first) return;
    const command = first.batch.command(first.answered);
    const code = codeOf(message);
    if (command.kind === 'select' || this.#stopsAt.has(code)) {
      this.#fail('TargetRefused', `${this.#name} refuses ${nameOfCommand(command)}: ${message}`);
      return;
    }
    first.refused.push({ command, code, message });
    first.answered++;
    this.#endIfAnswered(first);
  }

  #first(): OnItsWay | undefined {
    if (this.#failure) return undefined;
    const [first] = this.#onTheirWay;
    if (!first) this.#lost(new Error('the server answered more than it was asked'));
    return first;
  }

  #endIfAnswered({ batch, answered, refused }: OnItsWay): void {
    if (answered < batch.commands) return;
    this.#onTheirWay.shift();
    this.#bytesOnTheirWay -= batch.bytes.length;
    const refusedLibraries = refused.filter(({ command }) => command.kind === 'library').length;
    const libraries = batch.libraries - refusedLibraries;
    this.#libraries += libraries;
    if (!batch.isSelect) this.#written += batch.commands - refused.length - libraries;
    for (const one of refused) {
      this.#refused[one.code] = (this.#refused[one.code] ?? 0) + 1;
      this.#options.onRefused?.(one);
    }
    batch.release();
    if (!batch.mark) return;
    this.#mark = batch.mark;
    this.#options.onAnswered?.(batch.mark, this.sent);
  }

  #lost(cause: unknown): void {
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#fail('RecoverInterrupted', `lost ${this.#name}: ${why}`, cause);
  }

  #fail(code: 'RecoverInterrupted' | 'TargetRefused', message: string, cause?: unknown): void {
    const { sent } = this;
    const refused = Object.values(sent.refused).reduce((sum, count) => sum + count, 0);
    const place = `${sent.written} keys were written and ${refused} refused, up to byte ${sent.mark?.position ?? 0} of the file`;
    this.#failure ??= new InterruptedError(code, `${message}; ${place}`, sent, cause);
    this.#socket.destroy();
    this.#wake();
  }
}

function codeOf(message: string): string {
  if (/^ERR Bad data format/.test(message)) return 'BAD_DATA';
  if (/^ERR DUMP payload version or checksum/.test(message)) return 'BAD_PAYLOAD';
  return /^[A-Z][A-Z0-9]*/.exec(message)?.[0] ?? 'ERR';
}

function nameOfCommand(command: RestoreCommand): string {
  if (command.kind === 'select') return `SELECT ${command.database}`;
  return command.kind === 'library' ? 'FUNCTION LOAD' : 'RESTORE';
}
