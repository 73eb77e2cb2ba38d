import type { VirtualClock } from '../../clock.ts';
import type { Fabric } from '../../dispatch.ts';
import { History, type HistoryListener } from './history.ts';
import type { Task } from './interpreter/host.ts';
import { type Ending, Interpretation } from './interpreter/interpretation.ts';
import type { Machine } from './machine.ts';
import { runTask, type TaskEvent } from './task.ts';

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

interface Ended {
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
  readonly #interpretation: Interpretation;
  readonly #ended = Promise.withResolvers<void>();
  #ending: (Ended & { readonly at: number }) | undefined;

  constructor(settings: ExecutionSettings) {
    const { machine, name, clock } = settings;
    this.settings = settings;
    this.arn = `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`;
    this.startedAt = clock.now();
    this.history = new History(() => clock.now(), settings.onHistory);
    this.history.add('ExecutionStarted', { input: settings.input, roleArn: machine.roleArn });
    this.#interpretation = this.#interpret();
    this.#interpretation.ending.then(
      (ending: Ending) => this.#end(ending),
      (error: unknown) => this.#end({ status: 'FAILED', error: 'States.Runtime', cause: String(error) }),
    );
  }

  get name(): string {
    return this.settings.name;
  }

  get status(): ExecutionStatus {
    return this.#ending?.status ?? 'RUNNING';
  }

  get ending(): (Ended & { readonly at: number }) | undefined {
    return this.#ending;
  }

  /** Resolves when the execution is over, whatever its end. */
  get finished(): Promise<void> {
    return this.#ended.promise;
  }

  stop(error: string | undefined, cause: string | undefined): void {
    this.#end({ status: 'ABORTED', error, cause });
  }

  #interpret(): Interpretation {
    const { machine, clock, fabric, input } = this.settings;
    const caller = {
      fabric,
      region: machine.region,
      principal: machine.principal,
      onTask: (task: Task, event: TaskEvent, details: object) => {
        if (!task.isGivenUp()) this.history.task(task, event, details);
      },
    };
    const host = {
      clock,
      random: Math.random,
      // The function itself keeps the clock from jumping while it runs; a delayed call must not.
      run: (task: Task) => runTask(caller, task),
      timedOut: (task: Task) => this.history.task(task, 'TimedOut', { error: 'States.Timeout' }),
      note: (type: string, details: Readonly<Record<string, unknown>>) =>
        this.#ending === undefined ? this.history.note(type, details) : 0,
    };
    const given = { input: JSON.parse(input), context: this.#contextObject() };
    return new Interpretation(machine.definition, given, host);
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
  #contextObject() {
    const { machine, input, name } = this.settings;
    return {
      Execution: {
        Id: this.arn,
        Input: JSON.parse(input),
        Name: name,
        RoleArn: machine.roleArn,
        StartTime: new Date(this.startedAt).toISOString(),
        RedriveCount: 0,
      },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
  }

  #end(ended: Ended): void {
    if (this.#ending !== undefined) return;
    this.#ending = { ...ended, at: this.settings.clock.now() };
    this.#interpretation.stop();
    const { type, details } = endEvent(ended);
    this.history.add(type, details);
    this.settings.onEnd(this);
    this.#ended.resolve();
  }
}

function endEvent({ status, output, error, cause }: Ended): {
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
