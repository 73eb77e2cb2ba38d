import { AppError } from '../../core/model/errors.ts';

/**
 * What a server answers, piece by piece and in order. RESP2: an array is told by its length, then each of its elements.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/ (checked 2026-11-21)
 */
export interface RespHandler {
  /** Beyond 2^53 as a bigint, for it has to be exact. */
  integer(value: number | bigint): void;
  /** A string: the bytes from `from` to `to`, not included, valid until this returns. */
  bulk(bytes: Uint8Array, from: number, to: number): void;
  /** Instead of a string: there is none. */
  nil(): void;
  /** A status such as `OK`. */
  status(text: string): void;
  error(message: string): void;
  /** −1 for a nil array. */
  array(length: number): void;
}

const Kind = { integer: 0x3a, bulk: 0x24, array: 0x2a, status: 0x2b, error: 0x2d } as const;
const MINUS = 0x2d;
const ZERO = 0x30;
const CARRIAGE_RETURN = 0x0d;
const LINE_END_BYTES = 2;
/** A decimal number with more digits may not be exact as a double. */
const EXACT_DIGITS = 15;
/** No server writes a longer line. */
const MAX_LINE_BYTES = 64 * 1024;
const LETTER_O = 0x4f;
const LETTER_K = 0x4b;
/** `+OK\r\n` */
const OK_BYTES = 5;
const INCOMPLETE = -1;
const NOTHING = Buffer.alloc(0);

/** Replies out of chunks of any size. Only a reply that lies across two chunks is copied. */
export class RespParser {
  readonly #handler: RespHandler;
  /** The beginning of a line whose end has not arrived. */
  #line: Buffer = NOTHING;
  /** A string that has not arrived whole, with its line end, and how much of it is there. */
  #bulk: Buffer | undefined;
  #bulkBytes = 0;

  constructor(handler: RespHandler) {
    this.#handler = handler;
  }

  /** @throws AppError `RestoreUnreachable` when it is no server that is talking */
  write(chunk: Buffer): void {
    const begun = this.#bulk === undefined ? 0 : this.#fillBulk(this.#bulk, chunk);
    const bytes = this.#line.length === 0 ? chunk : Buffer.concat([this.#line, chunk]);
    this.#line = NOTHING;
    for (let at = begun; at < bytes.length; ) {
      const next = this.#readReply(bytes, at);
      if (next === INCOMPLETE) this.#holdLine(bytes, at);
      at = next === INCOMPLETE ? bytes.length : next;
    }
  }

  #fillBulk(bulk: Buffer, chunk: Buffer): number {
    const taken = chunk.copy(bulk, this.#bulkBytes);
    this.#bulkBytes += taken;
    if (this.#bulkBytes === bulk.length) {
      this.#bulk = undefined;
      this.#handler.bulk(bulk, 0, bulk.length - LINE_END_BYTES);
    }
    return taken;
  }

  #holdLine(bytes: Buffer, at: number): void {
    if (bytes.length - at > MAX_LINE_BYTES) throw notRedis(`a line of more than ${MAX_LINE_BYTES} bytes`);
    this.#line = Buffer.from(bytes.subarray(at));
  }

  /** @returns where the reply ends */
  #readReply(bytes: Buffer, at: number): number {
    if (isOk(bytes, at)) {
      this.#handler.status('OK');
      return at + OK_BYTES;
    }
    const end = lineEndIn(bytes, at);
    const next = end + LINE_END_BYTES;
    if (end < 0 || next > bytes.length) return INCOMPLETE;
    switch (bytes[at]) {
      case Kind.integer:
        this.#handler.integer(integerIn(bytes, at + 1, end));
        return next;
      case Kind.bulk:
        return this.#readBulk(bytes, next, lengthIn(bytes, at + 1, end));
      case Kind.array:
        this.#handler.array(lengthIn(bytes, at + 1, end));
        return next;
      case Kind.status:
        this.#handler.status(bytes.toString('utf8', at + 1, end));
        return next;
      case Kind.error:
        this.#handler.error(bytes.toString('utf8', at + 1, end));
        return next;
      default:
        throw notRedis(`a reply that begins with byte ${bytes[at]}`);
    }
  }

  #readBulk(bytes: Buffer, from: number, length: number): number {
    if (length < 0) {
      this.#handler.nil();
      return from;
    }
    const end = from + length;
    if (end + LINE_END_BYTES <= bytes.length) {
      this.#handler.bulk(bytes, from, end);
      return end + LINE_END_BYTES;
    }
    this.#bulk = Buffer.allocUnsafe(length + LINE_END_BYTES);
    this.#bulkBytes = bytes.copy(this.#bulk, 0, from);
    return bytes.length;
  }
}

/** By far the most frequent reply to what is written. */
function isOk(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === Kind.status &&
    bytes[at + 1] === LETTER_O &&
    bytes[at + 2] === LETTER_K &&
    bytes[at + 3] === CARRIAGE_RETURN &&
    at + OK_BYTES <= bytes.length
  );
}

/** A loop, for lines are short: a call into the runtime takes longer. @returns −1 if there is none */
function lineEndIn(bytes: Buffer, from: number): number {
  for (let at = from; at < bytes.length; at++) if (bytes[at] === CARRIAGE_RETURN) return at;
  return -1;
}

/** A length, or −1. */
function lengthIn(bytes: Buffer, from: number, end: number): number {
  const length = integerIn(bytes, from, end);
  if (typeof length === 'bigint' || length < -1) throw notRedis(`the length ${length}`);
  return length;
}

function integerIn(bytes: Buffer, from: number, end: number): number | bigint {
  if (end - from > EXACT_DIGITS) return BigInt(bytes.toString('latin1', from, end));
  const isNegative = bytes[from] === MINUS;
  let value = 0;
  for (let at = isNegative ? from + 1 : from; at < end; at++) value = value * 10 + (bytes[at] ?? 0) - ZERO;
  return isNegative ? -value : value;
}

function notRedis(found: string): AppError {
  return new AppError(
    'RestoreUnreachable',
    `expected the replies of a Redis or Valkey server, found ${found}`,
  );
}
