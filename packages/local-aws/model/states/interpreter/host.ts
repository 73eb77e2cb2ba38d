import type { Json } from './paths.ts';
import type { Clock, Scope } from './scope.ts';

/** One attempt of a Task state. */
export interface Task {
  /** Name of the state. */
  readonly state: string;
  readonly resource: string;
  readonly input: Json;
  readonly timeoutSeconds: number | undefined;
  /** True once the interpreter ignores the result: the Task timed out, its branch was stopped or its execution ended. */
  isGivenUp(): boolean;
}

/** What an interpretation needs from its surroundings. */
export interface Host {
  readonly clock: Clock;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** @throws StateError with the name that Retry and Catch match */
  run(task: Task): Promise<Json>;
  /** Called when a Task times out, before its state fails. */
  timedOut(task: Task): void;
  /**
   * Called at each event of the execution's history but those of Tasks and of the execution itself, by the types of
   * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html. @returns the event's id
   */
  note(type: string, details: Readonly<Record<string, Json>>): number;
}

/** What the states of one branch run in. */
export interface Run {
  readonly host: Host;
  /** The context object, less `State`. */
  readonly context: Readonly<Record<string, Json>>;
  readonly scope: Scope;
}
