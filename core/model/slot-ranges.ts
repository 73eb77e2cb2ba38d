/** Hash slots as ranges, the way ElastiCache writes them: `0-5460` or `0-100,200-16383`. */
export type SlotRanges = readonly { readonly first: number; readonly last: number }[];

/** Ranges of a text; an empty text has none. */
export function parseSlotRanges(text: string): SlotRanges {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [first = '', last = first] = part.trim().split('-');
      return { first: Number(first), last: Number(last) };
    });
}

/** Whether every slot from 0 to `slots` − 1 lies in exactly one range. */
export function coversOnce(ranges: SlotRanges, slots: number): boolean {
  const sorted = [...ranges].sort((one, other) => one.first - other.first);
  let next = 0;
  for (const { first, last } of sorted) {
    if (first !== next || last < first) return false;
    next = last + 1;
  }
  return next === slots;
}

/** Equal shares of the slots, one range for each shard: `0-8191` and `8192-16383`. */
export function equalShares(shards: number, slots: number): readonly string[] {
  const start = (shard: number) => Math.ceil((shard * slots) / shards);
  return Array.from({ length: shards }, (_, shard) => `${start(shard)}-${start(shard + 1) - 1}`);
}

/** Whether every inner range lies within the outer ones. */
export function liesWithin(inner: SlotRanges, outer: SlotRanges): boolean {
  return inner.every(({ first, last }) => {
    for (let slot = first; slot <= last; slot++) {
      if (!outer.some((range) => range.first <= slot && slot <= range.last)) return false;
    }
    return true;
  });
}
