import { waitSecondsAfter } from '../../core/model/poll.ts';
import type { Definition, State } from './templates.ts';

export interface Course {
  readonly shards: number;
  /** How long each thing that is polled for takes, seconds, by the name of its Choice state. */
  readonly waits: Readonly<Record<string, number>>;
  /** How often each loop of long work goes round again, in every shard, by the name of its Choice. @default never */
  readonly rounds?: Readonly<Record<string, number>>;
}

/**
 * State transitions of one execution in which everything succeeds, read off the synthesised definition. Step Functions
 * bills one for each state entered; the start of the execution is counted as one more, to be on the safe side.
 * https://aws.amazon.com/step-functions/pricing/
 */
export function transitionsOf(definition: Definition, course: Course): number {
  return 1 + sumOver(definition, course, () => 1);
}

/** What a state writes into the history when it succeeds, a Map without its iterations. */
const EVENTS: Readonly<Record<string, number>> = {
  // Entered; the function scheduled, started, succeeded; exited.
  Task: 5,
  // Entered, started, succeeded, exited.
  Map: 4,
};
const EVENTS_OF_ANY_OTHER = 2;
/** An iteration of a Map, or the execution itself: started, succeeded. */
const EVENTS_AROUND = 2;

/**
 * Events in the history of one execution in which everything succeeds; the iterations of an inline Map are in it.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html (checked 2026-11-21)
 */
export function eventsOf(definition: Definition, course: Course): number {
  return (
    EVENTS_AROUND +
    sumOver(definition, course, ({ Type }) => EVENTS[Type] ?? EVENTS_OF_ANY_OTHER, EVENTS_AROUND)
  );
}

/** The sum of something over every state entered, and of something else over every iteration of a Map. */
function sumOver(
  definition: Definition,
  course: Course,
  ofState: (state: State) => number,
  ofIteration = 0,
): number {
  const roundsLeft = new Map<string, number>([
    ...Object.entries(course.waits).map(([choice, seconds]) => [choice, pollsFor(seconds)] as const),
    ...Object.entries(course.rounds ?? {}),
  ]);
  let sum = 0;
  for (let name: string | undefined = definition.StartAt; name !== undefined; ) {
    const state: State | undefined = definition.States[name];
    if (state === undefined) throw new Error(`there is no state ${name}`);
    sum += ofState(state);
    if (state.ItemProcessor !== undefined)
      sum += course.shards * (ofIteration + sumOver(state.ItemProcessor, course, ofState, ofIteration));
    name = state.Type === 'Choice' ? chosen(name, state, roundsLeft) : state.Next;
  }
  return sum;
}

/** A loop goes on while there is something left of it; every other choice has its success as documented in lib/. */
function chosen(
  name: string,
  { Choices, Default }: State,
  roundsLeft: Map<string, number>,
): string | undefined {
  const left = roundsLeft.get(name);
  if (left === undefined) return name === 'Outcome' ? Default : Choices?.[0]?.Next;
  roundsLeft.set(name, left - 1);
  return left > 0 ? Default : Choices?.[0]?.Next;
}

/** Looks that find something unfinished, before the one that finds it done. */
export function pollsFor(seconds: number): number {
  let polls = 0;
  for (let elapsed = 0; elapsed < seconds; elapsed += waitSecondsAfter(elapsed)) polls++;
  return polls;
}
