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

/** Which slots the keys of a file fall into. */
export class SlotSet {
  readonly #present = new Uint8Array(SLOT_COUNT);

  add(slot: number): void {
    this.#present[slot] = 1;
  }

  get count(): number {
    // A loop, for `reduce` takes ten times as long.
    let count = 0;
    for (const present of this.#present) count += present;
    return count;
  }

  /** In ascending order; neighbouring ranges are joined. */
  ranges(): readonly SlotRange[] {
    const ranges: SlotRange[] = [];
    let first = -1;
    for (let slot = 0; slot <= SLOT_COUNT; slot++) {
      const present = this.#present[slot] === 1;
      if (present && first < 0) first = slot;
      if (!present && first >= 0) {
        ranges.push({ first, last: slot - 1 });
        first = -1;
      }
    }
    return ranges;
  }
}
