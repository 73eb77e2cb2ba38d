import type { Catcher, Definition, State, TaskState } from '../../../model/states/interpreter/definition.ts';

/** What the task behind a resource does when it is called. */
export interface Outcome {
  readonly gives?: unknown;
  /** Name of the error that it fails with instead; its cause is `<name> happened`. */
  readonly fails?: string;
  /** How long it takes, s. @default 0 */
  readonly takes?: number;
}

/** A state machine and what becomes of it. What is not said is not compared. */
export interface Case {
  readonly it: string;
  /** It starts at the first. */
  readonly states: Definition['States'];
  readonly timeoutSeconds?: number;
  readonly input?: unknown;
  readonly context?: Readonly<Record<string, unknown>>;
  /** By resource, one call after the other; the last outcome is repeated. @default a task gives its input back */
  readonly tasks?: Readonly<Record<string, readonly Outcome[]>>;
  readonly random?: number;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly isTimedOut?: true;
  /** Every call of a task: `<resource> <seconds since the start>`. */
  readonly calls?: readonly string[];
  /** s */
  readonly lasts?: number;
  readonly events?: readonly string[];
}

/** Cases after the same source. */
export interface Group {
  readonly about: string;
  /** The pages, and the real outputs of AWS, that the cases were written after. */
  readonly sources: readonly string[];
  readonly cases: readonly Case[];
}

export const SPEC = 'https://states-language.net/spec.html';
export const GUIDE = 'https://docs.aws.amazon.com/step-functions/latest/dg';
/** Outputs of AWS itself, recorded by LocalStack's tests: files `test_*.snapshot.json` below this folder. */
export const RECORDED =
  'https://github.com/localstack/localstack/tree/8b9a79f05/tests/aws/services/stepfunctions/v2';

type Unended<Each> = Each extends unknown ? Omit<Each, 'End' | 'Next'> : never;

/** A state machine of one state. */
export function one(state: Unended<Definition['States'][string]>): Definition['States'] {
  const isTerminal = ['Succeed', 'Fail', 'Choice'].includes(state.Type);
  return { S: { ...state, ...(isTerminal ? {} : { End: true }) } as Definition['States'][string] };
}

export const DONE = { Type: 'Pass', End: true } as const;

/** A task that may fail, and what catches its errors. */
export const caught = (Catch: readonly Catcher[], more: Partial<TaskState> = {}): Definition['States'] => ({
  S: { Type: 'Task', Resource: 'f', Catch, End: true, ...more },
  ...Object.fromEntries(
    Catch.map(({ Next }) => [Next, Next === 'Other' ? { ...DONE, Result: 'other' } : DONE]),
  ),
});

export const failing = (...names: string[]) => ({ f: names.map((fails) => ({ fails })) });

/** A state machine inside a state. */
export const branch = (...states: readonly (readonly [name: string, state: State])[]): Definition => ({
  StartAt: states[0]?.[0] ?? '',
  States: Object.fromEntries(states),
});
export const calls = (resource: string): State => ({ Type: 'Task', Resource: resource, End: true });
export const waits = (Seconds: number, Next: string): State => ({ Type: 'Wait', Seconds, Next });
