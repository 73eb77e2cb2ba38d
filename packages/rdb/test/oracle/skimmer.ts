import { RdbError } from '../../errors.ts';
import { type RdbType, Type } from '../../format.ts';
import { ModuleReader } from './module-reader.ts';
import type { Source, Suspendable } from './source.ts';
import type { Strings } from './strings.ts';

const DOUBLE_BYTES = 8;
const TIME_BYTES = 8;
const STREAM_ID_BYTES = 16;
/** From here on the length byte of a score stands for the score itself. */
const FIRST_NAMED_SCORE = 253;

/** Lengths that newer stream types add: first ID, greatest deleted ID, entries added. */
const NEWER_STREAM_COUNTERS = 5;

/** The size of a packed list node without elements, which a server drops. */
const EMPTY_NODE_BYTES: ReadonlyMap<number, number> = new Map([
  [Type.listQuicklist, 11],
  [Type.listQuicklist2, 7],
]);
const CONTAINER_PLAIN = 1;

/** Passes over values by their outer lengths alone: no decompression, no look inside packed values. */
export class Skimmer {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #module: ModuleReader;

  constructor(source: Source, strings: Strings) {
    this.#source = source;
    this.#strings = strings;
    this.#module = new ModuleReader(source, strings);
  }

  /** Skips a value. @returns whether the value, as far as its lengths tell, has no elements */
  *skip(type: number, described: RdbType): Suspendable<boolean> {
    if (described.emptyBlobBytes !== undefined) {
      if (type === Type.hashListpackEx) yield* this.#bytes(TIME_BYTES);
      yield* this.string();
      return this.#strings.length <= described.emptyBlobBytes;
    }
    switch (type) {
      case Type.string:
        yield* this.string();
        return false;
      case Type.module2:
        yield* this.#module.read();
        return false;
      case Type.streamListpacks:
      case Type.streamListpacks2:
      case Type.streamListpacks3:
      case Type.streamListpacks4:
        yield* this.#stream(type);
        return false;
      default:
        return yield* this.#repeated(type);
    }
  }

  /** Skips a string. */
  *string(): Suspendable<void> {
    if (!this.#strings.trySkip()) yield* this.#strings.skip();
  }

  *#bytes(count: number): Suspendable<void> {
    while (!this.#source.has(count)) yield;
    this.#source.at += count;
  }

  *#repeated(type: number): Suspendable<boolean> {
    if (type === Type.hashMetadata) yield* this.#bytes(TIME_BYTES);
    const count = yield* this.#source.count('a number of elements');
    const strings = this.#strings;
    const perElement = type === Type.hash || type === Type.valkeyHash2 || type === Type.hashMetadata ? 2 : 1;
    const emptyNode = EMPTY_NODE_BYTES.get(type) ?? 0;
    let filled = count;
    for (let left = count; left > 0; left--) {
      if (type === Type.listQuicklist2 || type === Type.hashMetadata)
        yield* this.#source.integer('a node or expiry');
      const isPlain = type === Type.listQuicklist2 && this.#source.low === CONTAINER_PLAIN;
      for (let part = 0; part < perElement; part++) if (!strings.trySkip()) yield* strings.skip();
      if (type === Type.zset2 || type === Type.valkeyHash2) yield* this.#bytes(DOUBLE_BYTES);
      if (type === Type.zset) yield* this.#textScore();
      if (emptyNode > 0 && !isPlain && strings.length <= emptyNode) filled--;
    }
    return filled === 0;
  }

  *#textScore(): Suspendable<void> {
    yield* this.#bytes(1);
    const length = this.#source.bytes[this.#source.at - 1] as number;
    if (length < FIRST_NAMED_SCORE) yield* this.#bytes(length);
  }

  *#stream(type: number): Suspendable<void> {
    const source = this.#source;
    const isOld = type === Type.streamListpacks;
    for (let left = yield* source.count('a number of nodes', 2); left > 0; left--) {
      yield* this.string();
      if (this.#strings.length !== STREAM_ID_BYTES) {
        const detail = `expected a node ID of ${STREAM_ID_BYTES} bytes, found ${this.#strings.length}`;
        throw new RdbError('BadStream', source.offset, detail);
      }
      yield* this.string();
    }
    yield* this.#integers(3 + (isOld ? 0 : NEWER_STREAM_COUNTERS));
    for (let left = yield* source.count('a number of groups'); left > 0; left--) {
      yield* this.string();
      yield* this.#integers(isOld ? 2 : 3);
      yield* this.#pending(TIME_BYTES, 1);
      yield* this.#consumers(type >= Type.streamListpacks3 ? 2 * TIME_BYTES : TIME_BYTES);
    }
    if (type === Type.streamListpacks4) yield* this.#producers();
  }

  /** What Redis 8.6 keeps of producers. */
  *#producers(): Suspendable<void> {
    const source = this.#source;
    yield* this.#integers(2);
    for (let left = yield* source.count('a number of producers', 2); left > 0; left--) {
      yield* this.string();
      for (let of = yield* source.count('a number of messages of a producer', 3); of > 0; of--) {
        yield* this.string();
        yield* this.#integers(2);
      }
    }
    yield* this.#integers(2);
  }

  *#consumers(timesBytes: number): Suspendable<void> {
    for (let left = yield* this.#source.count('a number of consumers'); left > 0; left--) {
      yield* this.string();
      yield* this.#bytes(timesBytes);
      yield* this.#pending(0, 0);
    }
  }

  *#pending(timeBytes: number, integers: number): Suspendable<void> {
    for (
      let left = yield* this.#source.count('a number of pending entries', STREAM_ID_BYTES);
      left > 0;
      left--
    ) {
      yield* this.#bytes(STREAM_ID_BYTES + timeBytes);
      yield* this.#integers(integers);
    }
  }

  *#integers(count: number): Suspendable<void> {
    for (let left = count; left > 0; left--) yield* this.#source.integer('an integer of a stream');
  }
}
