import type { Timer, VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import { refuseOversize, StateError } from './errors.ts';
import { History, type HistoryListener } from './history.ts';
import { type LibraryRun, startRun } from './library.ts';
import type { Machine } from './machine.ts';
import { normalize } from './normalize.ts';
import type { RunEvent } from './run-events.ts';
import { runTask, taskStates } from './task.ts';
import { VirtualTimers } from './virtual-timers.ts';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface ExecutionSettings {
  readonly machine: Machine;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
  readonly clock: VirtualClock;
  readonly fabric: Pick<Fabric, 'call'>;
  readonly onHistory: HistoryListener;
  readonly onEnd: (execution: Execution) => void;
}

interface Ending {
  readonly status: Exclude<ExecutionStatus, 'RUNNING'>;
  readonly output?: unknown;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** One execution of a Standard state machine, on virtual time. */
export class Execution {
  readonly arn: string;
  readonly startedAt: number;
  readonly history: History;
  readonly settings: ExecutionSettings;
  readonly #timers: VirtualTimers;
  readonly #run: LibraryRun;
  readonly #timeout: Timer | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #ending: (Ending & { readonly at: number }) | undefined;

  constructor(settings: ExecutionSettings) {
    const { machine, name, clock } = settings;
    this.settings = settings;
    this.arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.startedAt = clock.now();
    this.#timers = new VirtualTimers(clock);
    this.history = new History(() => clock.now(), settings.onHistory);
    this.history.add('ExecutionStarted', 'executionStartedEventDetails', {
      input: settings.input,
      roleArn: machine.roleArn,
    });
    this.#timeout = this.#armTimeout();
    this.#run = this.#start();
    this.#run.result.then(
      (output) => this.#end({ status: 'SUCCEEDED', output }),
      (error: unknown) => this.#end(failure(error)),
    );
  }

  get name(): string {
    return this.settings.name;
  }

  get status(): ExecutionStatus {
    return this.#ending?.status ?? 'RUNNING';
  }

  get ending(): (Ending & { readonly at: number }) | undefined {
    return this.#ending;
  }

  /** Resolves when the execution is over, whatever its end. */
  get finished(): Promise<void> {
    return this.#ended.promise;
  }

  stop(error: string | undefined, cause: string | undefined): void {
    this.#end({ status: 'ABORTED', error, cause });
  }

  /** The machine's own limit, kept here so that nothing of the library runs on after it. */
  #armTimeout(): Timer | undefined {
    const { machine, clock } = this.settings;
    const seconds = machine.definition.TimeoutSeconds;
    if (seconds === undefined) return undefined;
    return clock.at(this.startedAt + seconds * 1000, () =>
      this.#end({ status: 'TIMED_OUT', error: 'States.Timeout' }),
    );
  }

  #start(): LibraryRun {
    const { machine, input } = this.settings;
    const definition = normalize(machine.definition);
    const hooks = {
      context: this.#contextObject(),
      tasks: this.#tasks(),
      onEvent: (event: RunEvent) => this.#onEvent(event),
      now: () => this.settings.clock.now(),
    };
    return this.#timers.run(() => startRun(definition, JSON.parse(input), hooks));
  }

  #tasks() {
    const { machine, fabric } = this.settings;
    const caller = {
      fabric,
      region: machine.region,
      principal: machine.principal,
      onTask: (...event: Parameters<History['task']>) => {
        if (this.#ending === undefined) this.history.task(...event);
      },
    };
    const tasks = taskStates(normalize(machine.definition)).map(({ name, state }) => {
      const task = (input: unknown, aborted: () => boolean): Promise<unknown> => {
        // A retry that was waiting when its branch was given up must not call anyone any more.
        if (aborted() || this.#ending !== undefined) return new Promise(() => {});
        // The function itself keeps the clock from jumping while it runs; a delayed call must not.
        return runTask(caller, name, state.Resource, input);
      };
      return [name, task] as const;
    });
    return Object.fromEntries(tasks);
  }

  #onEvent(event: RunEvent): void {
    if (this.#ending !== undefined) return;
    this.history.run(event);
    if (event.type === 'StateExited')
      refuseOversize(`output of the state '${event.state?.name}'`, event.state?.output);
  }

  #contextObject() {
    const { machine, input, name } = this.settings;
    return {
      StateMachine: { Id: machine.arn, Name: machine.name },
      RootExecution: {
        Id: this.arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(this.startedAt).toISOString(),
        RedriveCount: 0,
      },
    };
  }

  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = { ...ending, at: this.settings.clock.now() };
    this.#timeout?.cancel();
    this.#timers.end();
    this.#run?.abort();
    const { type, details } = endEvent(ending);
    this.history.add(type, `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`, details);
    this.settings.onEnd(this);
    this.#ended.resolve();
  }
}

function failure(error: unknown): Ending {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return { status: 'FAILED', error: 'States.Runtime', cause: String(cause) };
  // A programming error of the library or of a definition that slipped through is not an error name of the language.
  const named = cause instanceof StateError || cause.name.includes('.') || 'isRetryable' in cause;
  return { status: 'FAILED', error: named ? cause.name : 'States.Runtime', cause: cause.message };
}

function endEvent({ status, output, error, cause }: Ending): {
  type: string;
  details: Record<string, unknown>;
} {
  if (status === 'SUCCEEDED')
    return { type: 'ExecutionSucceeded', details: { output: JSON.stringify(output) } };
  const type = { FAILED: 'ExecutionFailed', TIMED_OUT: 'ExecutionTimedOut', ABORTED: 'ExecutionAborted' }[
    status
  ];
  return { type, details: { error, cause } };
}
