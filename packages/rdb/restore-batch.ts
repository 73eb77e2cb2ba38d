import { KEY_TYPES, type KeyType, type RdbFormat, typeOf } from './format.ts';
import { slotOf } from './slots.ts';
import { COMMAND_BYTES } from './wasm/assembly/layout.ts';

/** What has become of the keys of a file so far. `emitted` and the others add up to the keys that have been read. */
export interface RestoreCounts {
  /** Keys with a RESTORE command. */
  readonly emitted: number;
  /** Keys of other databases or types than asked for, or that the filter did not accept. */
  readonly filtered: number;
  /** Keys that had expired already. */
  readonly expired: number;
  /** Keys that are larger than a server takes in one command. */
  readonly tooBig: number;
  /** Keys without elements, which a server passes over when it loads a file, and refuses in a RESTORE. */
  readonly empty: number;
  /** FUNCTION LOAD commands; not part of the keys. */
  readonly libraries: number;
}

/** A place between two keys where another run can begin. Plain JSON, and the same for any build of the reader. */
export interface RestoreMark extends RdbFormat {
  /** Position in the file of the next byte to read. */
  readonly position: number;
  readonly database: number;
  /** The CRC-64 of everything before, 16 hexadecimal digits, so that the file's checksum can still be verified. */
  readonly crc64: string;
  readonly counts: RestoreCounts;
}

/** What one command of a batch is about. */
export type RestoreCommand =
  | {
      readonly kind: 'restore';
      readonly database: number;
      readonly key: Uint8Array;
      readonly type: KeyType;
      readonly expiresAtMs: number | undefined;
      /** The key's hash slot in a cluster. */
      readonly slot: number;
      /** Position of the key in the file. */
      readonly offset: number;
    }
  | { readonly kind: 'library'; readonly code: Uint8Array; readonly offset: number }
  | { readonly kind: 'select'; readonly database: number; readonly offset: number };

/** Commands in RESP, to be sent as they are. */
export interface RestoreBatch {
  readonly bytes: Uint8Array;
  /** Commands that end in this batch; 0 for all parts but the last of a command that is sent in parts. */
  readonly commands: number;
  /** How many of them are FUNCTION LOAD. */
  readonly libraries: number;
  /** Whether it is a SELECT: if the server refuses it, nothing after it may be sent. */
  readonly isSelect: boolean;
  /** Where to begin again once this batch and all before it have been answered; undefined before the first key. */
  readonly mark: RestoreMark | undefined;
  /** Where each command ends in `bytes`. */
  endOf(index: number): number;
  /** What a command is about, read from its bytes: cheap if it is asked of few. */
  command(index: number): RestoreCommand;
  /** Says that nothing will be asked of this batch any more, so that its memory serves a later one. Need not be called. */
  release(): void;
}

const ascii = new TextDecoder('latin1');

export interface BatchContext {
  readonly format: RdbFormat;
  readonly libraries: number;
  readonly mark: RestoreMark | undefined;
  readonly release: () => void;
}

/** Commands, and what the core wrote down of each. */
export class Batch implements RestoreBatch {
  readonly bytes: Uint8Array;
  readonly commands: number;
  readonly libraries: number;
  readonly mark: RestoreMark | undefined;
  readonly release: () => void;
  readonly #format: RdbFormat;
  readonly #entries: DataView;

  /** @param entries what lies in COMMANDS */
  constructor(bytes: Uint8Array, entries: Uint8Array, context: BatchContext) {
    const { format, libraries, mark, release } = context;
    this.bytes = bytes;
    this.libraries = libraries;
    this.release = release;
    this.commands = entries.length / COMMAND_BYTES;
    this.mark = mark;
    this.#format = format;
    this.#entries = new DataView(entries.buffer, entries.byteOffset, entries.length);
  }

  /** A SELECT goes alone, and no other command has two words. */
  get isSelect(): boolean {
    return this.commands === 1 && wordsIn(this.bytes) === 2;
  }

  endOf(index: number): number {
    return this.#entries.getUint32(index * COMMAND_BYTES, true);
  }

  command(index: number): RestoreCommand {
    if (index < 0 || index >= this.commands) throw new RangeError(`no command ${index} of ${this.commands}`);
    const entry = index * COMMAND_BYTES;
    const place = {
      database: this.#entries.getUint32(entry + 4, true),
      offset: this.#entries.getFloat64(entry + 8, true),
    };
    const from = index === 0 ? 0 : this.endOf(index - 1);
    return describe(this.bytes.subarray(from, this.endOf(index)), place, this.#format);
  }
}

/** A part of a command whose payload is sent in parts: the last one is the command. */
export class PartOfCommand implements RestoreBatch {
  readonly bytes: Uint8Array;
  readonly mark: RestoreMark | undefined;
  readonly isSelect = false;
  readonly libraries = 0;
  readonly #whole: RestoreCommand | undefined;

  constructor(bytes: Uint8Array, mark: RestoreMark | undefined, whole?: RestoreCommand) {
    this.bytes = bytes;
    this.mark = mark;
    this.#whole = whole;
  }

  get commands(): number {
    return this.#whole ? 1 : 0;
  }

  endOf(): number {
    return this.bytes.length;
  }

  release(): void {
    // Its memory is of the size of the source's chunks, and is not used again.
  }

  command(index: number): RestoreCommand {
    if (index !== 0 || !this.#whole) throw new RangeError(`no command ${index} of ${this.commands}`);
    return this.#whole;
  }
}

interface Place {
  readonly database: number;
  readonly offset: number;
}

function wordsIn(command: Uint8Array): number {
  return (command[1] ?? 0) - 0x30;
}

/** Reads a command back; of its payload nothing but the first byte has to be there. */
export function describe(command: Uint8Array, place: Place, format: RdbFormat): RestoreCommand {
  const { offset } = place;
  const [name, first, second, third] = wordsOf(command, Math.min(wordsIn(command), 4));
  if (!name || !first) throw new RangeError('no command of the emitter');
  if (wordsIn(command) === 2) return { kind: 'select', database: Number(ascii.decode(first)), offset };
  if (ascii.decode(name) === 'FUNCTION') return { kind: 'library', code: (third ?? first).slice(), offset };
  const expiry = Number(ascii.decode(second));
  return {
    kind: 'restore',
    database: place.database,
    key: first.slice(),
    type: typeOf(third?.[0] ?? 0, format, offset).keyType,
    expiresAtMs: expiry === 0 ? undefined : expiry,
    slot: slotOf(first),
    offset,
  };
}

function wordsOf(command: Uint8Array, count: number): readonly Uint8Array[] {
  const words: Uint8Array[] = [];
  let at = 4;
  for (let word = 0; word < count; word++) {
    const lineEnd = command.indexOf(0x0d, at);
    const size = Number(ascii.decode(command.subarray(at + 1, lineEnd)));
    words.push(command.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return words;
}

/** The core's numbers of types of keys, as bits. */
export function typeBits(types: readonly KeyType[]): number {
  return types.reduce((bits, type) => bits | (1 << KEY_TYPES.indexOf(type)), 0);
}
