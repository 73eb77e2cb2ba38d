import { RdbError } from '../../errors.ts';
import { ModulePart } from '../../format.ts';
import type { KeyItem } from './item.ts';
import type { Murmur3 } from './murmur3.ts';
import type { Source, Suspendable } from './source.ts';
import type { Strings } from './strings.ts';
import { VECTOR_SET_ID, VectorSetReader } from './vector-set-reader.ts';

const FLOAT_BYTES = 4;
const DOUBLE_BYTES = 8;

/**
 * The values of modules, of which only the framing is known: typed parts up to an end mark. The parts are hashed as
 * they are, so equality means that the module wrote the same thing, not that it would find the same meaning in it.
 */
export class ModuleReader {
  readonly #source: Source;
  readonly #strings: Strings;

  readonly #vectorSets: VectorSetReader | undefined;

  /** @param item given if values are to be understood where they can be */
  constructor(source: Source, strings: Strings, item?: KeyItem) {
    this.#source = source;
    this.#strings = strings;
    this.#vectorSets = item && new VectorSetReader(source, strings, item);
  }

  /** Reads the module's id and the parts, into a message or, without one, to skip them. */
  *read(into?: Murmur3): Suspendable<void> {
    yield* this.#source.integer('the id of a module');
    into?.u64(this.#source.low, this.#source.high);
    const id = (BigInt(this.#source.high >>> 0) << 32n) | BigInt(this.#source.low >>> 0);
    if (into && this.#vectorSets && id === VECTOR_SET_ID) yield* this.#vectorSets.read();
    else yield* this.parts(into);
  }

  /** Reads parts up to the end mark. */
  *parts(into?: Murmur3): Suspendable<void> {
    const source = this.#source;
    for (;;) {
      const offset = source.offset;
      yield* source.integer('a part of a module value');
      const part = source.high * 0x1_0000_0000 + source.low;
      into?.u32(part);
      if (part === ModulePart.end) return;
      switch (part) {
        case ModulePart.signed:
        case ModulePart.unsigned:
          yield* source.integer('an integer of a module');
          into?.u64(source.low, source.high);
          break;
        case ModulePart.float:
          yield* this.#fixed(FLOAT_BYTES, into);
          break;
        case ModulePart.double:
          yield* this.#fixed(DOUBLE_BYTES, into);
          break;
        case ModulePart.string:
          yield* into ? this.#strings.hash(into) : this.#strings.skip();
          break;
        default:
          throw new RdbError('BadModule', offset, `expected a part of a module value, 0 to 5, found ${part}`);
      }
    }
  }

  *#fixed(width: number, into?: Murmur3): Suspendable<void> {
    const source = this.#source;
    while (!source.has(width)) yield;
    into?.bytes(source.bytes, source.at, source.at + width);
    source.at += width;
  }
}
