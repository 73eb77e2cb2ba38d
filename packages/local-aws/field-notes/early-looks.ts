import type { NotedCall } from './notes.ts';
import { isReading, keyOf, stateOf, subjectOf } from './same-state.ts';

type Calls = readonly NotedCall[];

const NOT_THERE: ReadonlySet<string> = new Set(['refused', 'nothing']);

/**
 * Without the looks that come too early, where only one side has them. What a schedule begins comes some minutes sooner or later
 * the next time, so that a first look may find nothing once and something the next time. What a call of the notes itself has
 * ordered is there for its first look, or not, every time.
 */
export function withoutEarlyLooks(notes: Calls, here: Calls): readonly [Calls, Calls] {
  const ordered = orderedIn(notes);
  const [early, earlyHere] = [earlyIn(notes, ordered), earlyIn(here, ordered)];
  return [without(notes, early, earlyHere), without(here, earlyHere, early)];
}

/** What calls of the notes are about before the first look at it. */
export function orderedIn(calls: Calls): ReadonlySet<string> {
  const ordered = new Set<string>();
  const looked = new Set<string>();
  for (const call of calls) {
    const subject = subjectOf(call);
    if (isReading(call)) looked.add(subject);
    else if (!looked.has(subject)) ordered.add(subject);
  }
  return ordered;
}

/** By the key of the looks. */
type Early = ReadonlyMap<string, Calls>;

function earlyIn(calls: Calls, ordered: ReadonlySet<string>): Early {
  const looks = Map.groupBy(
    calls.filter((call) => isReading(call) && !ordered.has(subjectOf(call))),
    keyOf,
  );
  return new Map(
    [...looks].flatMap(([key, each]): readonly (readonly [string, Calls])[] => {
      const there = each.findIndex((call) => !NOT_THERE.has(stateOf(call)));
      return there > 0 ? [[key, each.slice(0, there)]] : [];
    }),
  );
}

function without(calls: Calls, early: Early, onTheOtherSide: Early): Calls {
  const dropped = new Set([...early].flatMap(([key, looks]) => (onTheOtherSide.has(key) ? [] : looks)));
  return calls.filter((call) => !dropped.has(call));
}
