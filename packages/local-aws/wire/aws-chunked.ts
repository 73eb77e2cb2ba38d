import { ServiceError } from '../model/service.ts';

const LINE_END = Buffer.from('\r\n');
/** A chunk header is a hex size and at most a 64-hex signature; a trailer is a checksum. Longer is no chunked body. */
const LONGEST_LINE_BYTES = 4096;

/**
 * Undoes `Content-Encoding: aws-chunked`, in which SDKs wrap an upload so that its checksum can follow it:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * Chunk signatures are skipped, as signatures are everywhere here.
 */
export class AwsChunkedBody implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterable<Uint8Array>;
  readonly #trailers: Record<string, string> = {};
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source;
  }

  /** Trailing headers, lower-cased; complete once the body was read to its end. */
  get trailers(): Readonly<Record<string, string>> {
    return this.#trailers;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const source = this.#source[Symbol.asyncIterator]();
    for (let left = await this.#chunkSize(source); left > 0; left = await this.#chunkSize(source)) {
      while (left > 0) {
        if (this.#pending.length === 0) await this.#more(source);
        const taken = this.#pending.subarray(0, left);
        this.#pending = this.#pending.subarray(taken.length);
        left -= taken.length;
        yield taken;
      }
      if ((await this.#line(source)) !== '') throw incompleteBody('a chunk is longer than it says');
    }
    await this.#readTrailers(source);
  }

  async #chunkSize(source: AsyncIterator<Uint8Array>): Promise<number> {
    const line = await this.#line(source);
    const hex = /^([0-9a-f]+)(;.*)?$/i.exec(line)?.[1];
    if (hex === undefined) throw incompleteBody(`"${line.slice(0, 40)}" is no chunk size`);
    return Number.parseInt(hex, 16);
  }

  async #readTrailers(source: AsyncIterator<Uint8Array>): Promise<void> {
    for (let line = await this.#line(source); line !== ''; line = await this.#line(source)) {
      const colon = line.indexOf(':');
      if (colon < 0) throw incompleteBody(`"${line.slice(0, 40)}" is no trailer`);
      this.#trailers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
    }
  }

  async #line(source: AsyncIterator<Uint8Array>): Promise<string> {
    let end = this.#pending.indexOf(LINE_END);
    while (end < 0) {
      if (this.#pending.length > LONGEST_LINE_BYTES) throw incompleteBody('a line has no end');
      await this.#more(source);
      end = this.#pending.indexOf(LINE_END);
    }
    const line = this.#pending.subarray(0, end).toString('latin1');
    this.#pending = this.#pending.subarray(end + LINE_END.length);
    return line;
  }

  async #more(source: AsyncIterator<Uint8Array>): Promise<void> {
    const next = await source.next();
    if (next.done) throw incompleteBody('it ends before its last chunk');
    this.#pending =
      this.#pending.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#pending, next.value]);
  }
}

function incompleteBody(what: string): ServiceError {
  return new ServiceError('IncompleteBody', `The aws-chunked body cannot be read: ${what}`);
}
