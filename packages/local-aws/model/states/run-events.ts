/** What the library reports of a run, as far as it is used here. */
export interface RunEvent {
  readonly type: string;
  readonly state?: {
    readonly name: string;
    readonly type: string;
    readonly input?: unknown;
    readonly output?: unknown;
  };
  readonly input?: unknown;
  readonly output?: unknown;
  readonly Error?: string;
  readonly Cause?: unknown;
  readonly retry?: { readonly attempt: number };
  /** It comes from inside a Map or Parallel state. */
  readonly nested?: boolean;
}

/** `$$.State`; RetryCount counts from 0. */
export interface StateContext {
  Name: string;
  EnteredTime: string;
  RetryCount: number;
}

/** The rest of the context object, under the name that {@link EXECUTION_MEMBER} gives `$$.Execution`. */
export interface ExecutionContext {
  readonly StateMachine: { readonly Id: string; readonly Name: string };
  readonly RootExecution: {
    readonly Id: string;
    readonly Name: string;
    readonly Input: unknown;
    readonly RoleArn: string;
    readonly StartTime: string;
    readonly RedriveCount: number;
  };
}

/**
 * Where definitions are made to look for `$$.Execution`: the library overwrites that member inside Map and Parallel
 * states with the branch's own input and start.
 */
export const EXECUTION_MEMBER = 'RootExecution';
