/** `jones`: what RDB files and DUMP payloads end with. `nvme`: S3's CRC64NVME object checksum. */
export type Crc64Kind = 'jones' | 'nvme';

interface Parameters {
  /** The polynomial, reflected. */
  readonly polynomial: bigint;
  /** Initial value and final XOR. */
  readonly inversion: number;
}

const KINDS: Readonly<Record<Crc64Kind, Parameters>> = {
  jones: { polynomial: 0x95ac9329ac4bc9b5n, inversion: 0 },
  nvme: { polynomial: 0x9a6c9329ac4bc9b5n, inversion: -1 },
};

/** Slicing-by-8: eight tables of 256 entries, one per byte of the word that is folded in at a time. */
const SLICES = 8;

interface Tables {
  readonly low: Int32Array;
  readonly high: Int32Array;
}

const tablesByKind = new Map<Crc64Kind, Tables>();

function tablesOf(kind: Crc64Kind): Tables {
  const known = tablesByKind.get(kind);
  if (known) return known;
  const tables = { low: new Int32Array(SLICES * 256), high: new Int32Array(SLICES * 256) };
  for (let byte = 0; byte < 256; byte++) {
    let crc = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (crc & 1n ? KINDS[kind].polynomial : 0n);
    tables.low[byte] = Number(BigInt.asIntN(32, crc));
    tables.high[byte] = Number(BigInt.asIntN(32, crc >> 32n));
  }
  for (let index = 256; index < SLICES * 256; index++) {
    const low = tables.low[index - 256] ?? 0;
    const high = tables.high[index - 256] ?? 0;
    tables.low[index] = ((low >>> 8) | (high << 24)) ^ (tables.low[low & 0xff] ?? 0);
    tables.high[index] = (high >>> 8) ^ (tables.high[low & 0xff] ?? 0);
  }
  tablesByKind.set(kind, tables);
  return tables;
}

/** A 64-bit CRC over a stream of chunks, in 32-bit halves because JavaScript's 64-bit integers are objects. */
export class Crc64 {
  readonly #tables: Tables;
  readonly #inversion: number;
  #low: number;
  #high: number;

  constructor(kind: Crc64Kind) {
    this.#tables = tablesOf(kind);
    this.#inversion = KINDS[kind].inversion;
    this.#low = this.#inversion;
    this.#high = this.#inversion;
  }

  update(chunk: Uint8Array): void {
    this.updateRange(chunk, 0, chunk.length);
  }

  /** As {@link update}, over `bytes[from, to)` without making a view of it. */
  updateRange(bytes: Uint8Array, from: number, to: number): void {
    const { low: tl, high: th } = this.#tables;
    let low = this.#low;
    let high = this.#high;
    let at = from;
    for (; at + SLICES <= to; at += SLICES) {
      // Every index is in range by construction; `as number` tells the type checker so at no cost in the hot loop.
      low ^=
        (bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24);
      high ^=
        (bytes[at + 4] as number) |
        ((bytes[at + 5] as number) << 8) |
        ((bytes[at + 6] as number) << 16) |
        ((bytes[at + 7] as number) << 24);
      const a = 1792 + (low & 0xff);
      const b = 1536 + ((low >>> 8) & 0xff);
      const c = 1280 + ((low >>> 16) & 0xff);
      const d = 1024 + (low >>> 24);
      const e = 768 + (high & 0xff);
      const f = 512 + ((high >>> 8) & 0xff);
      const g = 256 + ((high >>> 16) & 0xff);
      const h = high >>> 24;
      low =
        (tl[a] as number) ^
        (tl[b] as number) ^
        (tl[c] as number) ^
        (tl[d] as number) ^
        (tl[e] as number) ^
        (tl[f] as number) ^
        (tl[g] as number) ^
        (tl[h] as number);
      high =
        (th[a] as number) ^
        (th[b] as number) ^
        (th[c] as number) ^
        (th[d] as number) ^
        (th[e] as number) ^
        (th[f] as number) ^
        (th[g] as number) ^
        (th[h] as number);
    }
    this.#low = low;
    this.#high = high;
    this.#updateBytes(bytes, at, to);
  }

  #updateBytes(bytes: Uint8Array, from: number, to: number): void {
    const { low, high } = this.#tables;
    for (let at = from; at < to; at++) {
      const index = (this.#low ^ (bytes[at] as number)) & 0xff;
      this.#low = ((this.#low >>> 8) | (this.#high << 24)) ^ (low[index] as number);
      this.#high = (this.#high >>> 8) ^ (high[index] as number);
    }
  }

  /** The CRC of everything so far; more may follow. */
  digest(): bigint {
    const low = BigInt((this.#low ^ this.#inversion) >>> 0);
    const high = BigInt((this.#high ^ this.#inversion) >>> 0);
    return (high << 32n) | low;
  }
}
