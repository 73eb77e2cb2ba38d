import { StateMachine } from 'aws-local-stepfunctions';
import type { ExecutionContext, RunEvent, StateContext } from './run-events.ts';
import { outsideVirtualTime } from './virtual-timers.ts';

/** What one execution asks of the library, and what it hears from it. */
export interface RunHooks {
  readonly context: ExecutionContext;
  /** One entry per Task state, by name. `aborted` turns true once this branch of the execution was given up. */
  readonly tasks: Readonly<Record<string, (input: unknown, aborted: () => boolean) => Promise<unknown>>>;
  /** Called as each event happens; what it throws ends the branch of the execution that the event belongs to. */
  readonly onEvent: (event: RunEvent) => void;
  /** Tells when a state was entered, virtual instant. */
  readonly now: () => number;
}

interface EventLogger {
  readonly isLoggerClosed: boolean;
  dispatch(event: RunEvent): void;
}

interface InternalOptions {
  readonly abortSignal: AbortSignal;
  readonly eventLogger: EventLogger;
  readonly runOptions?: { readonly hooks?: RunHooks; readonly hooked?: true };
}

type Execute = (
  this: StateMachine,
  input: unknown,
  options: InternalOptions,
  cleanup: () => void,
) => Promise<unknown>;

/**
 * The library runs the inside of a Map or Parallel state by the same internal `execute` as the whole machine, but tells
 * the outside neither that a branch was given up (its retries would call the Lambda again) nor which state a branch is
 * in. Both are known in `execute`, so it is wrapped here. The version of the library is pinned; should it change its
 * inside, loading this module fails rather than a run going wrong.
 */
const execute: unknown = Reflect.get(StateMachine.prototype, 'execute');
if (typeof execute !== 'function') {
  throw new Error('aws-local-stepfunctions has changed: StateMachine.execute is gone');
}
const original = execute as Execute;
const hookedExecute: Execute = function (input, options, cleanup) {
  const hooks = options.runOptions?.hooks;
  if (hooks === undefined) return original.call(this, input, options, cleanup);
  const nested = options.runOptions?.hooked === true;
  const state: StateContext = { Name: '', EnteredTime: '', RetryCount: 0 };
  listen(options.eventLogger, hooks, nested, state);
  const aborted = () => options.abortSignal.aborted;
  const handlers = Object.entries(hooks.tasks).map(([name, task]) => [
    name,
    (taskInput: unknown) => outsideVirtualTime(() => task(taskInput, aborted)),
  ]);
  const runOptions = {
    ...options.runOptions,
    hooked: true as const,
    context: { ...hooks.context, State: state },
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
  };
  return original.call(this, input, { ...options, runOptions }, cleanup);
};
Reflect.set(StateMachine.prototype, 'execute', hookedExecute);

/** Events that a parent's logger repeats for its branches; each was heard from the branch itself. */
const repeated = new WeakSet<object>();

function listen(logger: EventLogger, hooks: RunHooks, nested: boolean, state: StateContext): void {
  const dispatch = logger.dispatch.bind(logger);
  logger.dispatch = (event) => {
    const own = event.type.startsWith('State') || event.type.startsWith('Execution');
    if (own && !repeated.has(event) && !logger.isLoggerClosed) {
      repeated.add(event);
      outsideVirtualTime(() => {
        follow(state, event, hooks.now());
        hooks.onEvent({ ...event, nested });
      });
    }
    dispatch(event);
  };
}

/** Keeps `$$.State` of a branch current. */
function follow(state: StateContext, event: RunEvent, now: number): void {
  if (event.type === 'StateEntered') {
    state.Name = event.state?.name ?? '';
    state.EnteredTime = new Date(now).toISOString();
    state.RetryCount = 0;
  }
  if (event.type === 'StateRetried') state.RetryCount = event.retry?.attempt ?? 0;
}

export interface LibraryRun {
  readonly result: Promise<unknown>;
  abort(): void;
}

/** Starts a run of a normalised definition. */
export function startRun(definition: object, input: unknown, hooks: RunHooks): LibraryRun {
  // biome-ignore lint/suspicious/noExplicitAny: the definition was validated, and the library's own types do not know `hooks`
  const machine = new StateMachine(definition as any, { validationOptions: { noValidate: true } });
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const run = machine.run(input as any, { hooks } as any);
  return { result: run.result, abort: run.abort };
}
