/**
 * Which keys a scan has returned already, in 8 bytes per key and a table at most half full: 10 million keys take 256 MiB,
 * and half as much again while it grows. Two keys with the same 63-bit fingerprint would be taken for one: among 10 million
 * keys, a chance of 5 in a million, and it would fail a drill, never pass one.
 */
export class SeenKeys {
  #table = new Uint32Array(2 * 1024);
  #size = 0;

  /** @returns whether the key is new */
  add(key: Uint8Array): boolean {
    const low = fingerprint(key, 0x811c9dc5);
    const high = (fingerprint(key, 0x9747b28c) | 1) >>> 0;
    if (!this.#insert(low, high)) return false;
    if (++this.#size * 4 > this.#table.length) this.#grow();
    return true;
  }

  #insert(low: number, high: number): boolean {
    const slots = this.#table.length / 2;
    for (let slot = (low ^ (high >>> 7)) & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      // The high word of a fingerprint is odd, so a slot of zero is empty.
      if (this.#table[slot * 2 + 1] === 0) {
        this.#table[slot * 2] = low;
        this.#table[slot * 2 + 1] = high;
        return true;
      }
      if (this.#table[slot * 2] === low && this.#table[slot * 2 + 1] === high) return false;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at + 1] ?? 0;
      if (high !== 0) this.#insert(old[at] ?? 0, high);
    }
  }
}

/** MurmurHash3's mixing over bytes, 32 bits. */
function fingerprint(key: Uint8Array, seed: number): number {
  let hash = seed;
  for (const byte of key) {
    hash = Math.imul(hash ^ byte, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
