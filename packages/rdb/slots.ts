/** Hash slots of a cluster: CRC16 (XModem) of the key, or of its first non-empty `{tag}`, modulo 16,384. */
export const SLOT_COUNT = 16_384;

const OPEN = 0x7b;
const CLOSE = 0x7d;
const POLYNOMIAL = 0x1021;

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  return crc;
});

/**
 * The slot of the key `bytes[from, to)`.
 * @see https://valkey.io/topics/cluster-spec/#hash-tags
 */
export function slotOf(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let start = from;
  let end = to;
  let open = from;
  while (open < to && bytes[open] !== OPEN) open++;
  if (open < to) {
    let close = open + 1;
    while (close < to && bytes[close] !== CLOSE) close++;
    if (close < to && close > open + 1) {
      start = open + 1;
      end = close;
    }
  }
  let crc = 0;
  for (let at = start; at < end; at++) {
    crc = ((crc << 8) & 0xffff) ^ (TABLE[(crc >> 8) ^ (bytes[at] as number)] as number);
  }
  return crc & (SLOT_COUNT - 1);
}

/** Slots `first` to `last`, both included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

/** Which slots the keys of a file fall into: a byte for each slot, 1 if one does. */
export class SlotSet {
  readonly #present: Uint8Array;

  constructor(present: Uint8Array = new Uint8Array(SLOT_COUNT)) {
    this.#present = present;
  }

  add(slot: number): void {
    this.#present[slot] = 1;
  }

  get count(): number {
    return this.ranges().reduce((count, { first, last }) => count + last - first + 1, 0);
  }

  /** In ascending order; neighbouring ranges are joined. */
  ranges(): readonly SlotRange[] {
    const ranges: SlotRange[] = [];
    let first = this.#present.indexOf(1);
    while (first >= 0) {
      const end = this.#present.indexOf(0, first);
      ranges.push({ first, last: (end < 0 ? SLOT_COUNT : end) - 1 });
      first = end < 0 ? end : this.#present.indexOf(1, end);
    }
    return ranges;
  }
}
