import type { NameHash } from '@redrill/rdb';
import { ARGUMENT_BYTES, encodeArgument } from './resp-command.ts';

const FIRST_KEYS = 1_024;
const FIRST_BYTES = 64 * 1024;
/** A batch keeps no more memory than this for the next keys. */
const MAX_BYTES = 1024 * 1024;
/** What follows a key in its argument. */
const LINE_END_BYTES = 2;
const NAME_WORDS = 4;
const NO_EXPIRY = -1;

/** Keys that are read together, in arrays instead of an object for each. Each is kept as the argument that commands take. */
export class KeyBatch {
  count = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #ends = new Uint32Array(FIRST_KEYS);
  /** Where each key begins in its argument. */
  #keys = new Uint32Array(FIRST_KEYS);
  #names = new Uint32Array(FIRST_KEYS * NAME_WORDS);
  #expiries = new Float64Array(FIRST_KEYS);
  /** Expiries that a double does not hold exactly. */
  readonly #exactExpiries = new Map<number, bigint>();
  /** What a server says each key takes of its memory, bytes. */
  #sizes = new Float64Array(FIRST_KEYS);

  /** Forgets all keys, and uses their memory again. */
  clear(): void {
    this.count = 0;
    this.#exactExpiries.clear();
    if (this.#bytes.length > MAX_BYTES) this.#bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Adds the key `source[from, to)`. */
  add(source: Uint8Array, from: number, to: number, name: NameHash): void {
    const begins = this.startOf(this.count);
    const atMost = begins + to - from + ARGUMENT_BYTES;
    if (this.count === this.#ends.length) this.#growKeys();
    if (atMost > this.#bytes.length) this.#growBytes(atMost);
    const ends = encodeArgument(this.#bytes, begins, source, from, to);
    this.#ends[this.count] = ends;
    this.#keys[this.count] = ends - LINE_END_BYTES - (to - from);
    const word = this.count++ * NAME_WORDS;
    for (let at = 0; at < NAME_WORDS; at++) this.#names[word + at] = name[at] ?? 0;
  }

  /** All keys as arguments, one after the other: that of key `at` is `[startOf(at), startOf(at + 1))`. */
  get encoded(): Uint8Array {
    return this.#bytes;
  }

  startOf(at: number): number {
    return at === 0 ? 0 : (this.#ends[at - 1] ?? 0);
  }

  keyAt(at: number): Uint8Array {
    return this.#bytes.subarray(this.#keys[at], (this.#ends[at] ?? 0) - LINE_END_BYTES);
  }

  /** Copies the hash of a name into `into`. */
  nameAt(at: number, into: NameHash): void {
    for (let word = 0; word < NAME_WORDS; word++) into[word] = this.#names[at * NAME_WORDS + word] ?? 0;
  }

  /** Absolute, in ms; undefined for none. */
  expiryAt(at: number): number | bigint | undefined {
    const expiry = this.#expiries[at] ?? NO_EXPIRY;
    if (expiry === NO_EXPIRY) return undefined;
    return this.#exactExpiries.size === 0 ? expiry : (this.#exactExpiries.get(at) ?? expiry);
  }

  sizeAt(at: number): number {
    return this.#sizes[at] ?? 0;
  }

  resize(at: number, sizeBytes: number): void {
    this.#sizes[at] = sizeBytes;
  }

  describe(at: number, expiry: number | bigint, sizeBytes: number): void {
    this.#expiries[at] = Number(expiry);
    if (typeof expiry === 'bigint') this.#exactExpiries.set(at, expiry);
    this.#sizes[at] = sizeBytes;
  }

  #growKeys(): void {
    const grown = this.count * 2;
    this.#ends = enlarged(this.#ends, new Uint32Array(grown));
    this.#keys = enlarged(this.#keys, new Uint32Array(grown));
    this.#names = enlarged(this.#names, new Uint32Array(grown * NAME_WORDS));
    this.#expiries = enlarged(this.#expiries, new Float64Array(grown));
    this.#sizes = enlarged(this.#sizes, new Float64Array(grown));
  }

  #growBytes(atLeast: number): void {
    this.#bytes = enlarged(this.#bytes, new Uint8Array(Math.max(atLeast, this.#bytes.length * 2)));
  }
}

function enlarged<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
