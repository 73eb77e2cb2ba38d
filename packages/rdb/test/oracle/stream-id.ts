import type { Murmur3 } from './murmur3.ts';

/** A stream ID: milliseconds and sequence number, each as unsigned 32-bit halves, most significant first. */
export class StreamId {
  readonly words = new Uint32Array(4);

  set(msHigh: number, msLow: number, sequenceHigh: number, sequenceLow: number): void {
    this.words[0] = msHigh;
    this.words[1] = msLow;
    this.words[2] = sequenceHigh;
    this.words[3] = sequenceLow;
  }

  copy(other: StreamId): void {
    this.words.set(other.words);
  }

  /** The ID in 16 big-endian bytes. */
  read(bytes: Uint8Array, at: number): void {
    for (let word = 0; word < 4; word++) {
      const from = at + word * 4;
      const top = ((bytes[from] as number) << 24) | ((bytes[from + 1] as number) << 16);
      this.words[word] = top | ((bytes[from + 2] as number) << 8) | (bytes[from + 3] as number);
    }
  }

  /** Becomes `master` plus signed differences of the two parts, modulo 2^64 each. */
  setRelative(master: StreamId, part: 0 | 2, low: number, high: number): void {
    const sum = (master.words[part + 1] as number) + (low >>> 0);
    this.words[part + 1] = sum;
    this.words[part] = (master.words[part] as number) + high + (sum > 0xffff_ffff ? 1 : 0);
  }

  /** Negative, zero or positive, as this ID is before, at or after the other. */
  compare(other: StreamId): number {
    for (let word = 0; word < 4; word++) {
      const difference = (this.words[word] as number) - (other.words[word] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  }

  get isZero(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** Appends both parts as 64-bit integers. */
  hash(into: Murmur3): void {
    const [msHigh = 0, msLow = 0, sequenceHigh = 0, sequenceLow = 0] = this.words;
    into.u64(msLow, msHigh).u64(sequenceLow, sequenceHigh);
  }

  toString(): string {
    const [msHigh = 0, msLow = 0, sequenceHigh = 0, sequenceLow = 0] = this.words;
    return `${(BigInt(msHigh) << 32n) | BigInt(msLow)}-${(BigInt(sequenceHigh) << 32n) | BigInt(sequenceLow)}`;
  }
}
