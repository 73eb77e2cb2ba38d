import { add128 } from './word128.ts';

/** More bins than this are never kept: the width doubles instead. */
export const MAX_BINS = 65_536;

const MS_PER_SECOND = 1000;

/** The items that expire within one stretch of time. */
export interface Bin {
  /** `fromMs / widthMs`: bins are aligned to the epoch. */
  readonly index: number;
  readonly keys: number;
  readonly volatileFields: number;
  /** The sum of the items' hashes, as four little-endian words. */
  readonly sum: Uint32Array;
}

const FIRST_CAPACITY = 64;
/** Of 32 bits, in a bin: index, keys and volatile fields in 64 bits each, then the sum. The core keeps them so, too. */
const BIN_WORDS = 10;
const INDEX = 0;
const KEYS = 2;
const FIELDS = 4;
const SUM = 6;

const HIGH = 0x1_0000_0000;
const countAt = (words: Uint32Array, at: number): number =>
  (words[at] as number) + (words[at + 1] as number) * HIGH;
function setCount(words: Uint32Array, at: number, count: number): void {
  words[at] = count;
  words[at + 1] = Math.floor(count / HIGH);
}

/**
 * Sums of items by the time they expire. The width is the smallest power of two (in seconds) with which all items fit
 * into {@link MAX_BINS} bins; bins only ever merge in pairs, so neither order nor grouping of additions matters.
 *
 * Bins lie one after the other in one array, and a hash table of their places is made when one is looked for: tens of
 * thousands of small objects would take several times the memory, and a reading only sums them.
 */
export class ExpiryBins {
  #widthSeconds: number;
  #size = 0;
  #keysInAll = 0;
  #fieldsInAll = 0;
  #words: Uint32Array;
  /** By the hash of the index: 1 + the number of the bin, 0 where there is none. A power of two, at least half free. */
  #places: Uint32Array | undefined;

  constructor(widthSeconds = 1) {
    this.#widthSeconds = widthSeconds;
    this.#words = new Uint32Array(FIRST_CAPACITY * BIN_WORDS);
  }

  /** Takes bins of different indexes as the core keeps them. The words are copied. */
  static fromWords(widthSeconds: number, words: Uint32Array): ExpiryBins {
    const bins = new ExpiryBins(widthSeconds);
    bins.#words = words.slice();
    bins.#size = words.length / BIN_WORDS;
    for (let at = 0; at < words.length; at += BIN_WORDS) {
      bins.#keysInAll += countAt(words, at + KEYS);
      bins.#fieldsInAll += countAt(words, at + FIELDS);
    }
    return bins;
  }

  get widthSeconds(): number {
    return this.#widthSeconds;
  }

  get widthMs(): number {
    return this.#widthSeconds * MS_PER_SECOND;
  }

  get size(): number {
    return this.#size;
  }

  /** Keys in all bins. */
  get keys(): number {
    return this.#keysInAll;
  }

  /** Volatile fields in all bins. */
  get volatileFields(): number {
    return this.#fieldsInAll;
  }

  addKey(expiresAtMs: number, hash: Uint32Array): void {
    this.#add(Math.floor(expiresAtMs / this.widthMs), 1, 0, hash, 0);
  }

  addVolatileField(expiresAtMs: number, hash: Uint32Array): void {
    this.#add(Math.floor(expiresAtMs / this.widthMs), 0, 1, hash, 0);
  }

  /** Adds what another bin holds; its index is one of this width. */
  addBin(bin: Bin): void {
    this.#add(bin.index, bin.keys, bin.volatileFields, bin.sum, 0);
  }

  /** Adds all of `other`, at the wider of the two widths. */
  merge(other: ExpiryBins): void {
    this.#coarsen(Math.max(this.#widthSeconds, other.#widthSeconds));
    this.#addAll(other);
  }

  /** With this width, which is not less than its own, or a wider one if that is needed: itself if it has that width. */
  coarsened(widthSeconds: number): ExpiryBins {
    if (widthSeconds === this.#widthSeconds) return this;
    const copy = new ExpiryBins(widthSeconds);
    copy.#addAll(this);
    return copy;
  }

  /** The indexes of the bins that are not the same in both, ascending; both have the same width. */
  differingFrom(other: ExpiryBins): readonly number[] {
    const differing: number[] = [];
    let shared = 0;
    for (let number = 0; number < this.#size; number++) {
      const index = this.#indexAt(number);
      const counterpart = other.#find(index);
      if (counterpart >= 0) shared++;
      if (counterpart < 0 || !this.#equals(number, other, counterpart)) differing.push(index);
    }
    // What only the other one has is looked for if there is any.
    for (let number = 0; shared < other.#size && number < other.#size; number++)
      if (this.#find(other.#indexAt(number)) < 0) differing.push(other.#indexAt(number));
    return differing.sort((one, next) => one - next);
  }

  #equals(number: number, other: ExpiryBins, counterpart: number): boolean {
    const [from, to] = [number * BIN_WORDS, counterpart * BIN_WORDS];
    for (let word = 0; word < BIN_WORDS; word++)
      if (this.#words[from + word] !== other.#words[to + word]) return false;
    return true;
  }

  get(index: number): Bin | undefined {
    const number = this.#find(index);
    return number < 0 ? undefined : this.#bin(number * BIN_WORDS);
  }

  /** By ascending time. */
  sorted(): readonly Bin[] {
    return Array.from({ length: this.#size }, (_, number) => this.#bin(number * BIN_WORDS)).sort(
      (one, other) => one.index - other.index,
    );
  }

  /** Adds the sums of all bins to `total`. */
  sumInto(total: Uint32Array): void {
    for (let number = 0; number < this.#size; number++)
      add128(total, 0, this.#words, number * BIN_WORDS + SUM);
  }

  #indexAt(number: number): number {
    return countAt(this.#words, number * BIN_WORDS + INDEX);
  }

  #bin(at: number): Bin {
    return {
      index: countAt(this.#words, at + INDEX),
      keys: countAt(this.#words, at + KEYS),
      volatileFields: countAt(this.#words, at + FIELDS),
      sum: this.#words.slice(at + SUM, at + BIN_WORDS),
    };
  }

  #addAll(other: ExpiryBins): void {
    if (this.#size === 0 && this.#widthSeconds === other.#widthSeconds) {
      this.#copy(other);
      return;
    }
    const from = other.#words;
    for (let number = 0; number < other.#size; number++) {
      // Adding may widen this side further.
      const index = Math.floor(other.#indexAt(number) / (this.#widthSeconds / other.#widthSeconds));
      const at = number * BIN_WORDS;
      this.#add(index, countAt(from, at + KEYS), countAt(from, at + FIELDS), from, at + SUM);
    }
  }

  /** What adding all of `other` to no bins at all comes to. */
  #copy(other: ExpiryBins): void {
    this.#words = other.#words.slice(0, other.#size * BIN_WORDS);
    this.#places = undefined;
    this.#size = other.#size;
    this.#keysInAll = other.#keysInAll;
    this.#fieldsInAll = other.#fieldsInAll;
  }

  #add(index: number, keys: number, volatileFields: number, sums: Uint32Array, sumAt: number): void {
    const number = this.#numberOf(index);
    const at = number * BIN_WORDS;
    const words = this.#words;
    setCount(words, at + KEYS, countAt(words, at + KEYS) + keys);
    setCount(words, at + FIELDS, countAt(words, at + FIELDS) + volatileFields);
    add128(words, at + SUM, sums, sumAt);
    this.#keysInAll += keys;
    this.#fieldsInAll += volatileFields;
    while (this.#size > MAX_BINS) this.#coarsen(this.#widthSeconds * 2);
  }

  /** The number of the bin, or where it belongs in the table: −1 − place. */
  #find(index: number): number {
    this.#places ??= this.#placed();
    const mask = this.#places.length - 1;
    let place = hashOf(index) & mask;
    for (;;) {
      const number = (this.#places[place] as number) - 1;
      if (number < 0) return -1 - place;
      if (this.#indexAt(number) === index) return number;
      place = (place + 1) & mask;
    }
  }

  /** The number of the bin, which is made if need be. */
  #numberOf(index: number): number {
    const found = this.#find(index);
    if (found >= 0) return found;
    if (this.#size * BIN_WORDS >= this.#words.length) this.#grow();
    const number = this.#size++;
    setCount(this.#words, number * BIN_WORDS + INDEX, index);
    const places = this.#places as Uint32Array;
    places[-1 - found] = this.#size;
    if (this.#size * 2 > places.length) this.#places = undefined;
    return number;
  }

  #placed(): Uint32Array {
    let length = FIRST_CAPACITY * 4;
    while (length < this.#size * 4) length *= 2;
    const places = new Uint32Array(length);
    for (let number = 0; number < this.#size; number++) {
      let place = hashOf(this.#indexAt(number)) & (length - 1);
      while (places[place] !== 0) place = (place + 1) & (length - 1);
      places[place] = number + 1;
    }
    return places;
  }

  #grow(): void {
    const words = new Uint32Array(Math.max(FIRST_CAPACITY * BIN_WORDS, this.#words.length * 2));
    words.set(this.#words);
    this.#words = words;
  }

  #coarsen(widthSeconds: number): void {
    const wide = this.coarsened(widthSeconds);
    if (wide === this) return;
    this.#words = wide.#words;
    this.#places = wide.#places;
    this.#size = wide.#size;
    this.#widthSeconds = wide.#widthSeconds;
  }
}

function hashOf(index: number): number {
  const mixed = Math.imul((index | 0) ^ Math.imul(Math.floor(index / HIGH) | 0, 0x85ebca6b), 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
