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

interface MutableBin extends Bin {
  keys: number;
  volatileFields: number;
}

/**
 * Sums of items by the time they expire. The width is the smallest power of two (in seconds) with which all items fit
 * into {@link MAX_BINS} bins; bins only ever merge in pairs, so neither order nor grouping of additions matters.
 */
export class ExpiryBins {
  #widthSeconds: number;
  #bins = new Map<number, MutableBin>();

  constructor(widthSeconds = 1) {
    this.#widthSeconds = widthSeconds;
  }

  get widthSeconds(): number {
    return this.#widthSeconds;
  }

  get widthMs(): number {
    return this.#widthSeconds * MS_PER_SECOND;
  }

  get size(): number {
    return this.#bins.size;
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
    const width = Math.max(this.#widthSeconds, other.widthSeconds);
    const wide = other.coarsened(width);
    this.#coarsen(width);
    for (const bin of wide.#bins.values()) {
      // Adding may have widened this side further.
      this.addBin({ ...bin, index: Math.floor(bin.index / (this.#widthSeconds / width)) });
    }
  }

  /** A copy with this width, which is not less than its own. */
  coarsened(widthSeconds: number): ExpiryBins {
    const copy = new ExpiryBins(widthSeconds);
    const factor = widthSeconds / this.#widthSeconds;
    for (const bin of this.#bins.values()) {
      copy.#put(Math.floor(bin.index / factor), bin.sum, bin.keys, bin.volatileFields);
    }
    return copy;
  }

  get(index: number): Bin | undefined {
    return this.#bins.get(index);
  }

  /** By ascending time. */
  sorted(): readonly Bin[] {
    return [...this.#bins.values()].sort((a, b) => a.index - b.index);
  }

  #add(index: number, hash: Uint32Array, keys: number, volatileFields: number): void {
    this.#put(index, hash, keys, volatileFields);
    while (this.#bins.size > MAX_BINS) this.#coarsen(this.#widthSeconds * 2);
  }

  #put(index: number, hash: Uint32Array, keys: number, volatileFields: number): void {
    const bin = this.#bins.get(index);
    if (bin) {
      add128(bin.sum, 0, hash);
      bin.keys += keys;
      bin.volatileFields += volatileFields;
    } else {
      this.#bins.set(index, { index, keys, volatileFields, sum: hash.slice() });
    }
  }

  #coarsen(widthSeconds: number): void {
    if (widthSeconds === this.#widthSeconds) return;
    this.#bins = this.coarsened(widthSeconds).#bins;
    this.#widthSeconds = widthSeconds;
  }
}
