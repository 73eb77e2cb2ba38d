import * as layout from './assembly/layout.ts';
import { MODULE } from './build/module.ts';
import { refusalOf } from './refusals.ts';

/** Positions in the file. */
export interface LargeValue {
  readonly keyOffset: number;
  readonly valueOffset: number;
  readonly valueBytes: number;
}

/** Where a value is that is too large for a command, and what it is. */
export interface TooBigPlace extends LargeValue {
  /** The file's own number of it. */
  readonly type: number;
  readonly database: number;
  /** −1 for none. */
  readonly expiresAtMs: number;
}

/** What the core tells while it reads. What is not given is not told. */
export interface Host {
  aux?(name: string, value: string): void;
  keysOf?(database: number, keys: number): void;
  slotImport?(first: number, last: number): void;
  namePart?(bytes: Uint8Array, isFirst: boolean): void;
  keyRead?(isEmpty: boolean, bucket: number, elements: number, volatileFields: number): void;
  bigKey?(sizeBytes: number, database: number, keyType: number): number;
  library?(): void;
  item?(kind: number, expiresAtMs: number): void;
  takesDatabase?(database: number): boolean;
  takesKey?(name: Uint8Array, keyType: number, database: number, expiresAtMs: number): boolean;
  batch?(bytes: Uint8Array, commands: number): void;
  large?(head: Uint8Array, tail: Uint8Array, place: LargeValue): void;
  tooBig?(name: Uint8Array, sizeBytes: number, place: TooBigPlace): void;
}

/** The functions of assembly/index.ts, which says what each does. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): void };
  prepare(): void;
  start(isDeep: number, tellsKeys: number, sizeBytes: number, heldBytes: number): void;
  seek(pass: number, keyPasses: number): void;
  unreadEnd(): number;
  run(bytes: number): number;
  consumed(): number;
  unread(): number;
  report(): void;
  reportPacked(): void;
  bins(): number;
  restoreBins(count: number): void;
  afterRestore(tellsKeys: number): void;
  packPart(): number;
  namesEnd(): number;
  membersBytes(): number;
  groupsBytes(): number;
  packKeys(): number;
  restoreKeys(count: number): void;
  crc(kind: number, from: number, size: number): void;
  beginMessage(seed: number): void;
  addToMessage(size: number): void;
  endMessage(): void;
  startPayload(type: number, version: number, isValkey: number, database: number, hasExpiry: number): void;
  endPayload(): void;
  startSums(binWidthSeconds: number): void;
  hashName(size: number): void;
  beginPayload(type: number, version: number, isValkey: number, database: number, hasExpiry: number): void;
  addPayload(
    size: number,
    version: number,
    isValkey: number,
    database: number,
    hasExpiry: number,
    expiryLow: number,
    expiryHigh: number,
    name0: number,
    name1: number,
    name2: number,
    name3: number,
  ): number;
  isDone(): number;
  startRestore(
    replaces: number,
    takesLibraries: number,
    asksKeys: number,
    typesTaken: number,
    maxPayloadBytes: number,
  ): void;
  resumeRestore(version: number, isValkey: number, database: number, position: number): void;
  reportRestore(): void;
  flush(): void;
}

/** Places in the report, in numbers of eight bytes; assembly/index.ts writes them. */
const REPORTED = 10;

/** The part of WebAssembly that is used; TypeScript knows it only together with the whole DOM. */
interface Runtime {
  readonly Module: new (binary: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Runtime }).WebAssembly;

let module: object | undefined;
const text = new TextDecoder();

/** A loop, for `Uint8Array.from` with a callback takes ten times as long, and that is felt in a small file. */
function binaryOf(base64: string): Uint8Array {
  const characters = atob(base64);
  const binary = new Uint8Array(characters.length);
  for (let at = 0; at < binary.length; at++) binary[at] = characters.charCodeAt(at);
  return binary;
}

/** Powers of five as 128-bit fractions: exact where they fit, otherwise truncated (or, below one, rounded up). */
function powersOfFive(): BigUint64Array {
  const words: bigint[] = [];
  for (let power = layout.MIN_POWER; power <= layout.MAX_POWER; power++) {
    const value = power < 0 ? fractionOf(5n ** BigInt(-power), power) : scaled(5n ** BigInt(power));
    words.push(BigInt.asUintN(64, value), value >> 64n);
  }
  return BigUint64Array.from(words);
}

function fractionOf(divisor: bigint, power: number): bigint {
  const bits = BigInt(divisor.toString(2).length);
  if (power >= -27) return (1n << (bits + 127n)) / divisor + 1n;
  return scaled((1n << (2n * bits + 128n)) / divisor + 1n);
}

function scaled(value: bigint): bigint {
  const excess = BigInt(value.toString(2).length) - 128n;
  return excess > 0n ? value >> excess : value << -excess;
}

/** One instance of the core with its memory (33 MB, however large the file), of which most is touched only if needed. */
export class Core {
  host: Host = {};
  readonly keysTableBytes: number;
  readonly bytes: Uint8Array;
  readonly calls: Exports;
  readonly #view: DataView;
  readonly #words: Uint32Array;

  /** @param keysTableBytes a power of two: eight for each slot of the table of keys, three quarters of which are used */
  constructor(keysTableBytes: number = layout.KEYS_TABLE_BYTES) {
    module ??= new Module(binaryOf(MODULE));
    const instance = new Instance(module, { host: this.#imports() });
    this.calls = instance.exports as Exports;
    // Before anything looks at the memory, for growing detaches it.
    this.calls.memory.grow(keysTableBytes / layout.PAGE_BYTES);
    this.keysTableBytes = keysTableBytes;
    this.bytes = new Uint8Array(this.calls.memory.buffer);
    this.#view = new DataView(this.calls.memory.buffer);
    this.#words = new Uint32Array(this.calls.memory.buffer);
    this.calls.prepare();
    new BigUint64Array(this.calls.memory.buffer, layout.POWERS).set(powersOfFive());
  }

  #imports() {
    return {
      refuse: (refusal: number, offset: number, a: number, b: number, c: number): never => {
        throw refusalOf({ core: this, refusal, offset, a, b, c });
      },
      aux: (name: number, nameBytes: number, value: number, valueBytes: number) =>
        this.host.aux?.(this.text(name, nameBytes), this.text(value, valueBytes)),
      keysOf: (database: number, keys: number) => this.host.keysOf?.(database, keys),
      slotImport: (first: number, last: number) => this.host.slotImport?.(first, last),
      nameOf: (at: number, size: number, isFirst: number) =>
        this.host.namePart?.(this.bytes.subarray(at, at + size), isFirst === 1),
      keyRead: (isEmpty: number, bucket: number, elements: number, volatileFields: number) =>
        this.host.keyRead?.(isEmpty === 1, bucket, elements, volatileFields),
      bigKey: (sizeBytes: number, database: number, keyType: number) =>
        this.host.bigKey?.(sizeBytes, database, keyType) ?? sizeBytes,
      library: () => this.host.library?.(),
      item: (kind: number, expiresAtMs: number) => this.host.item?.(kind, expiresAtMs),
      decimal: (at: number, size: number) => parseDecimal(this.latin1(at, size)),
      ...this.#restoreImports(),
    };
  }

  #restoreImports() {
    const part = (at: number, size: number) => this.bytes.subarray(at, at + size);
    return {
      takesDatabase: (database: number) => (this.host.takesDatabase?.(database) === false ? 0 : 1),
      takesKey: (at: number, size: number, keyType: number, database: number, expiresAtMs: number) =>
        this.host.takesKey?.(part(at, size), keyType, database, expiresAtMs) === false ? 0 : 1,
      batch: (at: number, size: number, commands: number) => this.host.batch?.(part(at, size), commands),
      large: (
        headBytes: number,
        tailBytes: number,
        keyOffset: number,
        valueOffset: number,
        valueBytes: number,
      ) => {
        const place = { keyOffset, valueOffset, valueBytes };
        this.host.large?.(part(layout.OUT, headBytes), part(layout.OUT + headBytes, tailBytes), place);
      },
      tooBig: (
        at: number,
        size: number,
        sizeBytes: number,
        keyOffset: number,
        valueOffset: number,
        valueBytes: number,
        type: number,
        database: number,
        expiresAtMs: number,
      ) => {
        const place = { keyOffset, valueOffset, valueBytes, type, database, expiresAtMs };
        this.host.tooBig?.(part(at, size), sizeBytes, place);
      },
    };
  }

  /** What keys the hashes of the next reading, to be filled in. */
  get secret(): Uint8Array {
    return this.bytes.subarray(layout.REPORT, layout.REPORT + 32);
  }

  text(at: number, size: number): string {
    return text.decode(this.bytes.subarray(at, at + size));
  }

  latin1(at: number, size: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + size));
  }

  /** A 64-bit integer of the report. */
  exact(index: number): bigint {
    return this.#view.getBigUint64(layout.REPORT + index * 8, true);
  }

  setExact(index: number, value: bigint): void {
    this.#view.setBigUint64(layout.REPORT + index * 8, BigInt.asUintN(64, value), true);
  }

  double(index: number): number {
    return this.doubleAt(layout.REPORT + index * 8);
  }

  doubleAt(at: number): number {
    return this.#view.getFloat64(at, true);
  }

  /** The numbers of the last `report` call. */
  reported(index: number): number {
    return this.double(REPORTED + index);
  }

  /** The 128-bit value at a place of the report, as four words. */
  words(index: number): Uint32Array {
    return this.wordsAt(layout.REPORT + index * 8);
  }

  wordsAt(at: number): Uint32Array {
    return this.#words.slice(at >> 2, (at >> 2) + 4);
  }

  /** As {@link wordsAt}, into words that are there. */
  wordsInto(words: Uint32Array, at: number): void {
    for (let word = 0; word < 4; word++) words[word] = this.#words[(at >> 2) + word] ?? 0;
  }

  /** As they lie in the core's memory: valid until it is called again. */
  wordsThere(at: number, count: number): Uint32Array {
    return this.#words.subarray(at >> 2, (at >> 2) + count);
  }

  /** A 64-bit count, which is a safe integer. */
  countAt(at: number): number {
    return (this.#words[at >> 2] ?? 0) + (this.#words[(at >> 2) + 1] ?? 0) * 0x1_0000_0000;
  }

  /** Hands bytes over a window at a time. */
  eachWindow(bytes: Uint8Array, take: (size: number) => void): void {
    for (let from = 0; from < bytes.length; from += layout.CHUNK_BYTES) {
      const part = bytes.subarray(from, from + layout.CHUNK_BYTES);
      this.bytes.set(part, layout.WINDOW);
      take(part.length);
    }
  }
}

const NAMED: Readonly<Record<string, number>> = {
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};
/** What `%.17g` writes. Nothing else is taken, for `Number` would accept more (hexadecimal, spaces, nothing at all). */
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/;

/** The few scores that the core cannot decide by itself. */
function parseDecimal(written: string): number {
  const lower = written.toLowerCase();
  return NAMED[lower] ?? (DECIMAL.test(lower) ? Number(lower) : Number.NaN);
}

/** Instances that are not in use: making one takes longer than reading a small file. */
const idle: Core[] = [];
const MAX_IDLE = 2;

export function borrowCore(keysTableBytes: number = layout.KEYS_TABLE_BYTES): Core {
  const at = idle.findIndex((core) => core.keysTableBytes === keysTableBytes);
  return (at < 0 ? undefined : idle.splice(at, 1)[0]) ?? new Core(keysTableBytes);
}

export function returnCore(core: Core): void {
  core.host = {};
  if (idle.length < MAX_IDLE) idle.push(core);
}

let shared: Core | undefined;

/** For checksums, hashes and payloads: whatever uses it leaves nothing in it. */
export function sharedCore(): Core {
  shared ??= new Core();
  return shared;
}
