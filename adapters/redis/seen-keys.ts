import type { NameHash } from '@redrill/rdb';

const WORDS = 2;
const FIRST_SLOTS = 1_024;
/** Above three quarters the table doubles. */
const MOST_FULL = 0.75;

/**
 * Which keys a scan has returned already, in 8 bytes per slot of a table that is at most three quarters full: 12 million
 * keys take 128 MiB if their number is known beforehand, and never more than 22 bytes each. Two keys with the same 63 bits
 * of hash would be taken for one: among 12 million keys, a chance of 8 in a million, and it would fail a drill, never
 * pass one.
 */
export class SeenKeys {
  #table: Uint32Array;
  #size = 0;

  /** @param expected how many keys there will be, about */
  constructor(expected = 0) {
    let slots = FIRST_SLOTS;
    while (slots * MOST_FULL < expected) slots *= 2;
    this.#table = new Uint32Array(slots * WORDS);
  }

  get size(): number {
    return this.#size;
  }

  /** @returns whether the key is new */
  add(name: NameHash, database: number): boolean {
    // Keys of one name in several databases are different keys.
    const low = ((name[2] ?? 0) ^ Math.imul(database, 0x9e3779b1)) >>> 0;
    const high = ((name[3] ?? 0) | 1) >>> 0;
    return this.#addFingerprint(low, high);
  }

  /** Fingerprints, eight bytes each. */
  toBytes(): Uint8Array {
    const found = new Uint32Array(this.#size * WORDS);
    let to = 0;
    for (let at = 0; at < this.#table.length; at += WORDS) {
      if (this.#table[at + 1] === 0) continue;
      found[to++] = this.#table[at] ?? 0;
      found[to++] = this.#table[at + 1] ?? 0;
    }
    return new Uint8Array(found.buffer);
  }

  /** Takes back what {@link toBytes} gave. */
  addBytes(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += WORDS * 4)
      this.#addFingerprint(view.getUint32(at, true), view.getUint32(at + 4, true));
  }

  #addFingerprint(low: number, high: number): boolean {
    if (!this.#insert(low, high)) return false;
    if (++this.#size * WORDS > this.#table.length * MOST_FULL) this.#grow();
    return true;
  }

  #insert(low: number, high: number): boolean {
    const mask = this.#table.length / WORDS - 1;
    for (let slot = (low ^ (high >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      // The high word of a fingerprint is odd, so a slot of zero is empty.
      if (this.#table[slot * WORDS + 1] === 0) {
        this.#table[slot * WORDS] = low;
        this.#table[slot * WORDS + 1] = high;
        return true;
      }
      if (this.#table[slot * WORDS] === low && this.#table[slot * WORDS + 1] === high) return false;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += WORDS) {
      const high = old[at + 1] ?? 0;
      if (high !== 0) this.#insert(old[at] ?? 0, high);
    }
  }
}
