/** An inclusive range of hash slots, 0 to 16383. */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

/** https://valkey.io/topics/cluster-spec/ (key distribution model) */
export const SLOT_COUNT = 16_384;

/**
 * Reads ElastiCache's form of slots, `0-3999` or `0-3999,5000-5460`.
 * @returns undefined when the text is anything else
 */
export function parseSlots(text: string): readonly SlotRange[] | undefined {
  const ranges: SlotRange[] = [];
  for (const part of text.split(',')) {
    const [, from = '', to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim()) ?? [];
    if (from === '' || Number(from) > Number(to) || Number(to) >= SLOT_COUNT) return undefined;
    ranges.push({ from: Number(from), to: Number(to) });
  }
  return ranges;
}

/** The same in ElastiCache's form. */
export function formatSlots(ranges: readonly SlotRange[]): string {
  return ranges.map(({ from, to }) => `${from}-${to}`).join(',');
}

/** Even shares of all slots, as ElastiCache deals them out when no slots are given. */
export function evenSlots(shards: number): readonly (readonly SlotRange[])[] {
  const start = (shard: number) => Math.ceil((shard * SLOT_COUNT) / shards);
  return Array.from({ length: shards }, (_, shard) => [{ from: start(shard), to: start(shard + 1) - 1 }]);
}

/** Whether every slot is in exactly one of the shards. */
export function coversAllSlotsOnce(shards: readonly (readonly SlotRange[])[]): boolean {
  const sorted = shards.flat().toSorted((a, b) => a.from - b.from);
  const end = sorted.reduce((next, range) => (range.from === next ? range.to + 1 : Number.NaN), 0);
  return end === SLOT_COUNT;
}

/** Whether every slot of `inner` is in `outer`. */
export function includesSlots(outer: readonly SlotRange[], inner: readonly SlotRange[]): boolean {
  return inner.every((range) => {
    for (let slot = range.from; slot <= range.to; slot++) {
      if (!outer.some(({ from, to }) => from <= slot && slot <= to)) return false;
    }
    return true;
  });
}
