import type { ContentDigest } from '../../digest.ts';
import { RdbError } from '../../errors.ts';
import { ModulePart, Opcode, type RdbFormat, unknownOpcode } from '../../format.ts';
import { SLOT_COUNT } from '../../slots.ts';
import { ModuleReader } from './module-reader.ts';
import { Murmur3 } from './murmur3.ts';
import type { Source, Suspendable } from './source.ts';
import type { Strings } from './strings.ts';
import type { Tally } from './tally.ts';

/** Databases are numbered with a signed 32-bit integer. */
const MAX_DATABASE = 2 ** 31 - 1;
/** AUX fields longer than this are passed over: none that matters is. */
const MAX_AUX_BYTES = 4096;
/** The name of a slot import is that of a cluster node. */
const SLOT_IMPORT_NAME_BYTES = 40;

const text = new TextDecoder();
const ascii = new TextEncoder();

export interface OpcodeReaderParts {
  readonly source: Source;
  readonly strings: Strings;
  readonly format: RdbFormat;
  readonly tally: Tally;
  readonly digest: ContentDigest | undefined;
}

/** Reads what stands between keys. */
export class OpcodeReader {
  /** The database of the keys that follow. */
  database = 0;

  readonly #source: Source;
  readonly #strings: Strings;
  readonly #format: RdbFormat;
  readonly #tally: Tally;
  readonly #digest: ContentDigest | undefined;
  readonly #module: ModuleReader;
  readonly #unused = new Murmur3();

  constructor(parts: OpcodeReaderParts) {
    this.#source = parts.source;
    this.#strings = parts.strings;
    this.#format = parts.format;
    this.#tally = parts.tally;
    this.#digest = parts.digest;
    this.#module = new ModuleReader(parts.source, parts.strings);
  }

  *read(opcode: number, offset: number): Suspendable<void> {
    this.#source.reading = `what opcode ${opcode} announces`;
    switch (opcode) {
      case Opcode.selectDatabase:
        return yield* this.#selectDatabase(offset);
      case Opcode.resizeDatabase:
        return yield* this.#integers(2);
      case Opcode.slotInfo:
        return yield* this.#integers(3);
      case Opcode.aux:
        return yield* this.#aux();
      case Opcode.function2:
        return yield* this.#function();
      case Opcode.functionPreGa:
        return yield* this.#oldFunction();
      case Opcode.moduleAux:
        return yield* this.#moduleAux(offset);
      default:
        return yield* this.#slotImport(opcode, offset);
    }
  }

  *#integers(count: number): Suspendable<void> {
    for (let left = count; left > 0; left--) yield* this.#source.integer('an integer');
  }

  *#selectDatabase(offset: number): Suspendable<void> {
    yield* this.#source.integer('the number of a database');
    this.database = this.#source.high * 0x1_0000_0000 + this.#source.low;
    if (this.database > MAX_DATABASE) {
      const detail = `expected a database number of at most ${MAX_DATABASE}, found ${this.database}`;
      throw new RdbError('BadLength', offset, detail);
    }
  }

  *#aux(): Suspendable<void> {
    const name = yield* this.#shortText();
    const value = yield* this.#shortText();
    if (name !== undefined && value !== undefined) this.#tally.addAux(name, value);
  }

  /** Reads a string as text; one that is too long is read and left out. */
  *#shortText(): Suspendable<string | undefined> {
    const strings = this.#strings;
    if (!strings.tryWhole()) yield* strings.whole('an AUX field');
    if (strings.length > MAX_AUX_BYTES) return undefined;
    return text.decode(strings.bytes.subarray(strings.start, strings.end));
  }

  *#function(): Suspendable<void> {
    this.#tally.functions++;
    if (!this.#digest) return yield* this.#strings.skip();
    this.#digest.addFunction(yield* this.#copy('a function library'));
  }

  /** Redis 7.0 RC: engine and name stood apart from the code, and move into it when a server loads them. */
  *#oldFunction(): Suspendable<void> {
    this.#tally.functions++;
    const name = yield* this.#copy('the name of a library');
    const engine = yield* this.#copy('the engine of a library');
    yield* this.#source.integer('whether a library has a description');
    if (this.#source.low !== 0) yield* this.#strings.skip();
    const code = yield* this.#copy('a function library');
    const parts = [ascii.encode('#!'), engine, ascii.encode(' name='), name, ascii.encode('\n'), code];
    const whole = Uint8Array.from(parts.flatMap((part) => [...part]));
    this.#digest?.addFunction(whole);
  }

  *#copy(what: string): Suspendable<Uint8Array> {
    yield* this.#strings.whole(what);
    return this.#strings.bytes.slice(this.#strings.start, this.#strings.end);
  }

  /** A module's own global state: when it is to be loaded, and parts as in a module's value. Not content of any key. */
  *#moduleAux(offset: number): Suspendable<void> {
    yield* this.#source.integer('the id of a module');
    yield* this.#source.integer('the mark before when to load');
    if (this.#source.low !== ModulePart.unsigned || this.#source.high !== 0) {
      const detail = `expected ${ModulePart.unsigned} before when to load, found ${this.#source.high * 0x1_0000_0000 + this.#source.low}`;
      throw new RdbError('BadModule', offset, detail);
    }
    yield* this.#source.integer('when to load');
    // Hashed for nothing: so that what a server would refuse to decompress is refused.
    yield* this.#module.parts(this.#digest ? this.#unused : undefined);
  }

  /** Valkey 9: a migration of slots that was under way. */
  *#slotImport(opcode: number, offset: number): Suspendable<void> {
    if (opcode !== Opcode.slotImport || this.#format.flavour !== 'valkey') {
      throw new RdbError('UnsupportedOpcode', offset, unknownOpcode(opcode, this.#format));
    }
    yield* this.#strings.skip();
    if (this.#strings.length !== SLOT_IMPORT_NAME_BYTES) {
      const detail = `expected a name of ${SLOT_IMPORT_NAME_BYTES} bytes, found ${this.#strings.length}`;
      throw new RdbError('BadLength', offset, detail);
    }
    const ranges = yield* this.#source.count('a number of slot ranges', 2);
    for (let left = ranges; left > 0; left--) yield* this.#importedSlots(offset);
  }

  *#importedSlots(offset: number): Suspendable<void> {
    const first = yield* this.#number();
    const last = yield* this.#number();
    if (last >= SLOT_COUNT || first > last) {
      const detail = `expected hash slots in order, up to ${SLOT_COUNT - 1}, found ${first} to ${last}`;
      throw new RdbError('BadLength', offset, detail);
    }
    this.#tally.addSlotImport(first, last);
  }

  *#number(): Suspendable<number> {
    yield* this.#source.integer('an integer');
    return this.#source.high * 0x1_0000_0000 + this.#source.low;
  }
}
