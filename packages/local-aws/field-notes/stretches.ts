import type { NotedCall } from './notes.ts';
import { stateOf } from './same-state.ts';

/** Looks in a row that show the same state. */
export interface Stretch {
  readonly state: string;
  readonly looks: readonly NotedCall[];
  /** Before others, and such that it may be missed the next time. */
  readonly isBrief: boolean;
}

/** Workflows look once a minute, so that what waits for their next step may last for a minute once, and for no time the next. */
export const BRIEF_MS = 60_000;

/**
 * @param looks at one thing, in their order
 * @param begins whether the thing may have been there before its first look: then its first state may have passed by then
 */
export function stretchesOf(
  looks: readonly NotedCall[],
  begins: 'before' | 'with the first look' = 'with the first look',
): readonly Stretch[] {
  const rows: NotedCall[][] = [];
  for (const look of looks) {
    const last = rows.at(-1);
    if (last?.[0] !== undefined && stateOf(last[0]) === stateOf(look)) last.push(look);
    else rows.push([look]);
  }
  return rows.flatMap((row, at): readonly Stretch[] => {
    const [from, until] = [row[0], row.at(-1)];
    if (from === undefined || until === undefined) return [];
    const lastsMs = until.afterMs - from.afterMs;
    const mayPass = at === 0 ? begins === 'before' : lastsMs < BRIEF_MS;
    return [{ state: stateOf(from), looks: row, isBrief: mayPass && at < rows.length - 1 }];
  });
}

/** Whether both go through the same states, but for brief ones that one of them lacks. */
export function isSameWay(one: readonly Stretch[], other: readonly Stretch[]): boolean {
  const [first, ...rest] = one;
  const [otherFirst, ...otherRest] = other;
  if (first === undefined) return other.every(({ isBrief }) => isBrief);
  if (otherFirst === undefined) return one.every(({ isBrief }) => isBrief);
  if (first.state === otherFirst.state && isSameWay(rest, otherRest)) return true;
  return (first.isBrief && isSameWay(rest, other)) || (otherFirst.isBrief && isSameWay(one, otherRest));
}
