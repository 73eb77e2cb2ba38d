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
const WORDS = 4;
const FREE = -1;
/** Of 32 bits, in a bin as the core keeps it. */
const BIN_WORDS = 10;

const countAt = (words: Uint32Array, at: number): number =>
  (words[at] as number) + (words[at + 1] as number) * 0x1_0000_0000;

/**
 * Sums of items by the time they expire. The width is the smallest power of two (in seconds) with which all items fit
 * into {@link MAX_BINS} bins; bins only ever merge in pairs, so neither order nor grouping of additions matters.
 *
 * A hash table in typed arrays: tens of thousands of small objects would take several times the memory.
 */
export class ExpiryBins {
  #widthSeconds: number;
  #size = 0;
  #keysInAll = 0;
  #fieldsInAll = 0;
  #indexes: Float64Array;
  #keys: Float64Array;
  #fields: Float64Array;
  #sums: Uint32Array;

  /** @param expectedBins if known, so that the table need not grow */
  constructor(widthSeconds = 1, expectedBins = 0) {
    this.#widthSeconds = widthSeconds;
    let capacity = FIRST_CAPACITY;
    while (capacity < expectedBins * 2) capacity *= 2;
    this.#indexes = new Float64Array(capacity).fill(FREE);
    this.#keys = new Float64Array(capacity);
    this.#fields = new Float64Array(capacity);
    this.#sums = new Uint32Array(capacity * WORDS);
  }

  /**
   * Takes bins of different indexes that lie one after the other: index, keys and volatile fields in 64 bits each, then the
   * sum. There may be tens of thousands, and a short file waits for this longer than for its reading.
   */
  static fromWords(widthSeconds: number, words: Uint32Array): ExpiryBins {
    const count = words.length / BIN_WORDS;
    const bins = new ExpiryBins(widthSeconds, count);
    const sums = bins.#sums;
    for (let at = 0; at < words.length; at += BIN_WORDS) {
      const index = countAt(words, at);
      const slot = bins.#find(index);
      bins.#indexes[slot] = index;
      bins.#put(slot, countAt(words, at + 2), countAt(words, at + 4));
      for (let word = 0; word < WORDS; word++) sums[slot * WORDS + word] = words[at + 6 + word] as number;
    }
    bins.#size = count;
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
    this.#add(Math.floor(expiresAtMs / this.widthMs), hash, 1, 0);
  }

  addVolatileField(expiresAtMs: number, hash: Uint32Array): void {
    this.#add(Math.floor(expiresAtMs / this.widthMs), hash, 0, 1);
  }

  /** Adds what another bin holds; its index is one of this width. */
  addBin(bin: Bin): void {
    this.#add(bin.index, bin.sum, bin.keys, bin.volatileFields);
  }

  /** Adds all of `other`, at the wider of the two widths. */
  merge(other: ExpiryBins): void {
    this.#coarsen(Math.max(this.#widthSeconds, other.widthSeconds));
    for (let from = 0; from < other.#indexes.length; from++) {
      const index = other.#indexes[from] ?? FREE;
      if (index === FREE) continue;
      // Adding may widen this side further.
      const factor = this.#widthSeconds / other.#widthSeconds;
      const slot = this.#slotOf(Math.floor(index / factor));
      this.#put(slot, other.#keys[from] ?? 0, other.#fields[from] ?? 0);
      add128(this.#sums, slot * WORDS, other.#sums, from * WORDS);
      while (this.#size > MAX_BINS) this.#coarsen(this.#widthSeconds * 2);
    }
  }

  /** A copy with this width, which is not less than its own. */
  coarsened(widthSeconds: number): ExpiryBins {
    const copy = new ExpiryBins(widthSeconds);
    const factor = widthSeconds / this.#widthSeconds;
    this.#indexes.forEach((index, slot) => {
      if (index === FREE) return;
      const at = copy.#slotOf(Math.floor(index / factor));
      copy.#put(at, this.#keys[slot] ?? 0, this.#fields[slot] ?? 0);
      add128(copy.#sums, at * WORDS, this.#sums, slot * WORDS);
    });
    return copy;
  }

  get(index: number): Bin | undefined {
    const slot = this.#find(index);
    return this.#indexes[slot] === FREE ? undefined : this.#bin(slot);
  }

  /** The indexes of all bins, ascending. */
  get indexes(): Float64Array {
    return this.#indexes.filter((index) => index !== FREE).sort();
  }

  /** By ascending time. */
  sorted(): readonly Bin[] {
    return Array.from(this.indexes, (index) => this.#bin(this.#find(index)));
  }

  /** Adds the sums of all bins to `total`. */
  sumInto(total: Uint32Array): void {
    // Free places hold zeros.
    for (let at = 0; at < this.#sums.length; at += WORDS) add128(total, 0, this.#sums, at);
  }

  #bin(slot: number): Bin {
    return {
      index: this.#indexes[slot] ?? FREE,
      keys: this.#keys[slot] ?? 0,
      volatileFields: this.#fields[slot] ?? 0,
      sum: this.#sums.slice(slot * WORDS, (slot + 1) * WORDS),
    };
  }

  #add(index: number, hash: Uint32Array, keys: number, volatileFields: number): void {
    const slot = this.#slotOf(index);
    this.#put(slot, keys, volatileFields);
    add128(this.#sums, slot * WORDS, hash);
    while (this.#size > MAX_BINS) this.#coarsen(this.#widthSeconds * 2);
  }

  #put(slot: number, keys: number, volatileFields: number): void {
    this.#keys[slot] = (this.#keys[slot] ?? 0) + keys;
    this.#fields[slot] = (this.#fields[slot] ?? 0) + volatileFields;
    this.#keysInAll += keys;
    this.#fieldsInAll += volatileFields;
  }

  /** Where the bin is, or the free place where it belongs. */
  #find(index: number): number {
    const mask = this.#indexes.length - 1;
    const low = index | 0;
    const high = Math.floor(index / 0x1_0000_0000) | 0;
    const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    while (this.#indexes[slot] !== index && this.#indexes[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  /** The place of the bin, which is made if need be. */
  #slotOf(index: number): number {
    const slot = this.#find(index);
    if (this.#indexes[slot] !== FREE) return slot;
    if (this.#size * 2 >= this.#indexes.length) {
      this.#grow();
      return this.#slotOf(index);
    }
    this.#indexes[slot] = index;
    this.#size++;
    return slot;
  }

  #grow(): void {
    const { length } = this.#indexes;
    const old = { indexes: this.#indexes, keys: this.#keys, fields: this.#fields, sums: this.#sums };
    this.#indexes = new Float64Array(length * 2).fill(FREE);
    this.#keys = new Float64Array(length * 2);
    this.#fields = new Float64Array(length * 2);
    this.#sums = new Uint32Array(length * 2 * WORDS);
    for (let from = 0; from < length; from++) {
      const index = old.indexes[from] ?? FREE;
      if (index === FREE) continue;
      const slot = this.#find(index);
      this.#indexes[slot] = index;
      this.#keys[slot] = old.keys[from] ?? 0;
      this.#fields[slot] = old.fields[from] ?? 0;
      this.#sums.set(old.sums.subarray(from * WORDS, (from + 1) * WORDS), slot * WORDS);
    }
  }

  #coarsen(widthSeconds: number): void {
    if (widthSeconds === this.#widthSeconds) return;
    const wide = this.coarsened(widthSeconds);
    this.#indexes = wide.#indexes;
    this.#keys = wide.#keys;
    this.#fields = wide.#fields;
    this.#sums = wide.#sums;
    this.#size = wide.#size;
    this.#widthSeconds = widthSeconds;
  }
}
