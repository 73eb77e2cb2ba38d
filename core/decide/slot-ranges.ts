/** Hash slots as ranges, the way ElastiCache writes them: `0-5460` or `0-100,200-16383`. */
export type SlotRanges = readonly { readonly from: number; readonly to: number }[];

/** Ranges of a text; an empty text has none. */
export function parseSlotRanges(text: string): SlotRanges {
  return text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [from, to] = part.trim().split('-').map(Number);
      return { from: from ?? Number.NaN, to: to ?? from ?? Number.NaN };
    });
}

/** Whether every slot from 0 to `slots` − 1 lies in exactly one range. */
export function coversOnce(ranges: SlotRanges, slots: number): boolean {
  const sorted = [...ranges].sort((one, other) => one.from - other.from);
  let next = 0;
  for (const { from, to } of sorted) {
    if (from !== next || to < from) return false;
    next = to + 1;
  }
  return next === slots;
}

/** Whether every inner range lies within the outer ones. */
export function liesWithin(inner: SlotRanges, outer: SlotRanges): boolean {
  return inner.every(({ from, to }) => {
    for (let slot = from; slot <= to; slot++) {
      if (!outer.some((range) => range.from <= slot && slot <= range.to)) return false;
    }
    return true;
  });
}
