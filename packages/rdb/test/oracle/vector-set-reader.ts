import { RdbError } from '../../errors.ts';
import { ModulePart } from '../../format.ts';
import type { KeyItem } from './item.ts';
import type { Source, Suspendable } from './source.ts';
import type { Strings } from './strings.ts';

/** The id of the type `vectorset` in its first and only encoding. */
export const VECTOR_SET_ID = 13683956169735844864n;

const HAS_MATRIX = 1;
const HAS_ATTRIBUTES = 2;
/** Above the quantisation: how many links an element has; 0 in old files stands for the default. */
const LINKS = 0xffff00;
const DEFAULT_LINKS = 16 << 8;

/** Vector sets (Redis 8): what they hold, whatever the order. The graph between the elements is left out. */
export class VectorSetReader {
  readonly #source: Source;
  readonly #strings: Strings;
  readonly #item: KeyItem;

  constructor(source: Source, strings: Strings, item: KeyItem) {
    this.#source = source;
    this.#strings = strings;
    this.#item = item;
  }

  /** Reads on behind the id. */
  *read(): Suspendable<void> {
    const { body } = this.#item;
    const source = this.#source;
    yield* this.#unsigned();
    body.u64(source.low, source.high);
    yield* this.#unsigned();
    const count = (BigInt(source.high >>> 0) << 32n) | BigInt(source.low >>> 0);
    yield* this.#unsigned();
    body.u64(source.low & LINKS ? source.low : source.low | DEFAULT_LINKS, source.high);
    yield* this.#unsigned();
    const flags = source.low;
    body.u64(flags & HAS_MATRIX, 0);
    if (flags & HAS_MATRIX) {
      yield* this.#unsigned();
      body.u64(source.low, source.high);
      yield* this.#part(ModulePart.string);
      yield* this.#strings.hash(body);
    }
    for (let left = count; left > 0n; left--) yield* this.#element((flags & HAS_ATTRIBUTES) !== 0);
    yield* this.#part(ModulePart.end);
    this.#item.addSum();
  }

  *#element(hasAttributes: boolean): Suspendable<void> {
    const element = this.#item.startElement();
    yield* this.#part(ModulePart.string);
    yield* this.#strings.hash(element);
    if (hasAttributes) {
      yield* this.#part(ModulePart.string);
      yield* this.#strings.hash(element);
    } else element.u64(0, 0);
    yield* this.#part(ModulePart.string);
    yield* this.#strings.hash(element);
    yield* this.#unsigned();
    let left = (BigInt(this.#source.high >>> 0) << 32n) | BigInt(this.#source.low >>> 0);
    const hasParameters = left > 0n;
    for (; left > 0n; left--) yield* this.#unsigned();
    // The last one is the length of the vector and the range of its quantisation; the others are the graph.
    if (hasParameters) element.u64(this.#source.low, this.#source.high);
    this.#item.addElement();
  }

  *#unsigned(): Suspendable<void> {
    yield* this.#part(ModulePart.unsigned);
    yield* this.#source.integer('an integer of a module');
  }

  *#part(kind: number): Suspendable<void> {
    const { offset } = this.#source;
    yield* this.#source.integer('a part of a module value');
    const found = this.#source.high * 0x1_0000_0000 + this.#source.low;
    if (found === kind) return;
    throw new RdbError('BadModule', offset, `expected part ${kind} of a vector set, found ${found}`);
  }
}
