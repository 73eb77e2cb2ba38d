/**
 * Randomness from a seed. Every purpose has a stream of its own, so that asking more often in one place changes nothing
 * in another: a run with one fault taken away meets the others unchanged.
 */
export class Random {
  #state: number;

  constructor(seed: number, purpose: string) {
    let hash = (seed ^ 0x9e3779b9) >>> 0;
    for (let at = 0; at < purpose.length; at++) {
      hash = Math.imul(hash ^ purpose.charCodeAt(at), 0x01000193) >>> 0;
    }
    this.#state = hash;
    this.below(1);
  }

  /** From 0 up to 1: mulberry32. */
  share(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 to `end` − 1. */
  below(end: number): number {
    return Math.floor(this.share() * end);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(share: number): boolean {
    return this.share() < share;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}
