/** What becomes of replies, in their order. */
export interface ReplyHandler {
  succeeded(count: number): void;
  failed(message: string): void;
}

const PLUS = 0x2b;
const LETTER_O = 0x4f;
const CARRIAGE_RETURN = 0x0d;
const NEW_LINE = 0x0a;
/** `+OK\r\n` */
const OK_BYTES = 5;
/** Replies of one line, and the bulk string. */
const SCALARS = '+:$_#,(';
/** Values per element that is counted. */
const AGGREGATES: Readonly<Record<string, number>> = { '*': 1, '~': 1, '%': 2 };
/** A longer line would be no reply of a server. */
const MAX_LINE_BYTES = 1 << 20;

/**
 * Counts the replies of a server, RESP2 or RESP3, and reads the errors among them. Nothing else of a reply is kept.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/ (checked 2026-11-21)
 */
export class Replies {
  readonly #handler: ReplyHandler;
  /** The beginning of a line whose end has not arrived. */
  #rest: Uint8Array | undefined;
  /** Bytes of a bulk string still to come, its line end included. */
  #bulkBytes = 0;
  /** Elements still to come that belong to a reply which has been counted, or to a push message. */
  #elements = 0;
  #succeeded = 0;

  constructor(handler: ReplyHandler) {
    this.#handler = handler;
  }

  /** @throws Error if this is not RESP */
  read(chunk: Uint8Array): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = 0;
    while (at < bytes.length) {
      if (this.#bulkBytes > 0) {
        const passed = Math.min(this.#bulkBytes, bytes.length - at);
        this.#bulkBytes -= passed;
        at += passed;
      } else if (isOk(bytes, at)) {
        this.#element();
        at += OK_BYTES;
      } else {
        const end = bytes.indexOf(NEW_LINE, at);
        if (end < 0) {
          this.#keep(bytes.subarray(at));
          break;
        }
        this.#line(bytes, at, end - 1);
        at = end + 1;
      }
    }
    this.#tell();
  }

  #keep(rest: Uint8Array): void {
    if (rest.length > MAX_LINE_BYTES) throw new Error(`a line of more than ${MAX_LINE_BYTES} bytes`);
    this.#rest = rest.slice();
  }

  /** One more value, which is a reply unless it is part of one. */
  #element(): void {
    if (this.#elements > 0) this.#elements--;
    else this.#succeeded++;
  }

  #tell(): void {
    if (this.#succeeded > 0) this.#handler.succeeded(this.#succeeded);
    this.#succeeded = 0;
  }

  #line(bytes: Uint8Array, from: number, to: number): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, to - from - 1).toString('utf8');
    const kind = String.fromCharCode(bytes[from] ?? 0);
    const perCount = AGGREGATES[kind];
    if (kind === '-') this.#error(text);
    // A push message answers nothing.
    else if (kind === '>') this.#elements += Number(text);
    else if (perCount !== undefined) this.#aggregate(perCount * Number(text));
    else if (SCALARS.includes(kind)) this.#scalar(kind, text);
    else throw new Error(`expected a reply, found ${JSON.stringify(kind + text.slice(0, 40))}`);
  }

  #scalar(kind: string, text: string): void {
    this.#element();
    if (kind === '$' && Number(text) >= 0) this.#bulkBytes = Number(text) + 2;
  }

  #aggregate(elements: number): void {
    this.#element();
    this.#elements += Math.max(0, elements);
  }

  #error(message: string): void {
    if (this.#elements > 0) {
      this.#elements--;
      return;
    }
    this.#tell();
    this.#handler.failed(message);
  }
}

function isOk(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === PLUS &&
    bytes[at + 1] === LETTER_O &&
    bytes[at + 3] === CARRIAGE_RETURN &&
    bytes[at + 4] === NEW_LINE
  );
}
