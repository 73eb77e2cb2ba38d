import { RdbError } from '../../errors.ts';

/** How far back a reference can reach: 13 bits plus one. */
const HISTORY_BYTES = 8192;
/** The longest run that one control byte can produce: a reference with a full extension byte. */
const MAX_RUN_BYTES = 264;
/** Output kept while streaming: history, plus room to work in before it has to be handed on. */
const STREAM_BUFFER_BYTES = 64 * 1024;

/** A stored byte of LZF yields at most this many: three bytes make 264. */
const MAX_RATIO = MAX_RUN_BYTES / 3;

type Phase = 'control' | 'extension' | 'distance' | 'literal';

/** Receives decompressed bytes, which are only lent for the call. */
export interface ByteSink {
  bytes(bytes: Uint8Array, from: number, to: number): unknown;
}

/** Whether `stored` bytes of LZF can possibly decompress into `length` bytes. */
export const isPossibleLzf = (stored: number, length: number): boolean =>
  stored > 0 && length > 0 && length <= stored * MAX_RATIO;

/**
 * LZF decompression that can stop at any byte of its input. Two ways to use it: `begin` with a buffer that holds the
 * whole result, or with a sink, in which case 64 KiB are used whatever the length.
 */
export class LzfDecoder {
  #out: Uint8Array = new Uint8Array(0);
  #streamBuffer: Uint8Array | undefined;
  #sink: ByteSink | undefined;
  #at = 0;
  #drainedTo = 0;
  /** Bytes of the result that precede `out[0]`. */
  #before = 0;
  #length = 0;
  #offset = 0;
  #phase: Phase = 'control';
  #run = 0;
  #distanceHigh = 0;

  /**
   * @param length the exact length of the result
   * @param offset where the value starts in the file, for errors
   * @param target a buffer of at least `length` bytes, or what to hand the bytes to
   */
  begin(length: number, offset: number, target: Uint8Array | ByteSink): void {
    if (target instanceof Uint8Array) {
      this.#out = target;
      this.#sink = undefined;
    } else {
      this.#streamBuffer ??= new Uint8Array(STREAM_BUFFER_BYTES);
      this.#out = this.#streamBuffer;
      this.#sink = target;
    }
    this.#at = 0;
    this.#drainedTo = 0;
    this.#before = 0;
    this.#length = length;
    this.#offset = offset;
    this.#phase = 'control';
  }

  /** Decompresses `input[from, to)`. */
  feed(input: Uint8Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.#phase === 'control') at = this.#feedWhole(input, at, to);
      if (at < to) at = this.#feedPart(input, at, to);
    }
  }

  /** Runs whole items while they lie entirely within the input; the hot path. */
  #feedWhole(input: Uint8Array, from: number, to: number): number {
    let at = from;
    while (at < to) {
      const control = input[at] as number;
      if (control < 32) {
        const run = control + 1;
        if (at + 1 + run > to) return at;
        const out = this.#room(run);
        const end = at + 1 + run;
        let put = this.#at;
        for (let i = at + 1; i < end; i++) out[put++] = input[i] as number;
        this.#at = put;
        at = end;
        continue;
      }
      const extended = control >= 0xe0 ? 1 : 0;
      if (at + 2 + extended > to) return at;
      const run = (control >> 5) + 2 + (extended === 1 ? (input[at + 1] as number) : 0);
      this.#copy(run, ((control & 0x1f) << 8) | (input[at + 1 + extended] as number));
      at += 2 + extended;
    }
    return at;
  }

  /** Takes the input byte by byte through an item that is cut by the end of the input. */
  #feedPart(input: Uint8Array, from: number, to: number): number {
    const byte = input[from] as number;
    switch (this.#phase) {
      case 'control':
        this.#distanceHigh = byte & 0x1f;
        this.#run = byte < 32 ? byte + 1 : (byte >> 5) + 2;
        this.#phase = byte < 32 ? 'literal' : byte >= 0xe0 ? 'extension' : 'distance';
        return from + 1;
      case 'extension':
        this.#run += byte;
        this.#phase = 'distance';
        return from + 1;
      case 'distance':
        this.#copy(this.#run, (this.#distanceHigh << 8) | byte);
        this.#phase = 'control';
        return from + 1;
      case 'literal':
        return this.#literal(input, from, to);
    }
  }

  #literal(input: Uint8Array, from: number, to: number): number {
    const take = Math.min(this.#run, to - from);
    const out = this.#room(take);
    for (let i = 0; i < take; i++) out[this.#at++] = input[from + i] as number;
    this.#run -= take;
    if (this.#run === 0) this.#phase = 'control';
    return from + take;
  }

  #copy(run: number, distance: number): void {
    const out = this.#room(run);
    let put = this.#at;
    let back = put - distance - 1;
    if (back < 0) this.#fail(`a reference ${distance + 1} bytes back, after ${put} bytes`);
    // Byte by byte: source and target may overlap, and then the copied bytes are meant to repeat.
    for (const end = put + run; put < end; ) out[put++] = out[back++] as number;
    this.#at = put;
  }

  /** Makes room for `run` more bytes, and refuses them if they exceed the announced length. */
  #room(run: number): Uint8Array {
    if (this.#before + this.#at + run > this.#length) this.#fail(`more than that`);
    if (this.#sink && this.#at + run > this.#out.length) this.#slide();
    return this.#out;
  }

  #slide(): void {
    this.#drain();
    const keepFrom = this.#at - HISTORY_BYTES;
    this.#out.copyWithin(0, keepFrom, this.#at);
    this.#before += keepFrom;
    this.#at = HISTORY_BYTES;
    this.#drainedTo = HISTORY_BYTES;
  }

  #drain(): void {
    this.#sink?.bytes(this.#out, this.#drainedTo, this.#at);
    this.#drainedTo = this.#at;
  }

  /** Call after the last input byte. @throws BadLzf unless exactly the announced length has come out */
  finish(): void {
    const produced = this.#before + this.#at;
    if (this.#phase !== 'control') this.#fail(`an item cut short after ${produced} bytes`);
    if (produced !== this.#length) this.#fail(`${produced} bytes`);
    this.#drain();
  }

  #fail(found: string): never {
    throw new RdbError('BadLzf', this.#offset, `expected LZF data for ${this.#length} bytes, found ${found}`);
  }
}
