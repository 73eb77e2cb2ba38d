/** Of every stretch of this length a sample is counted: enough of a small file, and next to no time in a large one. */
const STRETCHES = [
  { below: 1024 ** 2, bytes: 16 * 1024 },
  { below: Number.POSITIVE_INFINITY, bytes: 64 * 1024 },
] as const;
const SAMPLE_BYTES = 1024;

/**
 * How often each byte occurs in a sample of a file. Which bytes are taken depends on their place in the file alone, so the
 * result is the same in whatever pieces it comes.
 */
export class ByteHistogram {
  readonly #counts: Float64Array;

  constructor(counts = new Float64Array(256)) {
    this.#counts = counts;
  }

  /** @param at place of the piece's first byte in the file */
  update(piece: Uint8Array, at: number): void {
    const end = at + piece.length;
    for (let place = at; place < end; ) {
      const stretch = STRETCHES.find(({ below }) => place < below)?.bytes ?? SAMPLE_BYTES;
      const within = place % stretch;
      const last = Math.min(end, place - within + SAMPLE_BYTES);
      for (; place < last; place++) this.#count(piece[place - at] ?? 0);
      if (place < end) place = Math.min(end, place - (place % stretch) + stretch);
    }
  }

  #count(byte: number): void {
    this.#counts[byte] = (this.#counts[byte] ?? 0) + 1;
  }

  /** Shannon's, bits per byte, to two places: text has about 4 to 5, compressed or random bytes nearly 8. */
  get entropy(): number {
    const all = this.#counts.reduce((sum, count) => sum + count, 0);
    const bits = this.#counts.reduce(
      (sum, count) => (count === 0 ? sum : sum - (count / all) * Math.log2(count / all)),
      0,
    );
    return Math.round(bits * 100) / 100;
  }

  save(): Uint8Array {
    return new Uint8Array(this.#counts.buffer.slice(0));
  }

  static load(saved: Uint8Array): ByteHistogram {
    return new ByteHistogram(new Float64Array(saved.slice().buffer));
  }
}
