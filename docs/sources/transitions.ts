import { waitSecondsAfter } from '../../core/decide/poll.ts';
import type { Definition, State } from './templates.ts';

export interface Course {
  readonly shards: number;
  /** How long each thing that is polled for takes, seconds, by the name of its Choice state. */
  readonly waits: Readonly<Record<string, number>>;
}

/**
 * State transitions of one execution in which everything succeeds, read off the synthesised definition. Step Functions
 * bills one for each state entered; the start of the execution is counted as one more, to be on the safe side.
 * https://aws.amazon.com/step-functions/pricing/
 */
export function transitionsOf(definition: Definition, course: Course): number {
  return 1 + entered(definition, course);
}

function entered(definition: Definition, course: Course): number {
  const pollsLeft = new Map(
    Object.entries(course.waits).map(([choice, seconds]) => [choice, pollsFor(seconds)]),
  );
  let count = 0;
  for (let name: string | undefined = definition.StartAt; name !== undefined; ) {
    const state: State | undefined = definition.States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    count++;
    if (state.ItemProcessor !== undefined) count += course.shards * entered(state.ItemProcessor, course);
    name = state.Type === 'Choice' ? chosen(name, state, pollsLeft) : state.Next;
  }
  return count;
}

/** A poll goes on while there is something to wait for; every other choice has its success as documented in lib/. */
function chosen(
  name: string,
  { Choices, Default }: State,
  pollsLeft: Map<string, number>,
): string | undefined {
  const left = pollsLeft.get(name);
  if (left === undefined) return name === 'Outcome' ? Default : Choices?.[0]?.Next;
  pollsLeft.set(name, left - 1);
  return left > 0 ? Default : Choices?.[0]?.Next;
}

/** Looks that find something unfinished, before the one that finds it done. */
export function pollsFor(seconds: number): number {
  let polls = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed += waitSecondsAfter(elapsed)) polls++;
  return polls;
}
