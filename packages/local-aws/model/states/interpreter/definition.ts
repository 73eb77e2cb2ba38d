import type { Json } from './paths.ts';

/**
 * The part of the Amazon States Language that is interpreted, with the query language JSONPath.
 * @see https://states-language.net/spec.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
 */

export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly TimeoutSeconds?: number;
  readonly QueryLanguage?: string;
  readonly ProcessorConfig?: { readonly Mode?: string };
}

export type State =
  | TaskState
  | ParallelState
  | MapState
  | PassState
  | WaitState
  | ChoiceState
  | SucceedState
  | FailState;

interface Common {
  readonly Comment?: string;
  readonly QueryLanguage?: string;
}

interface Filtered extends Common {
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
}

interface Flowing extends Filtered {
  readonly Next?: string;
  readonly End?: boolean;
}

/** A state that gives a result, or fails. */
interface Working extends Flowing {
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly ResultPath?: string | null;
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface TaskState extends Working {
  readonly Type: 'Task';
  readonly Resource: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
}

export interface ParallelState extends Working {
  readonly Type: 'Parallel';
  readonly Branches: readonly Definition[];
}

export interface MapState extends Working {
  readonly Type: 'Map';
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly ItemProcessor?: Definition;
  /** The former name of ItemProcessor. */
  readonly Iterator?: Definition;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
}

export type WorkingState = TaskState | ParallelState | MapState;

export interface PassState extends Flowing {
  readonly Type: 'Pass';
  readonly Parameters?: Json;
  readonly Result?: Json;
  readonly ResultPath?: string | null;
}

export interface WaitState extends Flowing {
  readonly Type: 'Wait';
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
}

export interface ChoiceState extends Filtered {
  readonly Type: 'Choice';
  readonly Choices: readonly ChoiceRule[];
  readonly Default?: string;
}

export interface SucceedState extends Filtered {
  readonly Type: 'Succeed';
}

export interface FailState extends Common {
  readonly Type: 'Fail';
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
}

/** And, Or or Not of other rules; or a Variable with one operator, such as `NumericLessThanPath`. */
export interface ChoiceRule {
  readonly And?: readonly ChoiceRule[];
  readonly Or?: readonly ChoiceRule[];
  readonly Not?: ChoiceRule;
  readonly Variable?: string;
  readonly Next?: string;
  readonly Comment?: string;
  readonly [operator: string]: Json;
}

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

/** The state machines inside a Parallel or Map state. */
export function branchesOf(state: State): readonly Definition[] {
  if (state.Type === 'Parallel') return state.Branches;
  return state.Type === 'Map' ? [processorOf(state)] : [];
}

export function processorOf({ ItemProcessor, Iterator }: MapState): Definition {
  const processor = ItemProcessor ?? Iterator;
  if (processor === undefined) throw new Error('a Map state without ItemProcessor');
  return processor;
}

/** Every state, those inside Parallel and Map states included; a name is there once in a state machine. */
export function statesOf(definition: Definition): readonly (readonly [name: string, state: State])[] {
  return Object.entries(definition.States).flatMap(([name, state]) => [
    [name, state] as const,
    ...branchesOf(state).flatMap(statesOf),
  ]);
}
