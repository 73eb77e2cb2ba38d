import type { NameHash } from '../../rdb/index.ts';

const FIRST_KEYS = 1_024;
const FIRST_BYTES = 64 * 1024;
const NAME_WORDS = 4;
const NO_EXPIRY = -1;

/** Keys that are read together, in arrays instead of an object for each. */
export class KeyBatch {
  count = 0;
  #bytes = new Uint8Array(FIRST_BYTES);
  #ends = new Uint32Array(FIRST_KEYS);
  #names = new Uint32Array(FIRST_KEYS * NAME_WORDS);
  #expiries = new Float64Array(FIRST_KEYS);
  /** Expiries that a double does not hold exactly. */
  readonly #exactExpiries = new Map<number, bigint>();
  /** What a server says each key takes of its memory, bytes. */
  #sizes = new Float64Array(FIRST_KEYS);

  add(key: Uint8Array, name: NameHash): void {
    const from = this.startOf(this.count);
    if (this.count === this.#ends.length) this.#growKeys();
    if (from + key.length > this.#bytes.length) this.#growBytes(from + key.length);
    this.#bytes.set(key, from);
    this.#ends[this.count] = from + key.length;
    this.#names.set(name, this.count * NAME_WORDS);
    this.count++;
  }

  /** All names, one after the other: key `at` is `[startOf(at), startOf(at + 1))`. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  startOf(at: number): number {
    return at === 0 ? 0 : (this.#ends[at - 1] ?? 0);
  }

  keyAt(at: number): Uint8Array {
    return this.#bytes.subarray(this.startOf(at), this.startOf(at + 1));
  }

  /** Copies the hash of a name into `into`. */
  nameAt(at: number, into: NameHash): void {
    for (let word = 0; word < NAME_WORDS; word++) into[word] = this.#names[at * NAME_WORDS + word] ?? 0;
  }

  /** Absolute, in ms; undefined for none. */
  expiryAt(at: number): number | bigint | undefined {
    const expiry = this.#expiries[at] ?? NO_EXPIRY;
    if (expiry === NO_EXPIRY) return undefined;
    return this.#exactExpiries.get(at) ?? expiry;
  }

  sizeAt(at: number): number {
    return this.#sizes[at] ?? 0;
  }

  describe(at: number, expiry: number | bigint, sizeBytes: number): void {
    this.#expiries[at] = Number(expiry);
    if (typeof expiry === 'bigint') this.#exactExpiries.set(at, expiry);
    this.#sizes[at] = sizeBytes;
  }

  #growKeys(): void {
    const grown = this.count * 2;
    this.#ends = enlarged(this.#ends, new Uint32Array(grown));
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
